//! Which source gives the credential, which gives the target.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use support::{KEY, Place};
use wml_auth_config::{AuthType, Key, SourceKind, SourceStatus};

const PROFILES: &str = "default_profile = \"prod\"\n[profiles.prod]\napikey = \"profile-key\"\n\
                        url = \"https://profile.example\"\nspace_id = \"profile-space\"\n\
                        [profiles.other]\napikey = \"other-key\"\n";

/// Every source holds a key; later ones are taken away from the front.
fn everything() -> Place {
    Place::new()
        .set("WATSONX_APIKEY", "variable-key")
        .set("VCAP_SERVICES", r#"{"pm-20": [{"name": "w", "credentials": {"apikey": "vcap-key", "url": "https://vcap.example"}}]}"#)
        .profiles(PROFILES)
        .write("user/ibm-credentials.env", "WATSONX_AI_APIKEY=file-key\nWATSONX_AI_PROJECT_ID=file-project\n")
}

fn source(place: &Place) -> String {
    place.resolver().resolve().unwrap().source().to_string()
}

#[test]
fn the_first_source_that_holds_a_credential_gives_it() {
    let place = everything();
    let explicit = place.resolver().set(Key::ApiKey, KEY).resolve().unwrap();
    assert_eq!(explicit.source().to_string(), "explicit value apikey");
    assert_eq!(source(&place), "environment variable WATSONX_APIKEY");
    assert_eq!(source(&everything().set("WATSONX_APIKEY", "")), "profiles.toml:3 (profile \"prod\")");
    let without_profile = everything().set("WATSONX_APIKEY", "").profiles("");
    assert_eq!(source(&without_profile), "ibm-credentials.env:1");
    let without_file = without_profile.write("user/ibm-credentials.env", "");
    assert_eq!(source(&without_file), "VCAP_SERVICES, pm-20[\"w\"]");
    let error = without_file.set("VCAP_SERVICES", "").resolver().resolve().unwrap_err();
    assert!(error.is_absent());
    assert_eq!(error.tried().len(), 5);
}

#[test]
fn a_profile_that_is_asked_for_comes_before_the_environment() {
    let by_variable = everything().set("WML_AUTH_PROFILE", "other");
    assert_eq!(source(&by_variable), "profiles.toml:7 (profile \"other\")");
    let resolution = everything().resolver().profile("prod").resolve().unwrap();
    assert_eq!(resolution.source().kind(), SourceKind::Profile);
    let environment = &resolution.explanation().sources[2];
    assert_eq!((environment.source, environment.status), (SourceKind::Environment, SourceStatus::Skipped));
    assert_eq!(environment.reason, "apikey not used: profile `prod` was asked for");
}

#[test]
fn what_goes_with_a_credential_comes_from_its_source_alone() {
    let place = Place::new()
        .set("WATSONX_AI_AUTH_URL", "https://evil.example")
        .set("WATSONX_AI_SCOPE", "variable-scope")
        .profiles("default_profile = \"p\"\n[profiles.p]\napikey = \"k\"\nscope = \"profile-scope\"");
    let explanation = place.resolver().explain();
    let used: Vec<_> = explanation.values.iter().map(|value| (value.key, value.value.as_str())).collect();
    assert_eq!(used, [(Key::ApiKey, "[redacted, 1 character]"), (Key::Scope, "profile-scope")]);
    assert_eq!(explanation.sources[1].status, SourceStatus::Skipped);
    assert_eq!(
        explanation.sources[1].reason,
        "scope, auth_url not used: the credential comes from profiles.toml:3 (profile \"p\")"
    );

    let explicit = place.resolver().set(Key::ApiKey, KEY).explain();
    assert_eq!(explicit.values.len(), 1, "an explicit credential keeps the companions of the others out");
    let overridden = place.resolver().set(Key::Scope, "explicit-scope").explain();
    let scope = &overridden.values[1];
    assert_eq!((scope.value.as_str(), scope.origin.kind()), ("explicit-scope", SourceKind::Explicit));
    assert_eq!(overridden.sources[0].reason, "overrides scope");
}

#[test]
fn the_target_is_put_together_value_by_value() {
    let place = everything().set("WATSONX_SPACE_ID", "variable-space");
    let resolution = place.resolver().set(Key::Version, "2020-09-01").resolve().unwrap();
    let target = resolution.target();
    assert_eq!(target.version.as_deref(), Some("2020-09-01"));
    assert_eq!(target.space_id.as_deref(), Some("variable-space"));
    assert_eq!(target.url.as_deref(), Some("https://profile.example"));
    assert_eq!(target.project_id.as_deref(), Some("file-project"));
    assert_eq!(target.deployment_id, None);

    let asked = place.resolver().profile("prod").resolve().unwrap();
    assert_eq!(asked.target().space_id.as_deref(), Some("profile-space"), "the order is the same for all");
}

#[test]
fn a_profile_without_a_credential_gives_its_target_only() {
    let place = Place::new()
        .set("WML_APIKEY", "k")
        .set("WML_AUTH_PROFILE", "p")
        .profiles("[profiles.p]\nurl = \"https://p.example\"");
    let resolution = place.resolver().resolve().unwrap();
    assert_eq!(resolution.source().to_string(), "environment variable WML_APIKEY");
    assert_eq!(resolution.target().url.as_deref(), Some("https://p.example"));
    assert_eq!(resolution.explanation().sources[1].status, SourceStatus::Values);
}

#[test]
fn a_source_that_says_how_and_holds_nothing_is_broken_and_not_skipped() {
    let place = Place::new().set("WML_APIKEY", "k").profiles("[profiles.p]\nauth_type = \"iam\"");
    let error = place.resolver().profile("p").resolve().unwrap_err();
    assert!(error.is_broken());
    assert_eq!(error.message(), "auth type iam needs apikey or refresh_token, and its source holds none");
    assert!(error.hint().unwrap().contains("{ env = \"…\" }"));
}

#[test]
fn aliases_that_disagree_are_named_and_never_shown() {
    let place = Place::new()
        .set("WX_API_KEY", "CANARY-another-key")
        .set("WATSONX_APIKEY", KEY)
        .set("WATSONX_API_KEY", KEY);
    let resolution = place.resolver().resolve().unwrap();
    let said: Vec<_> = resolution.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "environment variable WX_API_KEY: sets apikey to another value than environment variable WATSONX_APIKEY, \
          which is used"
        ]
    );
    let shadows = &resolution.explanation().values[0].shadows;
    let shown: Vec<_> = shadows.iter().map(|shadow| (shadow.origin.to_string(), shadow.differs)).collect();
    assert_eq!(
        shown,
        [
            ("environment variable WATSONX_API_KEY".into(), false),
            ("environment variable WX_API_KEY".into(), true)
        ]
    );
    let everything = format!("{resolution:?} {}", resolution.explanation());
    assert!(!everything.contains("CANARY"), "{everything}");
}

