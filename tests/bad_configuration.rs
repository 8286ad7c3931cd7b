//! What is wrong with a configuration is said with its place and how to mend it, and never with a secret.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]

use wml_auth::AuthError;
use wml_auth_tests::Rig;

const SECRET: &str = "CANARY-0123456789-abcdefghijklmnopqrstuvwxyz";

/// The error and its hint, without the folder's name.
fn said(rig: &Rig, error: &AuthError) -> String {
    assert!(error.is_misconfigured(), "{error:?}");
    let said = format!("{} | {}", error.message(), error.hint().expect("every such error has a hint"));
    assert!(!said.contains(SECRET), "{said}");
    let folder = rig.file("x", "").parent().unwrap().display().to_string();
    said.replace(&format!("{folder}/"), "")
}

fn of_file(rig: &Rig, text: &str) -> String {
    let file = rig.file("ibm-credentials.env", text.replace("SECRET", SECRET));
    let error = rig.from_environment(&[("IBM_CREDENTIALS_FILE", file.to_str().unwrap())]).unwrap_err();
    said(rig, &error)
}

fn of_profiles(rig: &Rig, text: &str) -> String {
    said(rig, &rig.from_profiles(&text.replace("SECRET", SECRET)).unwrap_err())
}

fn of_variables(rig: &Rig, variables: &[(&str, &str)]) -> String {
    said(rig, &rig.from_environment(variables).unwrap_err())
}

#[tokio::test]
async fn in_a_credential_file() {
    let rig = Rig::start().await;
    assert_eq!(
        of_file(&rig, "WATSONX_AI_APIKEY=SECRET\nWATSONX_AI_AUTH_DISABLE_SSL=yes\n"),
        "ibm-credentials.env:2: neither true nor false | write `true` or `false`"
    );
    let both = of_file(
        &rig,
        "WATSONX_AI_AUTH_TYPE=iamAssume\nWATSONX_AI_APIKEY=SECRET\nWATSONX_AI_IAM_PROFILE_ID=Profile-1\n\
         # the same one, by its CRN\nWATSONX_AI_IAM_PROFILE_CRN=crn:v1:bluemix:public:x::profile:Profile-1\n",
    );
    assert!(
        both.starts_with("ibm-credentials.env:5: iam_profile_id and iam_profile_crn are both set | name"),
        "{both}"
    );
    assert_eq!(
        of_file(&rig, "WATSONX_AI_APIKEY=SECRET\n\nWATSONX_AI_APIKEY=another\n"),
        "ibm-credentials.env:3: `WATSONX_AI_APIKEY` has another value than in line 1 | keep one of the two lines"
    );
    assert!(
        of_file(&rig, "WATSONX_AI_APIKEY=SECRET\nSECRET\n")
            .starts_with("ibm-credentials.env:2: neither NAME=value")
    );
    assert!(
        of_file(&rig, "WATSONX_AI_AUTH_TYPE=iam\n")
            .starts_with("ibm-credentials.env:1: auth type iam needs apikey")
    );
}

#[tokio::test]
async fn in_a_profiles_file() {
    let rig = Rig::start().await;
    let twice = of_profiles(&rig, "[profiles.p]\napikey = \"SECRET\"\n\n[profiles.p]\napikey = \"SECRET\"\n");
    assert!(twice.starts_with("profiles.toml:4:"), "{twice}");
    let both = of_profiles(
        &rig,
        "default_profile = \"p\"\n[profiles.p]\nauth_type = \"vpc\"\niam_profile_id = \"Profile-1\"\n\
         iam_profile_crn = \"crn:v1:x\"\n",
    );
    assert!(
        both.starts_with("profiles.toml:5 (profile \"p\"): iam_profile_id and iam_profile_crn are both set"),
        "{both}"
    );
    assert_eq!(
        of_profiles(&rig, "[profiles.p]\ndisable_ssl = \"yes\"\n"),
        "profiles.toml:2:15: neither true nor false | write `true` or `false`"
    );
    assert!(
        of_profiles(&rig, "[profiles.p]\nsource_profile = \"q\"\n")
            .starts_with("profiles.toml:2 (profile \"p\"): there is no profile `q`")
    );
}

#[tokio::test]
async fn in_the_environment() {
    let rig = Rig::start().await;
    assert_eq!(
        of_variables(&rig, &[("VCAP_SERVICES", &format!("{{\"pm-20\": {SECRET}}}"))]).split(" | ").next(),
        Some("environment variable VCAP_SERVICES: not valid JSON, at line 1 column 11")
    );
    assert!(of_variables(&rig, &[("IBM_CREDENTIALS_FILE", "none.env")]).starts_with(
        "none.env: the file does not exist | the variable IBM_CREDENTIALS_FILE names this file"
    ));
    let unknown = of_variables(&rig, &[("WATSONX_AI_APIKEY", SECRET), ("WATSONX_AI_AUTH_TYPE", "continer")]);
    assert_eq!(
        unknown,
        "environment variable WATSONX_AI_AUTH_TYPE: unknown auth type `continer` | did you mean `container`?"
    );
    assert!(
        of_variables(&rig, &[("WATSONX_APIKEY", &format!("{{{SECRET}}}"))])
            .contains("brace or quotation mark")
    );
}
