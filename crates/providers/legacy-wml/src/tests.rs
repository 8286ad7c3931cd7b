use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{Request, Response};
use wml_auth_core::{AccessToken, AuthError, Authorization, Identity, Secret, TokenSource, Transport};

use crate::{LegacyWml, LegacyWmlBuilder, WithInstanceId};

/// `{"alg":"RS256"}` . `{"exp":1700003600}` . a signature.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3MDAwMDM2MDB9.c2ln";

/// Gives one answer to every request and remembers the last.
struct Scripted {
    status: u16,
    body: String,
    asked: Mutex<Option<Request<Vec<u8>>>>,
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        *self.asked.lock().unwrap() = Some(request);
        Ok(Response::builder().status(self.status).body(self.body.clone().into_bytes()).unwrap())
    }
}

fn script(status: u16, body: &str) -> Arc<Scripted> {
    Arc::new(Scripted { status, body: body.to_owned(), asked: Mutex::default() })
}

fn builder(username: &str, password: &str) -> LegacyWmlBuilder {
    LegacyWml::builder("https://wml.example.com/", username, Secret::from(password))
}

#[tokio::test]
async fn the_pair_is_sent_by_basic_and_the_instance_goes_beside_the_token() {
    let script = script(200, &format!(r#"{{"token":"{JWT}"}}"#));
    let transport: Arc<dyn Transport> = script.clone();
    let source = builder("usér", "pä:ss").instance_id("i-1").build(transport).unwrap();
    let token = source.fetch().await.unwrap();
    let request = script.asked.lock().unwrap().take().unwrap();
    assert_eq!(
        (request.method().as_str(), request.uri().to_string().as_str()),
        ("GET", "https://wml.example.com/v3/identity/token")
    );
    assert_eq!(request.headers()["authorization"], "Basic dXPDqXI6cMOkOnNz");
    assert!(request.headers().get("ml-instance-id").is_none() && request.body().is_empty());
    assert!(token.expires_at().is_some());
    let mut headers = http::HeaderMap::new();
    Authorization::from_token(&token).unwrap().apply(&mut headers);
    assert_eq!((headers.len(), &headers["ml-instance-id"]), (2, &"i-1".parse().unwrap()));
    assert!(headers["authorization"].to_str().unwrap().starts_with("Bearer ey"));
}

#[tokio::test]
async fn without_an_instance_there_is_no_header_for_one() {
    let source = builder("u", "p").build(script(200, r#"{"token":"opaque","expires_in":60}"#)).unwrap();
    assert_eq!(source.fetch().await.unwrap().headers().count(), 0);
}

#[tokio::test]
async fn what_the_service_says_is_told_without_the_password() {
    let answered = async |status, body: &str| {
        builder("u", "hunter2").build(script(status, body)).unwrap().fetch().await.unwrap_err()
    };
    let body =
        r#"{"errors":[{"code":"invalid_credentials","message":"no dTpodW50ZXIy, no hunter2"}],"trace":"t"}"#;
    let error = answered(401, body).await;
    assert!(error.is_rejected_credential() && error.code() == Some("invalid_credentials"), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("dTpodW50ZXIy"), "{shown}");
    assert!(answered(403, "{}").await.is_rejected_credential());
    assert!(answered(503, "").await.is_retryable());
    assert!(answered(200, r#"{"token":"opaque"}"#).await.is_invalid_answer());
    assert!(answered(200, "{}").await.is_invalid_answer());
}

#[test]
fn what_cannot_work_is_refused_when_building() {
    let refused = |builder: LegacyWmlBuilder| builder.build(script(200, "")).unwrap_err().is_misconfigured();
    assert!(refused(builder("", "p")));
    assert!(refused(builder("u", "")));
    assert!(refused(builder("a:b", "p")));
    assert!(refused(builder("u", "p\n")));
    assert!(refused(builder("u", "p").instance_id("")));
    assert!(refused(builder("u", "p").instance_id("i\r\nx: y")));
    assert!(refused(LegacyWml::builder("http://wml.example.com", "u", Secret::from("p"))));
}

#[test]
fn everything_that_shapes_the_request_is_in_the_identity() {
    let identity = |builder: LegacyWmlBuilder| builder.build(script(200, "")).unwrap().identity();
    let base = identity(builder("u", "p"));
    let same = LegacyWml::builder("https://wml.example.com/v3/identity/token", "u", Secret::from("p"));
    assert_eq!(base, identity(same));
    for other in [
        builder("v", "p"),
        builder("u", "q"),
        builder("u", "p").instance_id("i"),
        LegacyWml::builder("https://example.com", "u", Secret::from("p")),
    ] {
        assert_ne!(base, identity(other));
    }
}

#[test]
fn debug_shows_no_secret() {
    let builder = builder("u", "hunter2");
    let shown = format!("{builder:?} {:?}", builder.clone().build(script(200, "")).unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains("dTpodW50ZXIy"), "{shown}");
}

/// A source of another kind.
#[derive(Debug)]
struct Other(&'static str);

#[async_trait]
impl TokenSource for Other {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        Ok(AccessToken::new(Secret::from(self.0)))
    }

    fn identity(&self) -> Identity {
        Identity::new("other", "somewhere", &[("token", self.0)])
    }
}

#[tokio::test]
async fn any_token_can_have_an_instance_beside_it() {
    let of = |token, id| WithInstanceId::new(Other(token), id).unwrap();
    let token = of("t", "i").fetch().await.unwrap();
    let (name, value) = token.headers().next().unwrap();
    assert_eq!((token.secret().expose(), name.as_str(), value.expose()), ("t", "ml-instance-id", "i"));
    assert_eq!(of("t", "i").identity(), of("t", "i").identity());
    assert_ne!(of("t", "i").identity(), of("u", "i").identity());
    assert_ne!(of("t", "i").identity(), of("t", "j").identity());
    assert!(WithInstanceId::new(Other("t"), " ").unwrap_err().is_misconfigured());
}
