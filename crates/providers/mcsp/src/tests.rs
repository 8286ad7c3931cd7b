use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Response};
use serde_json::{Value, json};
use wml_auth_core::{AccessToken, AuthError, Secret, TokenSource, Transport};

use crate::{Mcsp, McspV2Builder, ScopeCollection};

/// `{"alg":"RS256"}` . `{"aud":["a","b"],"exp":1700003600}` . a signature.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOlsiYSIsImIiXSwiZXhwIjoxNzAwMDAzNjAwfQ.c2ln";

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

fn key(text: &str) -> Secret {
    Secret::from(text)
}

/// What is sent by the source that is built on this transport.
async fn sent(build: impl FnOnce(Arc<dyn Transport>) -> Result<Mcsp, AuthError>) -> (String, Value) {
    let script = script(200, &format!(r#"{{"token":"{JWT}","token_type":"jwt","expires_in":7200}}"#));
    let token = build(script.clone()).unwrap().fetch().await.unwrap();
    assert_eq!((token.secret().expose(), token.expires_in()), (JWT, Some(Duration::from_secs(7200))));
    assert!(token.expires_at().is_some());
    let request = script.asked.lock().unwrap().take().unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(request.headers().get("authorization").is_none());
    (request.uri().to_string(), serde_json::from_slice(request.body()).unwrap())
}

#[tokio::test]
async fn each_exchange_is_the_one_that_ibms_clients_make() {
    let body = json!({ "apikey": "k3y" });
    assert_eq!(
        sent(|to| Mcsp::v1(key("k3y")).build(to)).await,
        ("https://iam.platform.saas.ibm.com/siusermgr/api/1.0/apikeys/token".to_owned(), body.clone())
    );
    assert_eq!(
        sent(|to| Mcsp::unscoped(key("k3y")).build(to)).await,
        ("https://account-iam.platform.saas.ibm.com/api/2.0/apikeys/token".to_owned(), body.clone())
    );
    assert_eq!(
        sent(|to| Mcsp::v2(key("k3y"), ScopeCollection::account("id/with space")).build(to)).await,
        (
            "https://account-iam.platform.saas.ibm.com/api/2.0/accounts/id%2Fwith%20space/apikeys/token\
             ?includeBuiltinActions=false&includeCustomActions=false&includeRoles=true\
             &prefixRolesWithDefinitionScope=false"
                .to_owned(),
            body
        )
    );
}

#[tokio::test]
async fn each_switch_and_the_claim_are_sent() {
    let scope = ScopeCollection::subscription("s1");
    let (url, body) = sent(|to| {
        Mcsp::v2(key("k"), scope)
            .url("http://127.0.0.1:8080/")
            .include_builtin_actions(true)
            .include_custom_actions(true)
            .include_roles(false)
            .prefix_roles(true)
            .caller_ext_claim(r#"{"tenant": {"id": 7}}"#)
            .build(to)
    })
    .await;
    assert_eq!(
        url,
        "http://127.0.0.1:8080/api/2.0/subscriptions/s1/apikeys/token?includeBuiltinActions=true\
         &includeCustomActions=true&includeRoles=false&prefixRolesWithDefinitionScope=true"
    );
    assert_eq!(body, json!({ "apikey": "k", "callerExtClaim": { "tenant": { "id": 7 } } }));
}

#[tokio::test]
async fn a_key_is_escaped() {
    let odd = "key\"with\\quote+&é";
    let (_, body) = sent(|to| Mcsp::v1(key(odd)).build(to)).await;
    assert_eq!(body, json!({ "apikey": odd }));
}

#[tokio::test]
async fn the_whole_address_is_taken_as_it_is() {
    for (given, asked) in [
        ("https://h.example.com", "https://h.example.com/api/2.0/apikeys/token"),
        ("https://h.example.com/api/2.0/apikeys/token", "https://h.example.com/api/2.0/apikeys/token"),
        (
            "https://dai.ibmforusgov.com/api/rest/mcsp/apikeys/token",
            "https://dai.ibmforusgov.com/api/rest/mcsp/apikeys/token",
        ),
    ] {
        assert_eq!(sent(|to| Mcsp::unscoped(key("k")).url(given).build(to)).await.0, asked);
    }
    let v1 = "https://h.example.com/siusermgr/api/1.0/apikeys/token";
    assert_eq!(sent(|to| Mcsp::v1(key("k")).url(v1).build(to)).await.0, v1);
}

async fn answered(status: u16, body: &str) -> Result<AccessToken, AuthError> {
    Mcsp::v1(key("k3y-k3y")).build(script(status, body)).unwrap().fetch().await
}

#[tokio::test]
async fn an_opaque_token_needs_a_life() {
    assert!(answered(200, r#"{"token":"opaque","token_type":"jwt","expires_in":7200}"#).await.is_ok());
    let error = answered(200, r#"{"token":"opaque","token_type":"jwt"}"#).await.unwrap_err();
    assert!(error.is_invalid_answer() && error.message().contains("how long"), "{error}");
}

#[tokio::test]
async fn an_answer_without_a_usable_token_says_what_is_wrong_with_it() {
    for (body, words) in [
        ("{}", "no token"),
        (r#"{"token":"","expires_in":9}"#, "empty"),
        (r#"{"token":"a\nb","expires_in":9}"#, "line break"),
        (r#"{"token":{"a":1},"expires_in":9}"#, "not that of a token"),
        ("no JSON", "not JSON"),
        ("<html>", "web page"),
    ] {
        let error = answered(200, body).await.unwrap_err();
        assert!(error.is_invalid_answer() && error.message().contains(words), "{body}: {error}");
        assert_eq!(error.host(), Some("iam.platform.saas.ibm.com"));
    }
}

#[tokio::test]
async fn a_refused_key_is_told_with_the_code_and_without_the_key() {
    let body = r#"{"errorCode":"BXNIM0415E","errorMessage":"Provided API key k3y-k3y could not be found."}"#;
    let error = answered(400, body).await.unwrap_err();
    assert!(error.is_rejected_credential() && error.code() == Some("BXNIM0415E"), "{error}");
    assert!(!format!("{error} {error:?}").contains("k3y-k3y"), "{error:?}");
    let error = answered(401, r#"{"message":"no"}"#).await.unwrap_err();
    assert!(error.is_rejected_credential() && error.message().contains("Multi-Cloud"), "{error}");
}

#[test]
fn what_cannot_work_is_refused_when_building() {
    let to = || script(200, "");
    for odd in ["", "{key}", "\"key\"", "key\n"] {
        assert!(Mcsp::v1(key(odd)).build(to()).unwrap_err().is_misconfigured(), "{odd:?}");
        assert!(Mcsp::unscoped(key(odd)).build(to()).unwrap_err().is_misconfigured(), "{odd:?}");
    }
    let error = Mcsp::v1(key("k")).url("").build(to()).unwrap_err();
    assert!(error.is_misconfigured() && error.message().contains("Multi-Cloud"), "{error}");
    let account = || ScopeCollection::account("a");
    let refused = |builder: McspV2Builder| builder.build(to()).unwrap_err().is_misconfigured();
    assert!(refused(Mcsp::v2(key(""), account())));
    assert!(refused(Mcsp::v2(key("k"), ScopeCollection::of("", "a"))));
    assert!(refused(Mcsp::v2(key("k"), ScopeCollection::service(" "))));
    assert!(refused(Mcsp::v2(key("k"), ScopeCollection::account(".."))));
    assert!(refused(Mcsp::v2(key("k"), account()).url("http://example.com")));
    for json in ["", "{", "[]", "null", "\"x\""] {
        assert!(refused(Mcsp::v2(key("k"), account()).caller_ext_claim(json)), "{json}");
    }
}

#[test]
fn everything_that_shapes_the_token_is_in_the_identity() {
    let to = || script(200, "");
    let v2 = || Mcsp::v2(key("k"), ScopeCollection::account("a"));
    let all = [
        Mcsp::v1(key("k")).build(to()),
        Mcsp::v1(key("l")).build(to()),
        Mcsp::v1(key("k")).url("https://example.com").build(to()),
        Mcsp::unscoped(key("k")).build(to()),
        v2().build(to()),
        Mcsp::v2(key("k"), ScopeCollection::account("b")).build(to()),
        Mcsp::v2(key("k"), ScopeCollection::service("a")).build(to()),
        v2().url("https://example.com").build(to()),
        v2().include_builtin_actions(true).build(to()),
        v2().include_custom_actions(true).build(to()),
        v2().include_roles(false).build(to()),
        v2().prefix_roles(true).build(to()),
        v2().caller_ext_claim("{}").build(to()),
    ]
    .map(|built| built.unwrap().identity());
    for (place, identity) in all.iter().enumerate() {
        assert!(!all[..place].contains(identity), "{place}");
    }
    assert_eq!(all[4], v2().include_roles(true).build(to()).unwrap().identity());
}

#[test]
fn debug_shows_no_secret() {
    let v1 = Mcsp::v1(key("hunter2"));
    let v2 = Mcsp::v2(key("hunter2"), ScopeCollection::account("a"));
    let built = v2.clone().build(script(200, "")).unwrap();
    let shown = format!("{v1:?} {v2:?} {built:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}
