//! What can be set on a source.

use std::sync::Arc;

use wml_auth_core::{AuthError, Secret, Transport};
use wml_auth_iam::{ApiKey, Endpoint, Grant, IamOptions};

use crate::IamApiKey;

/// Options of an [`IamApiKey`]. Nothing is checked before [`build`](Self::build).
///
/// ```
/// use wml_auth_core::{AuthError, Secret, Transport};
/// use wml_auth_iam::Endpoint;
/// use wml_auth_iam_apikey::IamApiKey;
///
/// fn private(transport: impl Transport + 'static, key: Secret) -> Result<IamApiKey, AuthError> {
///     IamApiKey::builder(key).endpoint(Endpoint::private()).account("0a1b2c3d4e5f60718293a4b5c6d7e8f9").build(transport)
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct IamApiKeyBuilder {
    key: Secret,
    iam: IamOptions,
}

impl IamApiKeyBuilder {
    pub(crate) fn new(key: Secret) -> Self {
        Self { key, iam: IamOptions::new() }
    }

    /// Which IAM is asked. The public one unless set.
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.iam = self.iam.endpoint(endpoint);
        self
    }

    /// Asks as a registered client, by HTTP Basic. None unless set; id and secret go together.
    pub fn client(mut self, id: &str, secret: Secret) -> Self {
        self.iam = self.iam.client(id, secret);
        self
    }

    /// Asks for a narrower token: a list separated by spaces.
    pub fn scope(mut self, scope: &str) -> Self {
        self.iam = self.iam.scope(scope);
        self
    }

    /// Asks for a token in this account, by its id.
    pub fn account(mut self, id: &str) -> Self {
        self.iam = self.iam.account(id);
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a key that [`ApiKey::parse`] refuses, half a client, or a blank scope or
    /// account.
    pub fn build(self, transport: impl Transport + 'static) -> Result<IamApiKey, AuthError> {
        let key = ApiKey::parse(self.key)?;
        let grant = self.iam.complete(Grant::api_key(&key))?;
        let identity = self.iam.identity("iam-apikey", &[("apikey", key.secret().expose())]);
        Ok(IamApiKey::new(self.iam.connect(Arc::new(transport))?, grant, identity))
    }
}
