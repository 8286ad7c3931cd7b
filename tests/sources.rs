//! Each login works from each source: environment, credential file, `VCAP_SERVICES`, profile.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;

use wml_auth::config::{AuthType, Resolver};
use wml_auth::{AuthRequest, Credentials};
use wml_auth_tests::Rig;
use wml_auth_tests::logins::{Login, encoded, logins};

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
async fn every_login_there_is_has_its_turn() {
    let rig = Rig::start().await;
    let (mut types, mut providers) = (BTreeSet::from(["noAuth"]), BTreeSet::new());
    for login in logins(&rig).await {
        let lines = login.properties.iter().map(|(key, value)| format!("WATSONX_AI_{key}={value}\n"));
        let file = rig.file("ibm-credentials.env", lines.collect::<String>());
        let resolution = Resolver::new(rig.environment(&[])).credential_file(file).resolve().unwrap();
        types.insert(resolution.auth_type().name());
        providers.insert(resolution.provider_name().to_owned());
    }
    let all: BTreeSet<_> = AuthType::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(types, all);
    // What the crates below `crates/providers` can do, but for a token from a function.
    let known = [
        "apikey-on-request",
        "basic",
        "bearer",
        "container",
        "cp4d",
        "cp4d-bedrock",
        "cp4d-service",
        "cp4d-service-instance",
        "iam-apikey",
        "legacy-wml",
        "mcsp",
        "mcsp-unscoped",
        "mcspv2",
        "refresh-token",
        "service-level",
        "token-command",
        "token-file",
        "trusted-profile",
        "vpc",
        "with-instance-id",
        "zen-api-key",
    ];
    assert_eq!(providers, known.into_iter().map(str::to_owned).collect());
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
        let lines = login.properties.iter().map(|(key, value)| match *key {
            // A profile has lists.
            "BEARER_TOKEN_COMMAND" => format!("bearer_token_command = {value}\n"),
            _ => format!("{} = {value:?}\n", key.to_lowercase()),
        });
        let text = format!("default_profile = \"p\"\n[profiles.p]\n{}", lines.collect::<String>());
        works(&rig, rig.from_profiles(&text).unwrap(), &login, "a profile").await;
    }
}

/// A user of a cluster, by the variables of langchain-ibm, llama-index and LiteLLM: wherever the cluster is, and without
/// an auth type.
#[tokio::test]
async fn a_user_of_a_cluster_by_the_names_of_other_clients() {
    let rig = Rig::start().await;
    let fixture = rig.cloud.fixture();
    let url = ("WATSONX_URL", rig.cloud.url());
    let user = ("WATSONX_USERNAME", fixture.username.as_str());
    let cases = [
        ("password", vec![url, user, ("WATSONX_PASSWORD", fixture.password.as_str())], "Bearer "),
        ("key", vec![url, user, ("WATSONX_APIKEY", fixture.api_key.as_str())], "Bearer "),
        ("key, spelled otherwise", vec![url, user, ("WATSONX_API_KEY", fixture.api_key.as_str())], "Bearer "),
    ];
    let zen = encoded(&fixture.username, &fixture.api_key);
    let zen = ("encoded key", vec![url, ("WATSONX_ZENAPIKEY", zen.as_str())], "ZenApiKey ");
    for (name, variables, scheme) in cases.into_iter().chain([zen]) {
        let login = Login { name, properties: Vec::new(), scheme };
        works(&rig, rig.from_environment(&variables).unwrap(), &login, "the environment").await;
        let lines: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        let file = rig.file("ibm-credentials.env", lines);
        works(&rig, rig.from_environment(&[]).unwrap(), &login, "a credential file").await;
        std::fs::remove_file(file).unwrap();
    }
    let logins = rig.cloud.journal().count("POST", "/icp4d-api/v1/authorize");
    assert_eq!(logins, 6, "one for each login by a user, at the path that ibm-watsonx-ai takes");
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
