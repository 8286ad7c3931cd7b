//! What a token of the second version is for.

use wml_auth_core::AuthError;
use wml_auth_iam::path_segment;

/// A collection of scopes, and the id of one of them.
///
/// ```
/// use wml_auth_mcsp::ScopeCollection;
///
/// assert_eq!(ScopeCollection::account("20250806-1").id(), "20250806-1");
/// assert_eq!(ScopeCollection::of("teams", "7").collection(), "teams");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScopeCollection {
    collection: String,
    id: String,
}

impl ScopeCollection {
    /// The account of this id: `accounts`.
    pub fn account(id: &str) -> Self {
        Self::of("accounts", id)
    }

    /// The subscription of this id: `subscriptions`.
    pub fn subscription(id: &str) -> Self {
        Self::of("subscriptions", id)
    }

    /// The service of this id: `services`.
    pub fn service(id: &str) -> Self {
        Self::of("services", id)
    }

    /// One of a collection by its name. IBM documents the three above; others are not refused, as IBM's SDKs refuse none.
    pub fn of(collection: &str, id: &str) -> Self {
        Self { collection: collection.to_owned(), id: id.to_owned() }
    }

    /// The name of the collection.
    pub fn collection(&self) -> &str {
        &self.collection
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The path at which its tokens are.
    pub(crate) fn path(&self) -> Result<String, AuthError> {
        let collection = path_segment("scope collection type", &self.collection)?;
        let id = path_segment("scope id", &self.id)?;
        Ok(format!("/api/2.0/{collection}/{id}/apikeys/token"))
    }
}
