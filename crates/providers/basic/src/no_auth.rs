//! Nothing at all.

use async_trait::async_trait;
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, Identity};

/// Puts nothing on a request: for a service that asks for no credential, or one behind a proxy that adds it.
///
/// IBM's SDKs call it `noAuth`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoAuth;

impl NoAuth {
    fn nothing() -> Authorization {
        Authorization::none().with_identity(Identity::new("none", "", &[]))
    }
}

#[async_trait]
impl AuthProvider for NoAuth {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        Ok(Self::nothing())
    }

    fn ready(&self, _: &AuthRequest) -> Option<Authorization> {
        Some(Self::nothing())
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[tokio::test]
    async fn nothing_is_put_on_a_request() {
        let mut headers = HeaderMap::new();
        NoAuth.authorize(&AuthRequest::new()).await.unwrap().apply(&mut headers);
        NoAuth.ready(&AuthRequest::new()).unwrap().apply(&mut headers);
        assert!(headers.is_empty());
        assert_eq!(NoAuth::nothing().identity().kind(), "none");
    }
}
