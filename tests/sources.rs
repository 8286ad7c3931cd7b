//! Each login works from each source: environment, credential file, `VCAP_SERVICES`, profile.

#![allow(clippy::unwrap_used, reason = "a test may")]

use http::Request;
use wml_auth::{AuthRequest, Credentials, Transport as _};
use wml_auth_tests::Rig;

/// A way of logging in: its properties by IBM's names, and what its requests begin with.
struct Login {
    name: &'static str,
    properties: Vec<(&'static str, String)>,
    scheme: &'static str,
}

/// Every login that the cloud knows.
async fn logins(rig: &Rig) -> Vec<Login> {
    let fixture = rig.cloud.fixture();
    let url = || rig.cloud.url().to_owned();
    let key = || fixture.api_key.clone();
    let user = || fixture.username.clone();
    let profile = || fixture.profile_id.clone();
    // A token that somebody else obtained.
    let token = rig.api_key(&fixture.api_key).authorize(&AuthRequest::new()).await.unwrap();
    let token = token.expose_token();
    let token_file = rig.file("token.txt", format!("{token}\n")).display().to_string();
    let cr_token = rig.file("cr-token", format!("{}\n", fixture.cr_token)).display().to_string();
    let of = |name, kind: &str, properties: Vec<(&'static str, String)>| {
        let properties = std::iter::once(("AUTH_TYPE", kind.to_owned())).chain(properties).collect();
        Login { name, properties, scheme: "Bearer " }
    };
    let with_scheme = |scheme, login| Login { scheme, ..login };
    vec![
        of("iam", "iam", vec![("APIKEY", key()), ("AUTH_URL", url())]),
        Login {
            name: "iam without a type",
            properties: vec![("APIKEY", key()), ("AUTH_URL", format!("{}/identity/token", url()))],
            scheme: "Bearer ",
        },
        of(
            "service-level",
            "service-level",
            vec![
                ("APIKEY", fixture.service_api_key.clone()),
                ("AUTH_URL", url()),
                ("PLATFORM_URL", url()),
                ("SPACE_ID", fixture.space_id.clone()),
                ("SERVICE_ID", fixture.service_id.clone()),
            ],
        ),
        of(
            "trusted profile",
            "iamAssume",
            vec![
                ("APIKEY", fixture.service_api_key.clone()),
                ("AUTH_URL", url()),
                ("IAM_PROFILE_ID", profile()),
            ],
        ),
        of(
            "container",
            "container",
            vec![("CR_TOKEN_FILENAME", cr_token.clone()), ("IAM_PROFILE_ID", profile()), ("AUTH_URL", url())],
        ),
        Login {
            name: "container without a type",
            properties: vec![
                ("CR_TOKEN_FILENAME", cr_token),
                ("IAM_PROFILE_ID", profile()),
                ("AUTH_URL", url()),
            ],
            scheme: "Bearer ",
        },
        of(
            "refresh token",
            "iam",
            vec![
                ("REFRESH_TOKEN", refresh_token(rig).await),
                ("CLIENT_ID", "bx".into()),
                ("CLIENT_SECRET", "bx".into()),
                ("AUTH_URL", url()),
            ],
        ),
        of("bearer", "bearerToken", vec![("BEARER_TOKEN", token.into())]),
        of("token file", "bearer", vec![("BEARER_TOKEN_FILE", token_file)]),
        with_scheme("Basic ", of("API key on the request", "basic", vec![("APIKEY", key())])),
        of("vpc", "vpc", vec![("AUTH_URL", url()), ("IAM_PROFILE_ID", profile())]),
        of(
            "vpc, newer version",
            "vpc",
            vec![
                ("AUTH_URL", url()),
                ("IAM_PROFILE_ID", profile()),
                ("VPC_IMS_VERSION", "2025-08-26".into()),
            ],
        ),
        of(
            "cp4d by password",
            "cp4d",
            vec![("AUTH_URL", url()), ("USERNAME", user()), ("PASSWORD", fixture.password.clone())],
        ),
        of(
            "cp4d by key",
            "CP4D",
            vec![("AUTH_URL", format!("{}/v1/authorize", url())), ("USERNAME", user()), ("APIKEY", key())],
        ),
        with_scheme("ZenApiKey ", of("zen", "zen", vec![("USERNAME", user()), ("APIKEY", key())])),
        of(
            "cp4d broker",
            "cp4dService",
            vec![
                ("AUTH_URL", format!("{}/zen-data/internal", url())),
                ("SERVICE_BROKER_SECRET", fixture.broker_secret.clone()),
                ("USERNAME", user()),
            ],
        ),
        of(
            "cp4d instance",
            "cp4dServiceInstance",
            vec![
                ("AUTH_URL", url()),
                ("USERNAME", user()),
                ("APIKEY", key()),
                ("SERVICE_INSTANCE_ID", fixture.instance_id.clone()),
            ],
        ),
        of("mcsp", "mcsp", vec![("APIKEY", key()), ("AUTH_URL", url())]),
        of(
            "mcspv2",
            "mcspv2",
            vec![
                ("APIKEY", key()),
                ("AUTH_URL", url()),
                ("SCOPE_COLLECTION_TYPE", "accounts".into()),
                ("SCOPE_ID", "global_account".into()),
                ("INCLUDE_ROLES", "false".into()),
                ("CALLER_EXT_CLAIM", r#"{"productID":"prod-1"}"#.into()),
            ],
        ),
        of("aws", "aws", vec![("APIKEY", key()), ("AUTH_URL", format!("{}/api/2.0/apikeys/token", url()))]),
        of(
            "legacy-wml",
            "legacy-wml",
            vec![("AUTH_URL", url()), ("USERNAME", user()), ("PASSWORD", fixture.password.clone())],
        ),
    ]
}

/// What IAM gives beside a token to a client that says who it is.
async fn refresh_token(rig: &Rig) -> String {
    let form = format!(
        "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey={}",
        rig.cloud.fixture().api_key
    );
    let request = Request::post(format!("{}/identity/token", rig.cloud.url()))
        .header("authorization", "Basic Yng6Yng=")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into_bytes())
        .unwrap();
    let answer = rig.transport.send(request).await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    answer.get("refresh_token").and_then(|token| token.as_str()).unwrap().to_owned()
}

async fn works(rig: &Rig, credentials: Credentials, login: &Login, source: &str) {
    let what = format!("{} from {source}", login.name);
    let authorization = credentials.authorize(&AuthRequest::new()).await;
    assert!(authorization.is_ok(), "{what}: {authorization:?}");
    let value = authorization.unwrap().header_value().clone();
    assert!(value.to_str().unwrap().starts_with(login.scheme), "{what}: not {}", login.scheme);
    let answer = rig.score(&credentials).await.unwrap();
    let body = String::from_utf8_lossy(answer.body());
    assert_eq!(answer.status(), 200, "{what}: {body}");
    assert!(body.contains("predictions"), "{what}: {body}");
}

#[tokio::test]
async fn from_variables_of_a_service() {
    let rig = Rig::start().await;
    for login in logins(&rig).await {
        let variables = login.properties.iter().map(|(key, value)| (format!("WATSONX_AI_{key}"), value));
        let variables: Vec<_> = variables.collect();
        let variables: Vec<_> = variables.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        works(&rig, rig.from_environment(&variables).unwrap(), &login, "the environment").await;
    }
}

#[tokio::test]
async fn from_a_credential_file() {
    let rig = Rig::start().await;
    for login in logins(&rig).await {
        let lines =
            login.properties.iter().map(|(key, value)| format!("export WATSONX_AI_{key} = '{value}'\r\n"));
        let file = rig.file("ibm-credentials.env", lines.collect::<String>());
        let variables = [("IBM_CREDENTIALS_FILE", file.to_str().unwrap())];
        works(&rig, rig.from_environment(&variables).unwrap(), &login, "a credential file").await;
    }
}

#[tokio::test]
async fn from_a_bound_service() {
    let rig = Rig::start().await;
    for login in logins(&rig).await {
        let properties =
            login.properties.iter().map(|(key, value)| (key.to_lowercase(), value.as_str().into()));
        let credentials: serde_json::Map<String, serde_json::Value> = properties.collect();
        let bound = serde_json::json!({ "user-provided": [
            { "name": "another", "credentials": {} },
            { "name": "watsonx-ai", "credentials": credentials },
        ]});
        let variables = [("VCAP_SERVICES", &*bound.to_string())];
        works(&rig, rig.from_environment(&variables).unwrap(), &login, "VCAP_SERVICES").await;
    }
}

#[tokio::test]
async fn from_a_profile() {
    let rig = Rig::start().await;
    for login in logins(&rig).await {
        let lines =
            login.properties.iter().map(|(key, value)| format!("{} = {value:?}\n", key.to_lowercase()));
        let text = format!("default_profile = \"p\"\n[profiles.p]\n{}", lines.collect::<String>());
        works(&rig, rig.from_profiles(&text).unwrap(), &login, "a profile").await;
    }
}

#[tokio::test]
async fn from_the_consoles_key_file_and_from_a_binding_of_ibms() {
    let rig = Rig::start().await;
    let (url, key) = (rig.cloud.url(), &rig.cloud.fixture().api_key);
    let iam = Login { name: "iam", properties: Vec::new(), scheme: "Bearer " };
    let file = rig.file("apikey.json", format!(r#"{{"name": "n", "apikey": "{key}"}}"#));
    let text =
        format!("default_profile = \"p\"\n[profiles.p]\napikey = {{ file = \"key\" }}\nauth_url = \"{url}\"");
    rig.file("key", format!("{key}\n"));
    works(&rig, rig.from_profiles(&text).unwrap(), &iam, "a file that a profile names").await;
    std::fs::remove_file(file).unwrap();
    let bound = serde_json::json!({ "pm-20": [
        { "name": "wml", "credentials": { "apikey": key, "iam_url": url, "url": url, "username": "u", "password": "p" } }
    ] });
    let variables = [("VCAP_SERVICES", &*bound.to_string())];
    works(&rig, rig.from_environment(&variables).unwrap(), &iam, "a binding").await;
}

#[tokio::test]
async fn a_trusted_profile_is_assumed_by_any_login() {
    let rig = Rig::start().await;
    let profile = rig.cloud.fixture().profile_id.clone();
    let login = Login { name: "trusted profile", properties: Vec::new(), scheme: "Bearer " };
    for source in logins(&rig).await {
        if !["iam", "service-level", "bearer", "token file"].contains(&source.name) {
            continue;
        }
        // A space and its platform are no part of a login, and stand beside it.
        let (target, own): (Vec<_>, Vec<_>) =
            source.properties.iter().partition(|(key, _)| ["PLATFORM_URL", "SPACE_ID"].contains(key));
        let lines = |properties: &[&(&str, String)]| -> String {
            properties.iter().map(|(key, value)| format!("{} = {value:?}\n", key.to_lowercase())).collect()
        };
        let head = format!(
            "default_profile = \"p\"\n[profiles.p]\nauth_type = \"trusted-profile\"\niam_profile_id = \"{profile}\"\n\
             auth_url = \"{}\"\n{}",
            rig.cloud.url(),
            lines(&target)
        );
        let as_table = format!("{head}[profiles.p.source]\n{}", lines(&own));
        works(&rig, rig.from_profiles(&as_table).unwrap(), &login, source.name).await;
        let as_profile = format!("{head}source_profile = \"robot\"\n[profiles.robot]\n{}", lines(&own));
        works(&rig, rig.from_profiles(&as_profile).unwrap(), &login, source.name).await;
    }
}

#[tokio::test]
async fn no_login_puts_nothing_on_a_request() {
    let rig = Rig::start().await;
    let credentials = rig.from_environment(&[("WATSONX_AI_AUTH_TYPE", "noAuth")]).unwrap();
    let authorization = credentials.authorize(&AuthRequest::new()).await.unwrap();
    assert_eq!(authorization.headers().count(), 0);
}
