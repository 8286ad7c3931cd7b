//! What is resolved becomes a provider that asks for what was configured.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
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
        let body =
            br#"{"access_token":"the-token","token":"the-token","token_type":"Bearer","expires_in":3600}"#;
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

/// Gives another refresh token with each token.
#[derive(Default)]
struct Rotating(AtomicU32);

#[async_trait]
impl Transport for Rotating {
    async fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let next = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let body = format!(r#"{{"access_token":"t","refresh_token":"r-{next}","expires_in":3600}}"#);
        Ok(Response::builder().status(200).body(body.into_bytes()).unwrap())
    }
}

#[tokio::test]
async fn a_new_refresh_token_is_written_where_the_old_one_stands() {
    let head = "default_profile = \"p\"\n[profiles.base]\n";
    let child = "\n[profiles.p]\nextends = \"base\"\n";
    let text = |value: &str| format!("{head}refresh_token = {value} # mine\n{child}");
    let literal = Place::new().profiles(&text("\"r-0\""));
    let file = Place::new().profiles(&text("{ file = \"rt\" }")).write("user/.config/wml-auth/rt", "r-0\n");
    let token_file = file.home().join(".config/wml-auth/rt");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let issuer = Arc::new(Rotating::default());
    for round in 1..3 {
        for place in [&literal, &file] {
            let credentials = place.resolver().resolve().unwrap().credentials(issuer.clone()).unwrap();
            credentials.authorize(&AuthRequest::new()).await.unwrap();
        }
        assert_eq!(read(&literal.profiles_path()), text(&format!("\"r-{}\"", round * 2 - 1)));
        assert_eq!(read(&token_file), format!("r-{}\n", round * 2));
    }
    // Somebody else has logged in meanwhile: that is not overwritten, and the token is good all the same.
    let credentials = file.resolver().resolve().unwrap().credentials(issuer).unwrap();
    std::fs::write(&token_file, "theirs").unwrap();
    credentials.authorize(&AuthRequest::new()).await.unwrap();
    assert_eq!(read(&token_file), "theirs");
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

/// What these properties of a service make somebody ask.
async fn asked(properties: &[(&str, &str)]) -> (String, String) {
    let place = properties
        .iter()
        .fold(Place::new(), |place, (name, value)| place.set(&format!("WATSONX_AI_{name}"), value));
    let (header, asked) = header(&place.resolver()).await;
    assert_eq!(header, "Bearer the-token");
    asked.first().cloned().unwrap()
}

#[tokio::test]
async fn each_platform_is_asked_by_its_own_interface() {
    let key = ("APIKEY", "k3y");
    let at = |url| ("AUTH_URL", url);
    let (url, body) = asked(&[("AUTH_TYPE", "mcsp"), key, at("https://mcsp.example/")]).await;
    assert_eq!(url, "https://mcsp.example/siusermgr/api/1.0/apikeys/token");
    assert_eq!(body, r#"{"apikey":"k3y"}"#);

    let scope = [("SCOPE_COLLECTION_TYPE", "accounts"), ("SCOPE_ID", "a/b")];
    let switches = [("INCLUDE_BUILTIN_ACTIONS", "True"), ("INCLUDE_ROLES", "false")];
    let claim = [("CALLER_EXT_CLAIM", r#"{"productID": "p"}"#)];
    let base = [("AUTH_TYPE", "MCSPV2"), key, at("https://mcsp.example")];
    let (url, body) = asked(&[&base[..], &scope, &switches, &claim].concat()).await;
    assert!(url.starts_with("https://mcsp.example/api/2.0/accounts/a%2Fb/apikeys/token?"), "{url}");
    for switch in [
        "includeBuiltinActions=true",
        "includeCustomActions=false",
        "includeRoles=false",
        "prefixRolesWithDefinitionScope=false",
    ] {
        assert!(url.contains(switch), "{switch}: {url}");
    }
    assert!(body.contains(r#""callerExtClaim":{"productID": "p"}"#), "{body}");
    let (url, _) = asked(&[&base[..], &scope].concat()).await;
    assert!(url.contains("includeRoles=true"), "it is the one that is on unless set: {url}");

    let gov = "https://dai.ibmforusgov.com/api/rest/mcsp/apikeys/token";
    assert_eq!(asked(&[("AUTH_TYPE", "aws"), key, at(gov)]).await.0, gov);
    let aws = asked(&[key, ("URL", "https://us-east-1.aws.wxai.ibm.com")]).await.0;
    assert_eq!(aws, "https://account-iam.platform.saas.ibm.com/api/2.0/apikeys/token");

    let user = [("USERNAME", "ada"), ("PASSWORD", "pass")];
    let legacy = [("AUTH_TYPE", "legacy-wml"), ("URL", "https://wml.example")];
    assert_eq!(asked(&[&legacy[..], &user].concat()).await.0, "https://wml.example/v3/identity/token");
    let cp4d = [("AUTH_TYPE", "cp4d"), at("https://cpd.example/icp4d-api"), ("CP4D_ACCOUNT_ID", "a-1")];
    let (url, body) = asked(&[&cp4d[..], &user].concat()).await;
    assert_eq!(url, "https://cpd.example/icp4d-api/v1/authorize");
    assert!(body.contains(r#""username":"ada""#) && body.contains(r#""account_id":"a-1""#), "{body}");
    let broker = [
        ("AUTH_TYPE", "cp4dService"),
        at("https://cpd.example/zen-data/internal"),
        ("SERVICE_BROKER_SECRET", "s3cret"),
        ("EXPIRATION_TIME", "600"),
    ];
    let (url, _) = asked(&broker).await;
    assert_eq!(url, "https://cpd.example/zen-data/internal/v1/service_token?expiration_time=600");
}

#[tokio::test]
async fn an_encoded_zen_key_is_sent_as_it_is_and_no_login_sends_nothing() {
    let encoded = Place::new().set("WATSONX_ZENAPIKEY", "YWRhOms=");
    assert_eq!(header(&encoded.resolver()).await, ("ZenApiKey YWRhOms=".into(), vec![]));
    let pair = Place::new()
        .set("WATSONX_AI_AUTH_TYPE", "zen")
        .set("WATSONX_AI_USERNAME", "ada")
        .set("WATSONX_AI_APIKEY", "k");
    assert_eq!(header(&pair.resolver()).await.0, "ZenApiKey YWRhOms=");
    let nobody = Place::new().set("WATSONX_AI_AUTH_TYPE", "noAuth");
    assert_eq!(header(&nobody.resolver()).await, (String::new(), vec![]));
}
