//! What a token is asked for: which collection of things, and which claims about them.

use crate::iam::OidcError;
use crate::request::Request;

/// A scope of version 2 of the API; the others have none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// The kind of collection and the id in it, as they stand in the path: percent-encoded.
    pub(super) item: Option<(String, String)>,
    pub(super) builtin_actions: bool,
    pub(super) custom_actions: bool,
    pub(super) roles: bool,
    pub(super) prefix_roles: bool,
}

const COLLECTIONS: [&str; 3] = ["accounts", "subscriptions", "services"];

impl Scope {
    /// Any id will do: no public source says how those of MCSP are related to anything else here.
    pub(super) fn of(request: &Request) -> Result<Self, OidcError> {
        let item = match request.segments().as_slice() {
            [.., "2.0", collection, id, "apikeys", "token"] => {
                if !COLLECTIONS.contains(collection) {
                    return Err(OidcError::invalid("scopeCollectionType", collection, &COLLECTIONS));
                }
                Some(((*collection).to_owned(), (*id).to_owned()))
            }
            _ => None,
        };
        Ok(Self {
            item,
            builtin_actions: flag(request, "includeBuiltinActions", false)?,
            custom_actions: flag(request, "includeCustomActions", false)?,
            roles: flag(request, "includeRoles", true)?,
            prefix_roles: flag(request, "prefixRolesWithDefinitionScope", false)?,
        })
    }
}

fn flag(request: &Request, name: &str, otherwise: bool) -> Result<bool, OidcError> {
    match request.query(name).as_deref() {
        None => Ok(otherwise),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(other) => Err(OidcError::invalid(name, other, &["true", "false"])),
    }
}
