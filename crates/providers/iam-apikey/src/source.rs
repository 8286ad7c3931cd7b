//! The source of tokens.

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};
use wml_auth_iam::{Grant, IamClient};

use crate::IamApiKeyBuilder;

/// Exchanges an API key for IAM tokens, one for each call; see the [crate's description](crate).
///
/// The refresh token that IAM may send along is not used: asking again with the key is what IBM advises.
#[derive(Clone, Debug)]
pub struct IamApiKey {
    iam: IamClient,
    grant: Grant,
    identity: Identity,
}

impl IamApiKey {
    /// Starts with a key and the public IAM.
    pub fn builder(key: Secret) -> IamApiKeyBuilder {
        IamApiKeyBuilder::new(key)
    }

    pub(crate) fn new(iam: IamClient, grant: Grant, identity: Identity) -> Self {
        Self { iam, grant, identity }
    }
}

/// Fails as [`IamClient::token`] does, and may be dropped at any time as that may.
#[async_trait]
impl TokenSource for IamApiKey {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.iam.token(&self.grant).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use http::{Request, Response};
    use wml_auth_core::Transport;
    use wml_auth_iam::Endpoint;

    use super::*;

    /// Gives one answer to every request and remembers the last.
    struct Scripted {
        status: u16,
        body: &'static str,
        asked: Mutex<Option<Request<Vec<u8>>>>,
    }

    #[async_trait]
    impl Transport for Scripted {
        async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
            *self.asked.lock().unwrap() = Some(request);
            Ok(Response::builder().status(self.status).body(self.body.as_bytes().to_vec()).unwrap())
        }
    }

    fn script(status: u16, body: &'static str) -> Arc<Scripted> {
        Arc::new(Scripted { status, body, asked: Mutex::default() })
    }

    fn builder(key: &str) -> IamApiKeyBuilder {
        IamApiKey::builder(Secret::from(key))
    }

    #[tokio::test]
    async fn the_key_is_exchanged_with_all_that_was_set() {
        let script = script(200, r#"{"access_token":"t","expires_in":3600}"#);
        let transport: Arc<dyn Transport> = script.clone();
        let source = builder("a+b&c%d")
            .endpoint(Endpoint::parse("http://127.0.0.1:8080").unwrap())
            .client("bx", Secret::from("bx"))
            .scope("ibm openid")
            .account("a1")
            .build(transport)
            .unwrap();
        assert_eq!(source.fetch().await.unwrap().secret().expose(), "t");
        let request = script.asked.lock().unwrap().take().unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:8080/identity/token");
        assert_eq!(request.headers()["authorization"], "Basic Yng6Yng=");
        assert_eq!(
            std::str::from_utf8(request.body()).unwrap(),
            "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=a%2Bb%26c%25d\
             &response_type=cloud_iam&scope=ibm+openid&account=a1"
        );
    }

    #[tokio::test]
    async fn a_refused_key_is_told_with_ibms_code() {
        let body = r#"{"errorCode":"BXNIM0462E","errorMessage":"Provided API key is disabled."}"#;
        let error = builder("hunter2").build(script(400, body)).unwrap().fetch().await.unwrap_err();
        assert!(error.is_rejected_credential() && error.code() == Some("BXNIM0462E"), "{error}");
    }

    #[test]
    fn what_cannot_work_is_refused_when_building() {
        let refused =
            |builder: IamApiKeyBuilder| builder.build(script(200, "")).unwrap_err().is_misconfigured();
        assert!(refused(builder("")));
        assert!(refused(builder("{key}")));
        assert!(refused(builder("key\n")));
        assert!(refused(builder("key").client("id", Secret::from(""))));
        assert!(refused(builder("key").client("", Secret::from("secret"))));
        assert!(refused(builder("key").scope(" ")));
        assert!(refused(builder("key").account("")));
    }

    #[test]
    fn everything_that_shapes_the_token_is_in_the_identity() {
        let identity = |builder: IamApiKeyBuilder| builder.build(script(200, "")).unwrap().identity();
        let base = identity(builder("key"));
        assert_eq!(base, identity(builder("key")));
        for other in [
            builder("yek"),
            builder("key").endpoint(Endpoint::staging()),
            builder("key").client("bx", Secret::from("bx")),
            builder("key").client("bx", Secret::from("xb")),
            builder("key").scope("s"),
            builder("key").account("s"),
        ] {
            assert_ne!(base, identity(other));
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let builder = builder("hunter2").client("id", Secret::from("pa55word"));
        let shown = format!("{builder:?} {:?}", builder.clone().build(script(200, "")).unwrap());
        assert!(!shown.contains("hunter2") && !shown.contains("pa55word"), "{shown}");
    }
}
