//! Every login that can be configured, by its properties.

use http::Request;
use wml_auth::{AuthRequest, Secret, Transport as _};
use wml_auth_core::Authorization;

use crate::Rig;

/// A way of logging in, and what its requests begin with.
#[derive(Debug)]
pub struct Login {
    /// What it is called in a failure.
    pub name: &'static str,
    /// The properties, by IBM's names without that of the service.
    pub properties: Vec<(&'static str, String)>,
    /// The scheme of its header, and the blank after it.
    pub scheme: &'static str,
}

/// Every login that the cloud knows.
pub async fn logins(rig: &Rig) -> Vec<Login> {
    let fixture = rig.cloud.fixture();
    let url = || rig.cloud.url().to_owned();
    let key = || fixture.api_key.clone();
    let user = || fixture.username.clone();
    let profile = || fixture.profile_id.clone();
    let profile_crn = || {
        let (account, id) = (&fixture.account_id, &fixture.profile_id);
        format!("crn:v1:bluemix:public:iam-identity::a/{account}::profile:{id}")
    };
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
            "trusted profile by CRN, as a client",
            "iamAssume",
            vec![
                ("APIKEY", fixture.service_api_key.clone()),
                ("AUTH_URL", url()),
                ("IAM_PROFILE_CRN", profile_crn()),
                ("CLIENT_ID", "bx".into()),
                ("CLIENT_SECRET", "bx".into()),
                ("SCOPE", "ibm openid".into()),
            ],
        ),
        of(
            "trusted profile by name",
            "iamAssume",
            vec![
                ("APIKEY", fixture.service_api_key.clone()),
                ("AUTH_URL", url()),
                ("IAM_PROFILE_NAME", "wml-profile".into()),
                ("IAM_ACCOUNT_ID", fixture.account_id.clone()),
            ],
        ),
        of(
            "container by name",
            "container",
            vec![
                ("CR_TOKEN_FILENAME", cr_token.clone()),
                ("IAM_PROFILE_NAME", "wml-profile".into()),
                ("AUTH_URL", url()),
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
        of("token file", "bearer", vec![("BEARER_TOKEN_FILE", token_file.clone())]),
        Login {
            name: "token command",
            properties: vec![("BEARER_TOKEN_COMMAND", format!("[\"cat\", {token_file:?}]"))],
            scheme: "Bearer ",
        },
        Login {
            name: "user and password on the request",
            properties: vec![("USERNAME", "apikey".into()), ("PASSWORD", key())],
            scheme: "Basic ",
        },
        with_scheme("Basic ", of("API key on the request", "basic", vec![("APIKEY", key())])),
        of("vpc by CRN", "vpc", vec![("AUTH_URL", url()), ("IAM_PROFILE_CRN", profile_crn())]),
        of("vpc by name", "vpc", vec![("AUTH_URL", url()), ("IAM_PROFILE_NAME", "wml-profile".into())]),
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
        of(
            "cp4d by the foundational services",
            "cp4d",
            vec![
                ("AUTH_URL", format!("{}/icp4d-api", url())),
                ("BEDROCK_URL", url()),
                ("USERNAME", user()),
                ("PASSWORD", fixture.password.clone()),
            ],
        ),
        with_scheme(
            "ZenApiKey ",
            Login {
                name: "zen, encoded",
                properties: vec![("ZEN_API_KEY", encoded(&fixture.username, &fixture.api_key))],
                scheme: "",
            },
        ),
        with_scheme("ZenApiKey ", of("zen", "zen", vec![("USERNAME", user()), ("APIKEY", key())])),
        of(
            "cp4d broker",
            "cp4dService",
            vec![
                ("AUTH_URL", format!("{}/zen-data/internal", url())),
                ("SERVICE_BROKER_SECRET", fixture.broker_secret.clone()),
                ("USERNAME", user()),
                ("UID", "1000331001".into()),
                ("DISPLAY_NAME", "Ada L".into()),
                ("PERMISSIONS", "can_provision, administrator".into()),
                ("EXPIRATION_TIME", "600".into()),
            ],
        ),
        Login {
            name: "cp4d broker without a type",
            properties: vec![
                ("AUTH_URL", format!("{}/zen-data/internal", url())),
                ("SERVICE_BROKER_SECRET", fixture.broker_secret.clone()),
            ],
            scheme: "Bearer ",
        },
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
                ("INCLUDE_BUILTIN_ACTIONS", "true".into()),
                ("INCLUDE_CUSTOM_ACTIONS", "true".into()),
                ("PREFIX_ROLES", "true".into()),
                ("CALLER_EXT_CLAIM", r#"{"productID":"prod-1"}"#.into()),
            ],
        ),
        of("aws", "aws", vec![("APIKEY", key()), ("AUTH_URL", format!("{}/api/2.0/apikeys/token", url()))]),
        of(
            "legacy-wml",
            "legacy-wml",
            vec![("AUTH_URL", url()), ("USERNAME", user()), ("PASSWORD", fixture.password.clone())],
        ),
        of(
            "legacy-wml, named",
            "legacy-wml",
            vec![
                ("AUTH_URL", url()),
                ("USERNAME", user()),
                ("PASSWORD", fixture.password.clone()),
                ("SERVICE_INSTANCE_ID", fixture.instance_id.clone()),
            ],
        ),
        of(
            "legacy-wml by key",
            "legacy-wml",
            vec![
                ("AUTH_URL", url()),
                ("APIKEY", key()),
                ("SERVICE_INSTANCE_ID", fixture.instance_id.clone()),
            ],
        ),
    ]
}

/// User and key as Cloud Pak for Data wants them joined.
pub fn encoded(user: &str, key: &str) -> String {
    let sent = Authorization::zen_api_key(user, &Secret::from(key)).unwrap();
    sent.header_value().to_str().unwrap().trim_start_matches("ZenApiKey ").to_owned()
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