#[test]
fn a_service_of_its_own_is_looked_for_everywhere_and_alone() {
    let place = Place::new()
        .set("WATSONX_APIKEY", "not-this-one")
        .set("SVC_10_APIKEY", "nor-this-one")
        .write("here/ibm-credentials.env", "WATSONX_AI_APIKEY=nor-this\nexport SVC_1_APIKEY='file-key'\r\n");
    let resolution = place.resolver().service("svc-1").resolve().unwrap();
    assert_eq!(resolution.source().to_string(), "ibm-credentials.env:2");
    assert!(place.resolver().service("--").resolve().unwrap_err().is_usage());
}

#[test]
fn the_console_s_key_file_is_found_and_named() {
    let file =
        r#"{"name": "n", "description": "", "createdAt": "2024-01-01T00:00+0000", "apikey": "file-key"}"#;
    let here = Place::new().write("here/apikey.json", file);
    assert_eq!(source(&here), "apikey.json");
    let elsewhere = Place::new().write("user/my key.json", file).set("IBM_CREDENTIALS_FILE", "~/my key.json");
    assert_eq!(source(&elsewhere), "my key.json");
    let other = Place::new().write("here/apikey.json", "{ not for us").set("WATSONX_APIKEY", "k");
    assert_eq!(source(&other), "environment variable WATSONX_APIKEY", "it is not read without need");
}

