//! `wml-auth keys`: what it prints, what it writes, and what it never shows.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

mod support;

use serde_json::Value;
use support::Rig;
use wml_auth_mock_iam::{Answer, Propagation, Route};

/// A profile with the Service ID's key, and one with the administrator's.
fn with_profiles() -> Rig {
    let rig = Rig::start();
    let (url, fixture) = (rig.cloud.url(), rig.cloud.fixture());
    rig.profiles(&format!(
        "# ours\ndefault_profile = \"admin\"\n\n[profiles.admin]\napikey = \"{}\"\nauth_url = \"{url}\"\n\n\
         [profiles.svc]\napikey = \"{}\" # monthly\nauth_url = \"{url}\"\n",
        fixture.api_key, fixture.service_api_key
    ));
    rig
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn ids(rig: &Rig, args: &[&str]) -> Vec<String> {
    let list = rig.run(&[&["keys", "list", "--format", "json"], args].concat()).json();
    list["keys"].as_array().unwrap().iter().map(|key| text(&key["id"]).to_owned()).collect()
}

#[test]
fn a_key_is_made_looked_at_changed_and_deleted() {
    let rig = with_profiles();
    let made =
        rig.run(&["keys", "create", "nightly", "--show", "--expires-in", "1h", "--format", "json"]).json();
    let (id, value) = (text(&made["key"]["id"]), text(&made["apikey"]));
    assert!(text(&made["key"]["expires_at"]).ends_with('Z'), "{made}");
    assert_eq!(ids(&rig, &[]).len(), 2);
    assert!(rig.run(&["keys", "list"]).answer().contains("nightly"));

    for (command, word) in
        [("lock", "locked"), ("unlock", "unlocked"), ("disable", "disabled"), ("enable", "enabled")]
    {
        assert_eq!(rig.run(&["keys", command, id]).answer(), format!("{id} is {word}"));
    }
    let shown = rig.run(&["keys", "show", id]);
    assert!(shown.answer().contains("nightly") && shown.answer().contains("usable"), "{shown:?}");
    assert!(!format!("{shown:?}").contains(value), "{shown:?}");

    rig.run(&["keys", "lock", id]).answer();
    let ran = rig.run(&["keys", "delete", id, "--yes"]);
    assert!(ran.failed(77).contains("locked"), "{ran:?}");
    rig.run(&["keys", "unlock", id]).answer();
    let ran = rig.run(&["keys", "delete", id]);
    assert!(ran.failed(64).contains("no terminal"), "{ran:?}");
    let json = rig.run(&["keys", "delete", id, "--yes", "--format", "json"]).json();
    assert_eq!((&json["id"], &json["is"]), (&id.into(), &"deleted".into()));
    let ran = rig.run(&["keys", "show", id]);
    assert!(ran.failed(65).contains(id), "{ran:?}");
}

#[test]
fn a_value_is_printed_alone_or_written_for_its_owner() {
    let rig = with_profiles();
    let printed = rig.run(&["keys", "create", "a", "--show"]);
    assert!(printed.answer().len() == 44 && !printed.stderr.contains(printed.answer()), "{printed:?}");

    let file = rig.home.path().join("new.key");
    let path = file.to_str().unwrap();
    let written = rig.run(&["keys", "create", "b", "--output", path]);
    assert!(written.answer().starts_with("ApiKey-"), "{written:?}");
    let value = std::fs::read_to_string(&file).unwrap();
    assert!(value.trim_end().len() == 44 && !format!("{written:?}").contains(value.trim_end()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let before = ids(&rig, &[]).len();
    rig.run(&["keys", "create", "c", "--output", path]).failed(64);
    rig.run(&["keys", "create", "c", "--output", "/proc/nowhere/key"]).failed(65);
    assert_eq!(rig.run(&["keys", "create", "c"]).code, 64, "a value that nobody would see");
    assert_eq!(ids(&rig, &[]).len(), before);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), value);
}

#[test]
fn an_administrator_sees_the_keys_of_others() {
    let rig = with_profiles();
    let service = rig.cloud.fixture().iam_id.clone();
    assert_eq!(ids(&rig, &["--iam-id", &service]), ids(&rig, &["--profile", "svc"]));
    assert!(ids(&rig, &["--whole-account"]).len() >= 2);
    let made = rig.run(&["keys", "create", "x", "--iam-id", &service, "--show", "--format", "json"]).json();
    assert_eq!(made["key"]["iam_id"], service.as_str());
    rig.run(&["keys", "list", "--whole-account", "--profile", "svc"]).failed(77);
}

#[test]
fn a_key_is_rotated_where_the_profile_holds_it() {
    let rig = with_profiles();
    let path = rig.home.path().join(".config/wml-auth/profiles.toml");
    let (before, old) =
        (std::fs::read_to_string(&path).unwrap(), rig.cloud.fixture().service_api_key.clone());
    rig.cloud.identities().set_propagation(Propagation::after_requests(1));
    let ran = rig.run(&["keys", "rotate", "--profile", "svc", "--format", "json"]);
    let json = ran.json();
    assert_eq!((&json["old_key_is"], &json["was_resumed"]), (&"deleted".into(), &false.into()));
    assert_eq!(ids(&rig, &["--profile", "svc"]), [text(&json["new_key"])]);
    let after = std::fs::read_to_string(&path).unwrap();
    let new = after.lines().find(|line| line.ends_with("# monthly")).unwrap().split('"').nth(1).unwrap();
    assert_eq!(before.replace(&old, new), after);
    assert!(!format!("{ran:?}").contains(new) && !format!("{ran:?}").contains(&old), "{ran:?}");
    assert!(ran.stderr.contains("waiting until IAM knows the new key"), "{ran:?}");
    assert_eq!(rig.run(&["token", "--profile", "svc"]).code, 0);

    let quiet =
        rig.run(&["keys", "rotate", "--profile", "svc", "--old-key", "keep", "--by", "admin", "--quiet"]);
    assert!(quiet.answer().ends_with("is kept") && quiet.stderr.is_empty(), "{quiet:?}");
    assert_eq!(ids(&rig, &["--profile", "svc"]).len(), 2);
}

#[test]
fn a_rotation_that_fails_says_what_stands_where() {
    let rig = with_profiles();
    let before = std::fs::read_to_string(rig.home.path().join(".config/wml-auth/profiles.toml")).unwrap();
    rig.cloud.identities().set_propagation(Propagation::after(std::time::Duration::from_secs(3600)));
    let ran = rig.run(&["keys", "rotate", "--profile", "svc", "--patience", "0", "--format", "json"]);
    let error: Value = serde_json::from_str(ran.failed(77).lines().last().unwrap()).unwrap();
    let message = text(&error["error"]["message"]);
    assert!(message.contains("was deleted again") && message.contains("profile svc"), "{message}");
    assert!(text(&error["error"]["hint"]).contains("again"), "{error}");
    assert_eq!(error["error"]["facts"]["code"], "BXNIM0415E");
    let after = std::fs::read_to_string(rig.home.path().join(".config/wml-auth/profiles.toml")).unwrap();
    assert_eq!(before, after);
    assert_eq!(ids(&rig, &["--profile", "svc"]).len(), 1);
}

#[test]
fn what_cannot_be_rotated_is_refused_before_anything_is_made() {
    let mut rig = Rig::start();
    let (url, key) = (rig.cloud.url().to_owned(), rig.cloud.fixture().api_key.clone());
    rig.set("WATSONX_AI_APIKEY", &key).set("WATSONX_AI_AUTH_URL", &url);
    let ran = rig.run(&["keys", "rotate"]);
    assert!(ran.failed(65).contains("WATSONX_AI_APIKEY") && ran.stderr.contains("keys create"), "{ran:?}");
    assert!(rig.cloud.journal().requests().is_empty());
}

#[test]
fn a_login_that_is_not_iams_manages_no_keys() {
    let mut rig = Rig::start();
    rig.set("WATSONX_AI_BEARER_TOKEN", "a-token");
    assert!(rig.run(&["keys", "list"]).failed(65).contains("IAM"));
}

#[test]
fn an_outage_is_told_as_one() {
    let rig = with_profiles();
    rig.cloud.on(Route::ApiKeys).always(Answer::status(503));
    rig.run(&["keys", "list"]).failed(75);
}

#[test]
fn the_sandbox_has_keys_of_its_own() {
    let rig = Rig::start();
    assert!(rig.run(&["--sandbox", "keys", "list"]).answer().starts_with("ApiKey-"));
    assert!(rig.run(&["--sandbox", "keys", "rotate"]).answer().ends_with("is deleted"));
    assert!(rig.run(&["--sandbox", "keys", "rotate", "--profile", "sandbox-service"]).code == 0);
}
