//! The key on the request itself.

use async_trait::async_trait;
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, Identity, Secret};
use wml_auth_iam::ApiKey;

/// Puts the API key itself on every request: `Authorization: Basic <base64 of apikey:KEY>`.
///
/// Nothing is fetched and nothing expires, so any minimum lifetime is granted. A key that was refused is handed out
/// again: there is no other.
#[derive(Clone, Debug)]
pub struct ApiKeyOnRequest {
    key: ApiKey,
    authorization: Authorization,
}

impl ApiKeyOnRequest {
    /// Sends this key, as the password of the user `apikey`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a key that [`ApiKey::parse`] refuses.
    pub fn new(key: Secret) -> Result<Self, AuthError> {
        let key = ApiKey::parse(key)?;
        Ok(Self { authorization: authorization("apikey", &key)?, key })
    }

    /// Sends it as the password of another user.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the name is empty, or has a colon or a control character in it.
    pub fn with_username(mut self, name: &str) -> Result<Self, AuthError> {
        self.authorization = authorization(name, &self.key)?;
        Ok(self)
    }
}

fn authorization(username: &str, key: &ApiKey) -> Result<Authorization, AuthError> {
    let authorization = Authorization::basic(username, key.secret()).map_err(|_| {
        AuthError::misconfigured(
            "the user name for the API key is empty or has a colon or control character in it",
        )
    })?;
    let inputs = [("username", username), ("apikey", key.secret().expose())];
    Ok(authorization.with_identity(Identity::new("apikey-on-request", "", &inputs)))
}

#[async_trait]
impl AuthProvider for ApiKeyOnRequest {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        Ok(self.authorization.clone())
    }

    fn ready(&self, _: &AuthRequest) -> Option<Authorization> {
        Some(self.authorization.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(provider: &ApiKeyOnRequest) -> String {
        let ready = provider.ready(&AuthRequest::new()).unwrap();
        ready.header_value().to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn the_key_is_the_password() {
        let provider = ApiKeyOnRequest::new(Secret::from("k3y")).unwrap();
        assert_eq!(header(&provider), "Basic YXBpa2V5OmszeQ==");
        let awaited = provider.authorize(&AuthRequest::new()).await.unwrap();
        assert_eq!(awaited.header_value(), provider.ready(&AuthRequest::new()).unwrap().header_value());
        assert_eq!(header(&provider.clone().with_username("me").unwrap()), "Basic bWU6azN5");
        assert_eq!(awaited.identity().kind(), "apikey-on-request");
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        assert!(ApiKeyOnRequest::new(Secret::from("k\n")).unwrap_err().is_misconfigured());
        let provider = ApiKeyOnRequest::new(Secret::from("k")).unwrap();
        for name in ["", "a:b", "a\nb"] {
            assert!(provider.clone().with_username(name).unwrap_err().is_misconfigured(), "{name:?}");
        }
        assert!(!format!("{:?}", ApiKeyOnRequest::new(Secret::from("hunter2"))).contains("hunter2"));
    }
}