#[test]
fn a_credential_file_here_hides_the_one_in_the_home_directory() {
    let place = Place::new()
        .write("here/ibm-credentials.env", "OTHER_APIKEY=x\n")
        .write("user/ibm-credentials.env", "WATSONX_AI_APIKEY=x\n");
    let error = place.resolver().resolve().unwrap_err();
    assert!(error.is_absent());
    assert_eq!(error.tried()[3].reason, "the file holds nothing for the service");
}

#[test]
fn the_auth_type_is_inferred_or_written_and_never_guessed() {
    let of = |variables: &[(&str, &str)]| {
        let place = variables.iter().fold(Place::new(), |place, (name, value)| place.set(name, value));
        place.resolver().resolve().map(|resolution| resolution.auth_type()).map_err(|error| error.to_string())
    };
    assert_eq!(of(&[("WATSONX_AI_APIKEY", "k")]), Ok(AuthType::Iam));
    assert_eq!(of(&[("WATSONX_TOKEN", "t")]), Ok(AuthType::Bearer));
    assert_eq!(of(&[("WATSONX_TOKEN", "t"), ("WATSONX_APIKEY", "k")]), Ok(AuthType::Iam));
    assert_eq!(of(&[("WATSONX_USERNAME", "u"), ("WATSONX_PASSWORD", "p")]), Ok(AuthType::Basic));
    assert_eq!(of(&[("WATSONX_AI_APIKEY", "k"), ("WATSONX_AI_AUTHTYPE", "BASIC")]), Ok(AuthType::Basic));
    assert_eq!(of(&[("WATSONX_AI_AUTH_TYPE", "vpc")]), Ok(AuthType::Vpc));
    assert_eq!(of(&[("WATSONX_AI_AUTH_TYPE", "noauth")]), Ok(AuthType::NoAuth));
    assert_eq!(of(&[("WATSONX_AI_IAM_PROFILE_ID", "Profile-1")]), Ok(AuthType::Container));
    assert_eq!(of(&[("WATSONX_ZENAPIKEY", "dTpr")]), Ok(AuthType::Zen));
    assert_eq!(of(&[("WATSONX_AI_REFRESH_TOKEN", "t")]), Ok(AuthType::Iam));
    assert_eq!(
        of(&[("WATSONX_AI_APIKEY", "k"), ("WATSONX_URL", "https://us-east-1.aws.wxai.ibm.com")]),
        Ok(AuthType::Aws)
    );
    assert_eq!(
        of(&[("WATSONX_AI_IAM_PROFILE_CRN", "crn:v1:x")]),
        Err("environment variable WATSONX_AI_IAM_PROFILE_CRN: a trusted profile is named by its CRN, and nothing \
             says how to log in"
            .into())
    );
    assert_eq!(
        of(&[("WATSONX_AI_PASSWORD", "p")]),
        Err("environment variable WATSONX_AI_PASSWORD: auth type basic needs username with the password, \
             and its source holds none"
            .into())
    );
    assert_eq!(of(&[("WATSONX_URL", "https://x.example")]), Err("no credentials are configured".into()));
}

#[test]
fn what_a_login_has_no_use_for_is_a_warning() {
    let place = Place::new().set("WATSONX_APIKEY", "k").set("WATSONX_TOKEN", "t");
    let resolution = place.resolver().resolve().unwrap();
    assert_eq!(
        resolution.warnings()[0].to_string(),
        "environment variable WATSONX_TOKEN: bearer_token is set and auth type iam has no use for it"
    );
}
