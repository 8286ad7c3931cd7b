//! A user of the cluster.

use std::sync::Arc;

use wml_auth_core::{AuthError, Identity, Secret, Transport};
use wml_auth_iam::{ApiKey, Fields, Issuer, TokenRequest};

use crate::{Cp4d, checked};

const PATH: &str = "/v1/authorize";

/// Options of a [`Cp4d`]. Nothing is checked before [`build`](Self::build).
///
/// Needed is a [`password`](Self::password) or an [`api_key`](Self::api_key).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct Cp4dBuilder {
    url: String,
    username: String,
    password: Option<Secret>,
    api_key: Option<Secret>,
    account: Option<String>,
}

impl Cp4dBuilder {
    pub(crate) fn new(url: &str, username: &str) -> Self {
        Self {
            url: url.to_owned(),
            username: username.to_owned(),
            password: None,
            api_key: None,
            account: None,
        }
    }

    /// The user's password.
    pub fn password(mut self, password: Secret) -> Self {
        self.password = Some(password);
        self
    }

    /// The user's API key, in place of a password.
    pub fn api_key(mut self, key: Secret) -> Self {
        self.api_key = Some(key);
        self
    }

    /// The account, where the cluster has several. Not sent unless set.
    pub fn account(mut self, id: &str) -> Self {
        self.account = Some(id.to_owned());
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a URL that cannot be one, an empty user name, no password and no API key, or
    /// both, or something with a control character in it.
    pub fn build(self, transport: impl Transport + 'static) -> Result<Cp4d, AuthError> {
        let url = checked::url(&self.url, PATH)?;
        let username = checked::text("user name", &self.username)?;
        let (name, secret) = match (self.password, self.api_key) {
            (Some(password), None) => ("password", checked::secret("password", &password)?.clone()),
            (None, Some(key)) => ("api_key", ApiKey::parse(key)?.secret().clone()),
            (None, None) => {
                return Err(AuthError::misconfigured("the user has neither a password nor an API key"));
            }
            (Some(_), Some(_)) => {
                return Err(AuthError::misconfigured("the user has both a password and an API key")
                    .with_hint("leave one of them out"));
            }
        };
        let mut fields = Fields::new().plain("username", username).secret(name, &secret);
        if let Some(account) = &self.account {
            fields = fields.plain("account_id", checked::text("account id", account)?);
        }
        let identity = Identity::new(
            "cp4d",
            url.as_str(),
            &[
                ("username", username),
                (name, secret.expose()),
                ("account_id", self.account.as_deref().unwrap_or_default()),
            ],
        );
        let issuer = Issuer::new(Arc::new(transport), "Cloud Pak for Data", url);
        Ok(Cp4d::new(issuer, TokenRequest::post_json(PATH, fields), identity))
    }
}
