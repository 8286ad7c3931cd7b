//! User and password on each request.

use async_trait::async_trait;
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, Identity, Secret};

/// Puts `Authorization: Basic <base64 of user:password>`, in UTF-8, on every request.
///
/// Nothing is fetched and nothing expires, so any minimum lifetime is granted. A pair that was refused is handed out
/// again: there is no other.
#[derive(Clone, Debug)]
pub struct Basic(Authorization);

impl Basic {
    /// Sends this user and password.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when either is empty or has a control character in it, or the name has a colon,
    /// which would move the border between the two; and, as in all of IBM's SDKs, when either begins or ends with a brace
    /// or quotation mark, as what nobody filled in does.
    pub fn new(username: &str, password: &Secret) -> Result<Self, AuthError> {
        for (what, text) in [("user name", username), ("password", password.expose())] {
            if text.starts_with(['{', '"']) || text.ends_with(['}', '"']) {
                return Err(AuthError::misconfigured(format!(
                    "the {what} begins or ends with a brace or quotation mark"
                ))
                .with_hint("fill in the placeholder, or take the quotes off"));
            }
        }
        let authorization = Authorization::basic(username, password).map_err(|_| {
            AuthError::misconfigured(
                "the user name or password is empty, or has a colon or control character in it",
            )
        })?;
        let inputs = [("username", username), ("password", password.expose())];
        Ok(Self(authorization.with_identity(Identity::new("basic", "", &inputs))))
    }
}

#[async_trait]
impl AuthProvider for Basic {
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

    fn basic(username: &str, password: &str) -> Result<Basic, AuthError> {
        Basic::new(username, &Secret::from(password))
    }

    #[tokio::test]
    async fn the_pair_is_sent_in_utf_8() {
        let provider = basic("usér", "pä:ss wörd").unwrap();
        let ready = provider.ready(&AuthRequest::new()).unwrap();
        assert_eq!(ready.header_value(), "Basic dXPDqXI6cMOkOnNzIHfDtnJk");
        let awaited = provider.authorize(&AuthRequest::new()).await.unwrap();
        assert_eq!(awaited.header_value(), ready.header_value());
        assert_eq!((awaited.identity().kind(), awaited.expires_at()), ("basic", None));
    }

    #[test]
    fn half_a_pair_or_one_that_cannot_be_sent_is_an_error() {
        for (username, password) in [
            ("", "p"),
            ("u", ""),
            ("", ""),
            ("a:b", "p"),
            ("u\n", "p"),
            ("u", "p\r\n"),
            ("{user}", "p"),
            ("u", "\"p"),
        ] {
            assert!(basic(username, password).unwrap_err().is_misconfigured(), "{username:?} {password:?}");
        }
    }

    #[test]
    fn the_pair_tells_identities_apart_and_is_not_shown() {
        let identity = |username, password| basic(username, password).unwrap().0.identity().clone();
        assert_eq!(identity("u", "p"), identity("u", "p"));
        assert_ne!(identity("u", "p"), identity("u", "q"));
        assert_ne!(identity("u", "p"), identity("v", "p"));
        let shown =
            format!("{:?} {:?}", basic("u", "hunter2").unwrap(), basic("u", "hunter2\n").unwrap_err());
        assert!(!shown.contains("hunter2") && !shown.contains("dTpodW50ZXIy"), "{shown}");
    }
}
