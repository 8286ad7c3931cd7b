//! What is resolved becomes a provider that asks for what was configured.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{Request, Response};
use support::{KEY, Place};
use wml_auth_config::Resolver;
use wml_auth_core::{AuthError, AuthRequest, Transport};

/// Gives one token to whoever asks, and remembers who did.
#[derive(Default)]
struct Issuer(Mutex<Vec<Request<Vec<u8>>>>);

#[async_trait]
impl Transport for Issuer {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        self.0.lock().unwrap().push(request);
        let body = br#"{"access_token":"the-token","token_type":"Bearer","expires_in":3600}"#;
        Ok(Response::builder().status(200).body(body.to_vec()).unwrap())
    }
}

/// The header that goes on a request, and what was asked of the issuer for it.
async fn header(resolver: &Resolver) -> (String, Vec<(String, String)>) {
    let issuer = Arc::new(Issuer::default());
    let resolution = resolver.resolve().unwrap();
    let credentials = resolution.credentials(issuer.clone()).unwrap();
    let authorization = credentials.authorize(&AuthRequest::new()).await.unwrap();
    assert_eq!(resolution.provider_name(), authorization.identity().kind());
    let header = authorization.header_value().to_str().unwrap().to_owned();
    let asked = issuer.0.lock().unwrap();
    let asked = asked.iter().map(|request| {
        let body = String::from_utf8(request.body().clone()).unwrap();
        (request.uri().to_string(), body)
    });
    (header, asked.collect())
}

#[tokio::test]
async fn an_api_key_is_exchanged_where_and_as_configured() {
    let place = Place::new()
        .set("WATSON_MACHINE_LEARNING_APIKEY", KEY)
        .set("WATSON_MACHINE_LEARNING_AUTH_URL", "https://iam.example/identity/token")
        .set("WATSON_MACHINE_LEARNING_SCOPE", "ibm openid");
    let (header, asked) = header(&place.resolver()).await;
    assert_eq!(header, "Bearer the-token");
    let [(url, body)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(url, "https://iam.example/identity/token");
    assert!(body.contains(&format!("apikey={KEY}")) && body.contains("scope=ibm+openid"), "{body}");
}

#[tokio::test]
async fn a_token_of_somebody_else_is_sent_wherever_it_is() {
    let value = Place::new().set("WATSONX_TOKEN", "Bearer abc");
    assert_eq!(header(&value.resolver()).await, ("Bearer abc".into(), vec![]));
    let file = Place::new().write("here/token", "def\n").set("RUNTIME_ENV_ACCESS_TOKEN_FILE", "token");
    assert_eq!(header(&file.resolver()).await.0, "Bearer def");
    #[cfg(unix)]
    {
        let command = Place::new()
            .profiles("default_profile = \"p\"\n[profiles.p]\nbearer_token_command = [\"printf\", \"ghi\"]");
        assert_eq!(header(&command.resolver()).await.0, "Bearer ghi");
    }
}

#[tokio::test]
async fn a_basic_login_sends_what_it_has() {
    let password = Place::new().set("WATSONX_USERNAME", "Aladdin").set("WATSONX_PASSWORD", "open sesame");
    assert_eq!(header(&password.resolver()).await, ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".into(), vec![]));
    let key = Place::new().set("WATSONX_AI_AUTH_TYPE", "basic").set("WATSONX_AI_APIKEY", "k3y");
    assert_eq!(header(&key.resolver()).await.0, "Basic YXBpa2V5OmszeQ==");
    let named = key.set("WATSONX_AI_USERNAME", "me");
    assert_eq!(header(&named.resolver()).await.0, "Basic bWU6azN5");
}

#[tokio::test]
async fn a_service_level_login_knows_its_space_and_its_platform() {
    let place = Place::new().set("K", KEY).profiles(
        "default_profile = \"p\"\n[profiles.p]\nauth_type = \"service-level\"\napikey = { env = \"K\" }\n\
         space_id = \"s-1\"\nurl = \"https://us-south.ml.cloud.ibm.com\"\nauth_url = \"https://iam.example\"\n\
         service_id = \"ServiceId-1\"\nminimum_role = \"admin\"\n",
    );
    let issuer = Arc::new(Issuer::default());
    let resolution = place.resolver().resolve().unwrap();
    let credentials = resolution.credentials(issuer.clone()).unwrap();
    let refused = credentials.authorize(&AuthRequest::new()).await.unwrap_err();
    assert!(!refused.to_string().contains("CANARY"), "an opaque token is no Service ID's: {refused}");
    assert_eq!(issuer.0.lock().unwrap()[0].uri(), "https://iam.example/identity/token");

    let strange = place.profiles(
        "default_profile = \"p\"\n[profiles.p]\nauth_type = \"service-level\"\napikey = \"k\"\n\
         space_id = \"s-1\"\nurl = \"https://wml.example\"\n",
    );
    let error = strange.resolver().resolve().unwrap().credentials(issuer).unwrap_err();
    assert!(error.is_misconfigured() && error.to_string().contains("profiles.toml:4"), "{error}");
}

#[test]
fn what_a_provider_refuses_is_said_with_its_place() {
    let place = Place::new().set("WATSONX_USERNAME", "a:b").set("WATSONX_PASSWORD", "CANARY");
    let error = place.resolver().resolve().unwrap().credentials(Arc::new(Issuer::default())).unwrap_err();
    assert!(error.is_misconfigured());
    assert!(
        error.to_string().ends_with("(the credential from environment variable WATSONX_PASSWORD)"),
        "{error}"
    );
    assert!(!error.to_string().contains("CANARY"));
}
