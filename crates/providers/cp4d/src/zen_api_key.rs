//! User and API key on the request itself.

use async_trait::async_trait;
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, Identity, Secret};
use wml_auth_iam::ApiKey;

/// Puts `Authorization: ZenApiKey <base64 of user:key>` on every request.
///
/// Nothing is fetched and nothing expires, so any minimum lifetime is granted. A key that was refused is handed out
/// again: there is no other.
///
/// ```
/// use wml_auth_core::{Credentials, Secret};
/// use wml_auth_cp4d::ZenApiKey;
///
/// let credentials = Credentials::new(ZenApiKey::new("ada", Secret::from("k3y"))?);
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ZenApiKey(Authorization);

impl ZenApiKey {
    /// Sends this user and key.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a key that [`ApiKey::parse`] refuses, or a user name that is empty or has a
    /// colon or control character in it.
    pub fn new(username: &str, key: Secret) -> Result<Self, AuthError> {
        let key = ApiKey::parse(key)?;
        let authorization = Authorization::zen_api_key(username, key.secret()).map_err(|_| {
            AuthError::misconfigured("the user name is empty, or has a colon or control character in it")
        })?;
        let inputs = [("username", username), ("apikey", key.secret().expose())];
        Ok(Self(authorization.with_identity(Identity::new("zen-api-key", "", &inputs))))
    }
}

#[async_trait]
impl AuthProvider for ZenApiKey {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        Ok(self.0.clone())
    }

    fn ready(&self, _: &AuthRequest) -> Option<Authorization> {
        Some(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn user_and_key_are_sent_in_utf_8() {
        let provider = ZenApiKey::new("usér", Secret::from("k3y")).unwrap();
        let ready = provider.ready(&AuthRequest::new()).unwrap();
        assert_eq!(ready.header_value(), "ZenApiKey dXPDqXI6azN5");
        let awaited = provider.authorize(&AuthRequest::new()).await.unwrap();
        assert_eq!(
            (awaited.header_value(), awaited.identity().kind()),
            (ready.header_value(), "zen-api-key")
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused_and_nothing_is_shown() {
        for (username, key) in
            [("", "k"), ("a:b", "k"), ("a\n", "k"), ("a", ""), ("a", "{key}"), ("a", "k\n")]
        {
            let error = ZenApiKey::new(username, Secret::from(key)).unwrap_err();
            assert!(error.is_misconfigured(), "{username:?} {key:?}");
        }
        let shown = format!("{:?}", ZenApiKey::new("u", Secret::from("hunter2")).unwrap());
        assert!(!shown.contains("hunter2") && !shown.contains("dTpodW50ZXIy"), "{shown}");
    }
}
