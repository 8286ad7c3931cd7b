//! What is there and makes no sense stops the resolution, and the error says where.

mod support;

use support::{KEY, Place, permit};
use wml_auth_config::{Key, Outcome, SourceStatus};

#[test]
fn a_named_file_has_to_be_there() {
    let place = Place::new().set("IBM_CREDENTIALS_FILE", "none.env").set("WATSONX_APIKEY", "k");
    assert_eq!(place.error(), "/here/none.env: the file does not exist");
    let place = Place::new().set("IBM_CREDENTIALS_FILE", ".");
    assert_eq!(place.error(), "/here/./ibm-credentials.env: the file does not exist");
    let place = Place::new().set("WML_AUTH_PROFILES_FILE", "none.toml");
    assert_eq!(place.error(), "/here/none.toml: the file does not exist");
    let error = Place::new().resolver().profiles_file("none.toml").resolve().unwrap_err();
    assert!(error.to_string().ends_with("/here/none.toml: the file does not exist"));
}

#[test]
fn a_profile_that_is_asked_for_has_to_be_there() {
    let place = Place::new().set("WML_AUTH_PROFILE", "prod").set("WATSONX_APIKEY", "k");
    assert_eq!(
        place.error(),
        "environment variable WML_AUTH_PROFILE: profile `prod` was asked for, and there is no profiles file"
    );
    let place = Place::new().profiles("[profiles.prod]\n");
    let error = place.resolver().profile("prd").resolve().unwrap_err();
    assert!(error.is_usage(), "the caller asked for it");
    assert_eq!(error.hint(), Some("did you mean `prod`?"));
}

#[test]
fn an_explicit_value_must_not_be_empty() {
    let error = Place::new().resolver().set(Key::ApiKey, "").resolve().unwrap_err();
    assert!(error.is_usage());
    assert_eq!(error.to_string(), "explicit value apikey: the value is empty");
}

#[test]
fn a_secret_that_a_profile_refers_to_must_be_there() {
    let of = |apikey: &str| {
        let place = Place::new()
            .set("EMPTY", "")
            .set("PATH", "/usr/bin:/bin")
            .write("user/.config/wml-auth/empty", "\n")
            .write("user/.config/wml-auth/two-lines", "CANARY\nCANARY\n")
            .profiles(&format!("default_profile = \"p\"\n[profiles.p]\napikey = {apikey}\n"));
        place.error().replace("/user/.config/wml-auth", "")
    };
    let at = "/profiles.toml:3 (profile \"p\"): ";
    assert_eq!(of("{ env = \"EMPTY\" }"), format!("{at}variable `EMPTY` is unset or empty"));
    assert_eq!(of("{ file = \"none\" }"), format!("{at}file /none does not exist"));
    assert_eq!(of("{ file = \"empty\" }"), format!("{at}file /empty holds no secret: it is empty"));
    assert_eq!(
        of("{ file = \"two-lines\" }"),
        format!("{at}the API key has a line break or control character in it")
    );
    #[cfg(unix)]
    assert_eq!(
        of("{ command = [\"sh\", \"-c\", \"echo CANARY; exit 7\"] }"),
        format!("{at}command `sh` failed with exit code 7")
    );
}

#[test]
fn a_malformed_value_is_an_error_at_its_place_and_is_not_shown() {
    let of = |name: &str, value: &str| Place::new().set("WATSONX_AI_APIKEY", KEY).set(name, value).error();
    assert_eq!(
        of("WATSONX_URL", "https://user:CANARY@ml.example"),
        "environment variable WATSONX_URL: a URL with a user name or password"
    );
    assert_eq!(
        of("WATSONX_SPACE_ID", "a space"),
        "environment variable WATSONX_SPACE_ID: not an id: it has a character other than letters, digits and - _ . :"
    );
    assert_eq!(
        of("WATSONX_AI_CLIENT_ID", "bx"),
        "environment variable WATSONX_AI_CLIENT_ID: client_id is set without client_secret"
    );
    assert!(
        of("WATSONX_AI_AUTH_URL", "http://iam.example")
            .starts_with("environment variable WATSONX_AI_AUTH_URL: ")
    );
    let key = Place::new().set("WATSONX_APIKEY", "\"CANARY\"").error();
    assert_eq!(
        key,
        "environment variable WATSONX_APIKEY: the API key begins or ends with a brace or quotation mark"
    );
}

