//! What can be set on a source.

use std::sync::Arc;

use wml_auth_core::{AuthError, Identity, Secret, Transport};
use wml_auth_iam::{ApiKey, Endpoint, Grant, IamClient};

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
    endpoint: Endpoint,
    client: Option<(String, Secret)>,
    scope: Option<String>,
    account: Option<String>,
}

impl IamApiKeyBuilder {
    pub(crate) fn new(key: Secret) -> Self {
        Self { key, endpoint: Endpoint::public(), client: None, scope: None, account: None }
    }

    /// Which IAM is asked. The public one unless set.
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// Asks as a registered client, by HTTP Basic. None unless set; id and secret go together.
    pub fn client(mut self, id: &str, secret: Secret) -> Self {
        self.client = Some((id.to_owned(), secret));
        self
    }

    /// Asks for a narrower token: a list separated by spaces.
    pub fn scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.to_owned());
        self
    }

    /// Asks for a token in this account, by its id.
    pub fn account(mut self, id: &str) -> Self {
        self.account = Some(id.to_owned());
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
        let (client_id, client_secret) = match &self.client {
            Some((id, secret)) => (id.as_str(), secret.expose()),
            None => ("", ""),
        };
        let identity = Identity::new(
            "iam-apikey",
            self.endpoint.as_str(),
            &[
                ("apikey", key.secret().expose()),
                ("client_id", client_id),
                ("client_secret", client_secret),
                ("scope", self.scope.as_deref().unwrap_or_default()),
                ("account", self.account.as_deref().unwrap_or_default()),
            ],
        );
        let mut iam = IamClient::new(Arc::new(transport), self.endpoint);
        if let Some((id, secret)) = self.client {
            iam = iam.with_client(&id, secret)?;
        }
        let mut grant = Grant::api_key(&key);
        if let Some(scope) = &self.scope {
            grant = grant.with_scope(scope)?;
        }
        if let Some(account) = &self.account {
            grant = grant.with_account(account)?;
        }
        Ok(IamApiKey::new(iam, grant, identity))
    }
}
