use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Response};
use serde_json::{Value, json};
use wml_auth_core::{AuthError, Secret, TokenSource, Transport};

use crate::{Cp4d, Cp4dBedrock, Cp4dBuilder, Cp4dService, Cp4dServiceInstance};

/// `{"alg":"RS256"}` . `{"aud":["DSX"],"exp":1700003600}` . a signature.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOlsiRFNYIl0sImV4cCI6MTcwMDAwMzYwMH0.c2ln";

/// Gives its answers in turn and remembers what it was asked.
struct Scripted {
    answers: Mutex<Vec<(u16, String)>>,
    asked: Mutex<Vec<Request<Vec<u8>>>>,
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        self.asked.lock().unwrap().push(request);
        let (status, body) = self.answers.lock().unwrap().remove(0);
        let answer = Response::builder().status(status).header("date", "Tue, 14 Nov 2023 22:13:20 GMT");
        Ok(answer.body(body.into_bytes()).unwrap())
    }
}

fn script(answers: &[(u16, &str)]) -> Arc<Scripted> {
    let answers = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    Arc::new(Scripted { answers: Mutex::new(answers), asked: Mutex::default() })
}

fn good() -> String {
    format!(r#"{{"_messageCode_":"200","message":"success","token":"{JWT}"}}"#)
}

fn secret(text: &str) -> Secret {
    Secret::from(text)
}

fn ada(url: &str) -> Cp4dBuilder {
    Cp4d::builder(url, "ada").password(secret("pa\"ss\\wörd"))
}

async fn sent(builder: Cp4dBuilder) -> (String, Value) {
    let script = script(&[(200, &good())]);
    let transport: Arc<dyn Transport> = script.clone();
    let token = builder.build(transport).unwrap().fetch().await.unwrap();
    assert_eq!(token.secret().expose(), JWT);
    // The life is the token's own, by the clock of the cluster.
    assert!(token.expires_at().is_some() && token.server_time().is_some());
    let request = script.asked.lock().unwrap().remove(0);
    assert_eq!(
        (request.method().as_str(), request.headers()["content-type"].to_str().unwrap()),
        ("POST", "application/json")
    );
    assert!(request.headers().get("authorization").is_none());
    (request.uri().to_string(), serde_json::from_slice(request.body()).unwrap())
}

#[tokio::test]
async fn a_user_is_sent_with_only_what_is_in_use() {
    let url = "https://cpd.example.com/icp4d-api";
    assert_eq!(sent(ada(url)).await.1, json!({ "username": "ada", "password": "pa\"ss\\wörd" }));
    let by_key = Cp4d::builder(url, "ada").api_key(secret("k3y"));
    assert_eq!(sent(by_key.clone()).await.1, json!({ "username": "ada", "api_key": "k3y" }));
    let in_account = by_key.account("a1");
    assert_eq!(sent(in_account).await.1, json!({ "username": "ada", "api_key": "k3y", "account_id": "a1" }));
}

#[tokio::test]
async fn the_path_is_appended_once() {
    for (given, asked) in [
        ("https://cpd.example.com", "https://cpd.example.com/v1/authorize"),
        ("https://cpd.example.com/", "https://cpd.example.com/v1/authorize"),
        ("https://cpd.example.com/icp4d-api", "https://cpd.example.com/icp4d-api/v1/authorize"),
        ("https://cpd.example.com/icp4d-api/v1/authorize", "https://cpd.example.com/icp4d-api/v1/authorize"),
        ("https://cpd.example.com/icp4d-api/v1/authorize/", "https://cpd.example.com/icp4d-api/v1/authorize"),
        (
            "https://cpd.example.com/v1/authorize/proxy",
            "https://cpd.example.com/v1/authorize/proxy/v1/authorize",
        ),
    ] {
        assert_eq!(sent(ada(given)).await.0, asked);
    }
}

#[tokio::test]
async fn a_good_status_with_a_message_and_no_token_is_told_by_the_message() {
    let body = r#"{"_messageCode_":"401","message":"Wrong password pa\"ss\\wörd for ada"}"#;
    let error =
        ada("https://cpd.example.com").build(script(&[(200, body)])).unwrap().fetch().await.unwrap_err();
    assert!(error.is_rejected_credential(), "{error:?}");
    assert_eq!(error.service_message(), Some("Wrong password [redacted] for ada"));
    for body in
        ["{}", r#"{"_messageCode_":"200","message":"success"}"#, r#"{"token":"opaque"}"#, "<html>", ""]
    {
        let script = script(&[(200, body)]);
        let error = ada("https://cpd.example.com").build(script).unwrap().fetch().await.unwrap_err();
        assert!(error.is_invalid_answer() && error.host() == Some("cpd.example.com"), "{body}: {error}");
    }
}

#[tokio::test]
async fn a_user_of_the_foundational_services_asks_twice() {
    let proof = r#"{"access_token":"pr00f","token_type":"Bearer","expires_in":3599}"#;
    let script = script(&[(200, proof), (200, r#"{"accessToken":"opaque","username":"ada"}"#)]);
    let transport: Arc<dyn Transport> = script.clone();
    let source = Cp4dBedrock::builder(
        "https://cpd.example.com/icp4d-api",
        "https://cp-console.example.com/",
        "ada",
        secret("a+b&c"),
    );
    let token = source.build(transport).unwrap().fetch().await.unwrap();
    assert_eq!((token.secret().expose(), token.expires_in()), ("opaque", Some(Duration::from_secs(3599))));
    let asked = script.asked.lock().unwrap();
    assert_eq!(asked[0].uri(), "https://cp-console.example.com/idprovider/v1/auth/identitytoken");
    assert_eq!(asked[0].body(), b"grant_type=password&username=ada&password=a%2Bb%26c&scope=openid");
    assert_eq!(
        (asked[1].method().as_str(), asked[1].uri().to_string().as_str()),
        ("GET", "https://cpd.example.com/v1/preauth/validateAuth")
    );
    assert_eq!(
        (&asked[1].headers()["username"], &asked[1].headers()["iam-token"]),
        (&"ada".parse().unwrap(), &"pr00f".parse().unwrap())
    );
    assert!(asked[1].headers()["iam-token"].is_sensitive());
}

#[tokio::test]
async fn each_of_the_two_services_is_named_and_neither_repeats_a_secret() {
    let fails = async |answers: &[(u16, &str)]| {
        let source = Cp4dBedrock::builder(
            "https://cpd.example.com",
            "https://iam.example.com",
            "ada",
            secret("hunter2"),
        );
        let error = source.build(script(answers)).unwrap().fetch().await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("pr00f"), "{error:?}");
        error
    };
    let error = fails(&[(401, r#"{"error":"no hunter2"}"#)]).await;
    assert!(error.is_rejected_credential() && error.host() == Some("iam.example.com"), "{error}");
    let proof = r#"{"access_token":"pr00f","expires_in":60}"#;
    let error = fails(&[(200, proof), (403, r#"{"message":"no pr00f"}"#)]).await;
    assert!(error.is_rejected_credential() && error.host() == Some("cpd.example.com"), "{error}");
    assert!(fails(&[(200, proof), (200, "{}")]).await.is_invalid_answer());
    assert!(fails(&[(200, r#"{"access_token":"opaque"}"#)]).await.is_invalid_answer());
    assert!(fails(&[(200, proof), (503, "")]).await.is_retryable());
}

#[tokio::test]
async fn a_service_sends_its_secret_and_what_was_set() {
    let script = script(&[(200, &good())]);
    let transport: Arc<dyn Transport> = script.clone();
    Cp4dService::builder("https://internal.example.com/zen-data/internal", secret("br0ker"))
        .username("ada l")
        .uid("1")
        .display_name("Ada")
        .permissions("a,b")
        .expiration_time(60)
        .build(transport)
        .unwrap()
        .fetch()
        .await
        .unwrap();
    let request = script.asked.lock().unwrap().remove(0);
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.uri(),
        "https://internal.example.com/zen-data/internal/v1/service_token?display_name=Ada&expiration_time=60\
         &permissions=a%2Cb&uid=1&username=ada%20l"
    );
    assert_eq!(request.headers()["secret"], "br0ker");
    assert!(request.headers()["secret"].is_sensitive() && request.headers().get("authorization").is_none());
}

#[tokio::test]
async fn a_service_instance_answers_with_a_token_within() {
    let script = script(&[(200, &format!(r#"{{"data":{{"token":"{JWT}"}}}}"#))]);
    let transport: Arc<dyn Transport> = script.clone();
    let source = Cp4dServiceInstance::new("https://cpd.example.com", "a/1", "ada", secret("k3y"), transport);
    assert_eq!(source.unwrap().fetch().await.unwrap().secret().expose(), JWT);
    let request = script.asked.lock().unwrap().remove(0);
    assert_eq!(request.uri(), "https://cpd.example.com/v3/service_instances/a%2F1/token");
    assert_eq!(request.headers()["authorization"], "Basic YWRhOmszeQ==");
}

#[test]
fn what_cannot_work_is_refused_when_building() {
    let url = "https://cpd.example.com";
    let refused = |builder: Cp4dBuilder| builder.build(script(&[])).unwrap_err().is_misconfigured();
    let user = |name: &str| Cp4d::builder(url, name);
    assert!(refused(user("ada")));
    assert!(refused(user("ada").password(secret("p")).api_key(secret("k"))));
    for odd in ["", " ", "a\n", "{placeholder}", "\"quoted\""] {
        assert!(refused(user(odd).password(secret("p"))), "{odd:?}");
        assert!(refused(user("ada").password(secret(odd))), "{odd:?}");
        assert!(refused(user("ada").api_key(secret(odd))), "{odd:?}");
        assert!(refused(user("ada").password(secret("p")).account(odd)), "{odd:?}");
    }
    for odd in ["", "http://cpd.example.com", "https://{cluster}", "https://u:p@cpd.example.com"] {
        assert!(refused(ada(odd)), "{odd:?}");
    }
    let bedrock = |user: &str, password: &str, bedrock: &str| {
        Cp4dBedrock::builder(url, bedrock, user, secret(password)).build(script(&[])).is_err()
    };
    assert!(
        bedrock("", "p", url) && bedrock("a", "", url) && bedrock("é", "p", url) && bedrock("a", "p", "x")
    );
    assert!(Cp4dService::builder(url, secret("")).build(script(&[])).unwrap_err().is_misconfigured());
    assert!(
        Cp4dService::builder(url, secret("s")).uid(" ").build(script(&[])).unwrap_err().is_misconfigured()
    );
    let instance =
        |id: &str, user: &str| Cp4dServiceInstance::new(url, id, user, secret("k"), script(&[])).is_err();
    assert!(instance("", "a") && instance("..", "a") && instance("i", "") && instance("i", "a:b"));
}

#[test]
fn a_password_may_end_with_a_brace() {
    assert!(Cp4d::builder("https://h.example.com", "ada").password(secret("{a")).build(script(&[])).is_ok());
    assert!(Cp4d::builder("https://h.example.com", "ada").password(secret("a}")).build(script(&[])).is_ok());
}

#[test]
fn everything_that_shapes_the_token_is_in_the_identity() {
    let url = "https://h.example.com";
    let user = |name: &str| Cp4d::builder(url, name);
    let service = || Cp4dService::builder(url, secret("s"));
    let bedrock = |url: &str, bedrock: &str, password: &str| {
        Cp4dBedrock::builder(url, bedrock, "u", secret(password)).build(script(&[])).unwrap().identity()
    };
    let instance = |id: &str, key: &str| {
        Cp4dServiceInstance::new(url, id, "u", secret(key), script(&[])).unwrap().identity()
    };
    let users = [
        user("u").password(secret("p")),
        user("v").password(secret("p")),
        user("u").password(secret("q")),
        user("u").api_key(secret("p")),
        user("u").password(secret("p")).account("a"),
        Cp4d::builder("https://g.example.com", "u").password(secret("p")),
    ]
    .map(|builder| builder.build(script(&[])).unwrap().identity());
    let services =
        [service(), service().uid("1"), service().username("1"), Cp4dService::builder(url, secret("t"))]
            .map(|builder| builder.build(script(&[])).unwrap().identity());
    let others = [
        bedrock(url, url, "p"),
        bedrock("https://g.example.com", url, "p"),
        bedrock(url, "https://g.example.com", "p"),
        bedrock(url, url, "q"),
        instance("i", "k"),
        instance("j", "k"),
        instance("i", "l"),
    ];
    let all: Vec<_> = users.into_iter().chain(services).chain(others).collect();
    for (place, identity) in all.iter().enumerate() {
        assert!(!all[..place].contains(identity), "{place}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let user = Cp4d::builder("https://h.example.com", "u").password(secret("hunter2"));
    let bedrock =
        Cp4dBedrock::builder("https://h.example.com", "https://h.example.com", "u", secret("hunter2"));
    let service = Cp4dService::builder("https://h.example.com", secret("hunter2"));
    let instance =
        Cp4dServiceInstance::new("https://h.example.com", "i", "u", secret("hunter2"), script(&[])).unwrap();
    let shown = format!("{user:?} {bedrock:?} {service:?} {instance:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("dTpodW50ZXIy"), "{shown}");
    let built = format!(
        "{:?} {:?} {:?}",
        user.build(script(&[])).unwrap(),
        bedrock.build(script(&[])).unwrap(),
        service.build(script(&[])).unwrap()
    );
    assert!(!built.contains("hunter2"), "{built}");
}