#[test]
fn service_level_needs_one_space_or_project() {
    let place = |more: &str| {
        Place::new().profiles(&format!(
            "default_profile = \"p\"\n[profiles.p]\nauth_type = \"service-level\"\napikey = \"k\"\n\
             url = \"https://us-south.ml.cloud.ibm.com\"\n{more}"
        ))
    };
    let error = |more: &str| place(more).resolver().resolve().unwrap_err();
    assert!(error("").message().contains("needs space_id or project_id"));
    assert!(error("space_id = \"s\"\nproject_id = \"p\"").message().contains("both are set"));
    let nearer = place("space_id = \"s\"").set("WATSONX_PROJECT_ID", "p");
    let shown = format!("{:?}", nearer.resolver().resolve().unwrap());
    assert!(shown.contains("Project(\"p\")"), "the environment is nearer: {shown}");
    let without_url = place("space_id = \"s\"").profiles(
        "default_profile = \"p\"\n[profiles.p]\nauth_type = \"service-level\"\napikey = \"k\"\nspace_id = \"s\"",
    );
    assert!(without_url.error().contains("needs url or platform_url"));
    let role = error("space_id = \"s\"\nminimum_role = \"edtor\"");
    assert_eq!((role.message(), role.hint()), ("unknown role `edtor`", Some("did you mean `editor`?")));
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_a_warning_and_in_strict_mode_an_error() {
    let literal = Place::new().profiles("default_profile = \"p\"\n[profiles.p]\napikey = \"k\"");
    assert!(literal.resolver().strict(true).resolve().is_ok());
    permit(&literal.profiles_path(), 0o644);
    let resolution = literal.resolver().resolve().unwrap();
    assert!(resolution.warnings()[0].message().contains("can be read by others (mode 644)"));
    let error = literal.resolver().strict(true).resolve().unwrap_err();
    assert!(error.is_broken() && error.hint() == Some("chmod 600 the file"));

    let reference = Place::new()
        .set("K", "k")
        .profiles("default_profile = \"p\"\n[profiles.p]\napikey = { env = \"K\" }");
    permit(&reference.profiles_path(), 0o644);
    assert!(reference.resolver().strict(true).resolve().is_ok(), "it holds no secret");

    let file = Place::new().write("here/ibm-credentials.env", "WATSONX_AI_APIKEY=k");
    permit(&file.here().join("ibm-credentials.env"), 0o640);
    assert!(file.resolver().strict(true).resolve().unwrap_err().is_broken());
}

#[test]
fn of_nothing_but_a_misspelled_variable_the_hint_says_so() {
    let error = Place::new().set("WATSONX_APKEY", "CANARY").resolver().resolve().unwrap_err();
    assert!(error.is_absent());
    let hint = error.hint().unwrap();
    assert!(hint.contains("did you mean `WATSONX_APIKEY`?") && !hint.contains("CANARY"), "{hint}");
}

#[test]
fn an_explanation_says_which_source_is_to_blame() {
    let crn = Place::new().set("WATSONX_AI_IAM_PROFILE_CRN", "crn:v1:x").resolver().explain();
    assert_eq!(crn.sources[1].reason, "holds iam_profile_crn");
    let broken = Place::new().set("WATSONX_APIKEY", "{key}").resolver().explain();
    assert_eq!(broken.sources[1].reason, "holds apikey");
    assert!(broken.values.is_empty() && broken.credential.is_none());
}

#[test]
fn an_explanation_goes_as_far_as_the_error() {
    let place = Place::new().set("WATSONX_APIKEY", KEY).profiles("[profiles.p]\nx = \"CANARY\"");
    let explanation = place.resolver().explain();
    assert_eq!(explanation.outcome, Outcome::Broken);
    let statuses: Vec<_> = explanation.sources.iter().map(|source| source.status).collect();
    assert_eq!(statuses[2..], [SourceStatus::Broken, SourceStatus::NotReached, SourceStatus::NotReached]);
    assert!(explanation.error.unwrap().to_string().ends_with("profiles.toml:2:1: unknown key `x`"));
}
