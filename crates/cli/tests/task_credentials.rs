//! `wml-auth task-credentials`: what it prints, and what it never shows.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

mod support;

use serde_json::Value;
use support::Rig;
use wml_auth_mock_iam::Answer;

fn with_profile() -> Rig {
    let rig = Rig::start();
    let (url, key) = (rig.cloud.url(), &rig.cloud.fixture().api_key);
    rig.profiles(&format!(
        "default_profile = \"me\"\n[profiles.me]\napikey = \"{key}\"\nauth_url = \"{url}\"\nurl = \"{url}\"\n"
    ));
    rig
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

const JSON: [&str; 2] = ["--format", "json"];

#[test]
fn one_is_made_looked_at_replaced_and_deleted() {
    let rig = with_profile();
    let run = |args: &[&str]| rig.run(&[&["task-credentials"], args].concat());
    assert_eq!(run(&["list"]).answer(), "");
    let made = run(&[&["create", "nightly", "--description", "scores at night"], &JSON[..]].concat()).json();
    let id = text(&made["id"]);
    assert!(text(&made["new_key"]).starts_with("ApiKey-") && made["replaced"].is_null(), "{made}");
    assert_eq!(run(&["list"]).answer(), format!("{id}  nightly  scores at night"));
    assert_eq!(run(&[&["list"], &JSON[..]].concat()).json()["task_credentials"][0]["id"], made["id"]);
    assert!(run(&["show", id]).answer().ends_with("keeps        iam_api_key"));
    assert!(run(&["create", "again"]).failed(65).contains("keeps a key as `nightly`"));

    let rotated = run(&["rotate"]);
    let answer = rotated.answer();
    let new = answer.split(' ').next().unwrap().to_owned();
    let old_key = text(&made["new_key"]);
    assert!(answer.ends_with(&format!("; {id} is deleted; {old_key} is deleted")), "{answer}");
    assert!(rotated.stderr.contains("waiting until IAM knows the new key"), "{}", rotated.stderr);
    assert!(run(&["show", id]).failed(65).contains("task-credentials list"));
    let again = run(&[&["rotate", &new, "--delete-first"], &JSON[..]].concat()).json();
    assert_eq!((text(&again["replaced"]), text(&again["name"])), (new.as_str(), "nightly"));

    let id = text(&again["id"]);
    assert!(run(&["delete", id]).failed(64).contains("no terminal"));
    let deleted = run(&[&["delete", id, "--yes"], &JSON[..]].concat());
    assert!(deleted.stderr.contains("the API key itself stays"), "{}", deleted.stderr);
    assert_eq!(deleted.json()["is"], "deleted");
    assert_eq!(run(&["list"]).answer(), "");
}

#[test]
fn a_failure_says_what_is_kept_and_how_to_go_on() {
    let rig = with_profile();
    let made = rig.run(&["task-credentials", "create", "nightly", "--format", "json"]).json();
    // The list, and then the offer.
    rig.cloud.on("/v1/task_credentials").nth(2, Answer::status(403));
    let ran = rig.run(&["task-credentials", "rotate"]);
    let said = ran.failed(77);
    let kept = format!("the platform keeps {}, as before; the new API key ApiKey-", text(&made["id"]));
    assert!(said.contains(&kept) && said.contains("was deleted again"), "{said}");
    assert!(said.contains("run it again"), "{said}");
}

#[test]
fn a_login_elsewhere_has_none() {
    let rig = Rig::start();
    rig.profiles(
        "default_profile = \"b\"\n[profiles.b]\nbearer_token = \"t\"\nurl = \"https://x.example\"\n",
    );
    assert!(rig.run(&["task-credentials", "list"]).failed(65).contains("not managed at IAM"));
}
