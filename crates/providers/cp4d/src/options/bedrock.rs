//! A user of the foundational services below the cluster.

use std::sync::Arc;

use wml_auth_core::{AuthError, Identity, Secret, Transport};
use wml_auth_iam::{BaseUrl, Fields, Issuer, TokenRequest};

use crate::{Cp4dBedrock, checked};

const PATH: &str = "/idprovider/v1/auth/identitytoken";

/// Options of a [`Cp4dBedrock`]. Nothing is checked before [`build`](Self::build).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct Cp4dBedrockBuilder {
    url: String,
    bedrock_url: String,
    username: String,
    password: Secret,
}

impl Cp4dBedrockBuilder {
    pub(crate) fn new(url: &str, bedrock_url: &str, username: &str, password: Secret) -> Self {
        Self {
            url: url.to_owned(),
            bedrock_url: bedrock_url.to_owned(),
            username: username.to_owned(),
            password,
        }
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a URL that cannot be one, an empty user name or password, or a user name that
    /// cannot stand in a header.
    pub fn build(self, transport: impl Transport + 'static) -> Result<Cp4dBedrock, AuthError> {
        // The same cluster may be configured by the address that the other login takes.
        let url = checked::url(&self.url, "/v1/authorize")?.without("/icp4d-api");
        let bedrock =
            BaseUrl::parse("the URL of the foundational services", &self.bedrock_url)?.without(PATH);
        let username = Secret::from(checked::text("user name", &self.username)?);
        username.header_text().map_err(|fault| {
            AuthError::misconfigured(format!("the user name cannot be sent in a header: {fault}"))
        })?;
        let password = checked::secret("password", &self.password)?;
        let identity = Identity::new(
            "cp4d-bedrock",
            url.as_str(),
            &[("bedrock", bedrock.as_str()), ("username", &self.username), ("password", password.expose())],
        );
        let fields = Fields::new()
            .plain("grant_type", "password")
            .plain("username", &self.username)
            .secret("password", password)
            .plain("scope", "openid");
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let bedrock = Issuer::new(Arc::clone(&transport), "the identity provider", bedrock);
        let cluster = Issuer::new(transport, "Cloud Pak for Data", url);
        Ok(Cp4dBedrock::new(bedrock, TokenRequest::post_form(PATH, fields), cluster, username, identity))
    }
}
