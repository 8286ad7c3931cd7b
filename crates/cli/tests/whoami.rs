//! Whose token would be used, without the token.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use support::Rig;

fn with_profiles() -> Rig {
    let rig = Rig::start();
    let fixture = rig.cloud.fixture();
    rig.profiles(&format!(
        "default_profile = \"service\"\n\
         [profiles.base]\nauth_url = \"{url}\"\nurl = \"{url}\"\napikey = \"{user}\"\n\
         [profiles.user]\nextends = \"base\"\n\
         [profiles.service]\nextends = \"base\"\napikey = \"{service}\"\n\
         [profiles.opaque]\nbearer_token = \"an-opaque-token\"\n",
        url = rig.cloud.url(),
        user = fixture.api_key,
        service = fixture.service_api_key,
    ));
    rig
}

#[test]
fn a_user_and_a_service_id_are_told_apart() {
    let rig = with_profiles();
    let fixture = rig.cloud.fixture();
    let service = rig.run(&["whoami", "--format", "json"]).json();
    assert_eq!((&service["kind"], &service["profile"]), (&"service ID".into(), &"service".into()));
    assert_eq!(service["iam_id"], fixture.iam_id.as_str());
    assert_eq!(service["account"], fixture.account_id.as_str());
    assert_eq!(service["claims"]["sub_type"], "ServiceId");
    assert_eq!(service["header"]["alg"], "RS256");
    // The earlier of what the token says and of when it came, in whole seconds, and its life.
    let [claimed, kept] =
        [&service["claims"]["exp"], &service["expiration"]].map(|date| date.as_i64().unwrap());
    assert!((claimed - 1..=claimed).contains(&kept), "{kept} is not {claimed}");
    assert_eq!(service["is_expired"], false);

    let user = rig.run(&["whoami", "--profile", "user"]);
    let text = user.answer();
    for words in ["identity  user ", "account   ", "expires   20", "provider  iam-apikey", "profile   user"] {
        assert!(text.contains(words), "{words} is not in:\n{text}");
    }
    assert!(text.contains("(profile \"base\")"), "the key stands in the parent:\n{text}");
    assert!(text.contains("  grant_type = \"urn:ibm:params:oauth:grant-type:apikey\""), "{text}");
}

#[test]
fn nothing_is_printed_that_could_be_used_as_a_token() {
    let rig = with_profiles();
    for args in [&["whoami"][..], &["whoami", "--format", "json"], &["whoami", "--profile", "user"]] {
        let ran = rig.run(args);
        let shown = format!("{}{}", ran.answer(), ran.stderr);
        assert!(!shown.contains("eyJ"), "{shown}");
    }
}

#[test]
fn a_token_that_is_no_jwt_says_little() {
    let rig = with_profiles();
    let json = rig.run(&["whoami", "--profile", "opaque", "--format", "json"]).json();
    assert_eq!((&json["kind"], &json["claims"]), (&"unknown".into(), &serde_json::Value::Null));
    let ran = rig.run(&["whoami", "--profile", "opaque"]);
    assert!(ran.answer().contains("not a JWT") && !ran.stdout.contains("an-opaque-token"), "{ran:?}");
}

#[test]
fn without_a_token_there_is_nobody() {
    assert!(Rig::start().run(&["whoami"]).failed(78).contains("no credential"));
}
