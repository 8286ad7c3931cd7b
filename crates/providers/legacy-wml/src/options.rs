//! What can be set on a source.

use std::sync::Arc;

use wml_auth_core::{AuthError, Authorization, Identity, Secret, Transport};
use wml_auth_iam::{BaseUrl, Issuer, TokenRequest};

use crate::LegacyWml;
use crate::with_instance_id::InstanceId;

const PATH: &str = "/v3/identity/token";

/// Options of a [`LegacyWml`]. Nothing is checked before [`build`](Self::build).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct LegacyWmlBuilder {
    url: String,
    username: String,
    password: Secret,
    instance_id: Option<String>,
}

impl LegacyWmlBuilder {
    pub(crate) fn new(url: &str, username: &str, password: Secret) -> Self {
        Self { url: url.to_owned(), username: username.to_owned(), password, instance_id: None }
    }

    /// Sends the id of the instance as `ML-Instance-ID` with every request. Not sent unless set.
    pub fn instance_id(mut self, id: &str) -> Self {
        self.instance_id = Some(id.to_owned());
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a URL that [`BaseUrl::parse`] refuses, a user name or password that is empty or
    /// cannot be sent, or an instance id that cannot.
    pub fn build(self, transport: impl Transport + 'static) -> Result<LegacyWml, AuthError> {
        let url = BaseUrl::parse("the URL of Watson Machine Learning", &self.url)?.without(PATH);
        let basic = Authorization::basic(&self.username, &self.password).map_err(|_| {
            AuthError::misconfigured(
                "the user name or password is empty, or has a colon or control character in it",
            )
        })?;
        let instance_id = self.instance_id.as_deref().map(InstanceId::parse).transpose()?;
        let identity = Identity::new(
            "legacy-wml",
            url.as_str(),
            &[
                ("username", &self.username),
                ("password", self.password.expose()),
                ("instance_id", self.instance_id.as_deref().unwrap_or_default()),
            ],
        );
        let request = TokenRequest::get(PATH).with_authorization(&basic, &self.password);
        let issuer = Issuer::new(Arc::new(transport), "Watson Machine Learning", url);
        Ok(LegacyWml::new(issuer, request, instance_id, identity))
    }
}
