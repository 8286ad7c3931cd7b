//! Each login works from each source: environment, credential file, profile.

use wml_auth::{AuthRequest, Credentials};
use wml_auth_tests::Rig;

/// The login's properties by IBM's names, and its scheme on the request.
fn logins(rig: &Rig) -> Vec<(&'static str, Vec<(&'static str, String)>, &'static str)> {
    let fixture = rig.cloud.fixture();
    let url = || rig.cloud.url().to_owned();
    let token_file = rig.file("token.txt", format!("{}\n", bearer(rig)));
    vec![
        ("iam", vec![("APIKEY", fixture.api_key.clone()), ("AUTH_URL", url())], "Bearer "),
        (
            "service-level",
            vec![
                ("AUTH_TYPE", "service-level".into()),
                ("APIKEY", fixture.service_api_key.clone()),
                ("AUTH_URL", url()),
                ("PLATFORM_URL", url()),
                ("SPACE_ID", fixture.space_id.clone()),
                ("SERVICE_ID", fixture.service_id.clone()),
            ],
            "Bearer ",
        ),
        ("bearer", vec![("AUTH_TYPE", "bearerToken".into()), ("BEARER_TOKEN", bearer(rig))], "Bearer "),
        (
            "bearer file",
            vec![("AUTH_TYPE", "bearer".into()), ("BEARER_TOKEN_FILE", token_file.display().to_string())],
            "Bearer ",
        ),
        ("basic", vec![("AUTH_TYPE", "basic".into()), ("APIKEY", fixture.api_key.clone())], "Basic "),
    ]
}

/// A token that somebody else obtained.
fn bearer(rig: &Rig) -> String {
    std::thread::scope(|scope| {
        let credentials = rig.api_key(&rig.cloud.fixture().api_key);
        let obtain = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(credentials.authorize(&AuthRequest::new())).unwrap().expose_token().to_owned()
        };
        scope.spawn(obtain).join().unwrap()
    })
}

async fn works(rig: &Rig, credentials: Credentials, scheme: &str, what: &str) {
    let authorization =
        credentials.authorize(&AuthRequest::new()).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let value = authorization.header_value().to_str().unwrap();
    assert!(value.starts_with(scheme), "{what}: not {scheme}");
    let answer = rig.score(&credentials).await.unwrap();
    assert_eq!(answer.status(), 200, "{what}: {}", String::from_utf8_lossy(answer.body()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_environment() {
    let rig = Rig::start().await;
    for (name, properties, scheme) in logins(&rig) {
        let variables: Vec<(String, String)> = properties
            .into_iter()
            .map(|(key, value)| (format!("WATSON_MACHINE_LEARNING_{key}"), value))
            .collect();
        let variables: Vec<_> = variables.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        works(&rig, rig.from_environment(&variables).unwrap(), scheme, name).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_credential_file() {
    let rig = Rig::start().await;
    for (name, properties, scheme) in logins(&rig) {
        let lines: Vec<_> = properties
            .into_iter()
            .map(|(key, value)| format!("WATSON_MACHINE_LEARNING_{key}={value}\n"))
            .collect();
        let file = rig.file("ibm-credentials.env", lines.concat());
        let variables = [("IBM_CREDENTIALS_FILE", file.to_str().unwrap())];
        works(&rig, rig.from_environment(&variables).unwrap(), scheme, name).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_profile() {
    let rig = Rig::start().await;
    for (name, properties, scheme) in logins(&rig) {
        let lines: Vec<_> = properties
            .into_iter()
            .map(|(key, value)| format!("{} = {value:?}\n", key.to_lowercase()))
            .collect();
        let text = format!("default_profile = \"p\"\n[profiles.p]\n{}", lines.concat());
        works(&rig, rig.from_profiles(&text).unwrap(), scheme, name).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_consoles_key_file_and_from_vcap_services() {
    let rig = Rig::start().await;
    let (url, key) = (rig.cloud.url(), &rig.cloud.fixture().api_key);
    let vcap = serde_json::json!({ "watson_machine_learning": [
        { "name": "wml", "credentials": { "apikey": key, "iam_url": url, "url": url } }
    ] });
    let vcap = vcap.to_string();
    works(&rig, rig.from_environment(&[("VCAP_SERVICES", &vcap)]).unwrap(), "Bearer ", "VCAP_SERVICES").await;
}
