//! An instance of a service.

use std::sync::Arc;

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Authorization, Identity, Secret, TokenSource, Transport};
use wml_auth_iam::answer::read_token_within;
use wml_auth_iam::{ApiKey, Issuer, TokenRequest, path_segment};

use crate::checked;

/// Exchanges a user's API key for the tokens of a service instance, one for each call:
/// `GET {url}/v3/service_instances/{id}/token`, by HTTP Basic.
#[derive(Clone, Debug)]
pub struct Cp4dServiceInstance {
    issuer: Issuer,
    request: TokenRequest,
    identity: Identity,
}

impl Cp4dServiceInstance {
    /// For this instance, as this user. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a URL that cannot be one, a blank instance id, an empty user name or one with a
    /// colon or control character in it, or a key that [`ApiKey::parse`] refuses.
    pub fn new(
        url: &str,
        instance_id: &str,
        username: &str,
        api_key: Secret,
        transport: impl Transport + 'static,
    ) -> Result<Self, AuthError> {
        let path =
            format!("/v3/service_instances/{}/token", path_segment("service instance's id", instance_id)?);
        let url = checked::url(url, &path)?;
        let key = ApiKey::parse(api_key)?;
        let basic = Authorization::basic(username, key.secret()).map_err(|_| {
            AuthError::misconfigured("the user name is empty, or has a colon or control character in it")
        })?;
        let inputs = [("instance", instance_id), ("username", username), ("api_key", key.secret().expose())];
        let identity = Identity::new("cp4d-service-instance", url.as_str(), &inputs);
        let request = TokenRequest::get(path).with_authorization(&basic, key.secret());
        let issuer = Issuer::new(Arc::new(transport), "Cloud Pak for Data", url);
        Ok(Self { issuer, request, identity })
    }
}

/// Fails as [`Issuer::token`] does, and may be dropped at any time as that may.
#[async_trait]
impl TokenSource for Cp4dServiceInstance {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.issuer.token(&self.request, |body| read_token_within("data", body, &["token"])).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
