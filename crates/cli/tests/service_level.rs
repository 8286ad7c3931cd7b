//! A Service ID is set up, proved, and taken away again; whatever fails in between, the next run finishes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;
use support::Rig;
use wml_auth_mock_iam::{Answer, Propagation};

const SETUP: &[&str] = &["service-level", "setup", "--profile", "scorer", "--yes", "--format", "json"];
const TEARDOWN: &[&str] = &["service-level", "teardown", "--profile", "scorer", "--yes", "--format", "json"];

/// An administrator by the environment, who has a space.
fn administrator() -> Rig {
    let mut rig = Rig::start();
    let (url, fixture) = (rig.cloud.url().to_owned(), rig.cloud.fixture().clone());
    rig.set("WATSONX_AI_APIKEY", &fixture.api_key).set("WATSONX_AI_AUTH_URL", &url);
    rig.set("WATSONX_URL", &url).set("WATSONX_SPACE_ID", &fixture.space_id);
    rig
}

fn file(rig: &Rig) -> Option<String> {
    std::fs::read_to_string(rig.home.path().join(".config/wml-auth/profiles.toml")).ok()
}

/// What there is in the cloud, asked for with the administrator's token and without the command.
fn cloud(rig: &Rig, path: &str) -> Value {
    let token = rig.run(&["token", "--quiet"]).answer().to_owned();
    let mut stream = TcpStream::connect(rig.cloud.url().trim_start_matches("http://")).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_else(|_| panic!("{answer}"))
}

fn service_ids(rig: &Rig) -> Vec<Value> {
    let account = &rig.cloud.fixture().account_id;
    let list = cloud(rig, &format!("/v1/serviceids?account_id={account}&name=scorer"));
    list["serviceids"].as_array().unwrap().clone()
}

fn members(rig: &Rig) -> Vec<Value> {
    let list = cloud(rig, &format!("/v2/spaces/{}/members", rig.cloud.fixture().space_id));
    list["resources"].as_array().unwrap().clone()
}

fn outcome<'v>(answer: &'v Value, step: &str) -> &'v str {
    let steps = answer["steps"].as_array().unwrap();
    steps.iter().find(|done| done["step"] == step).unwrap_or_else(|| panic!("{step}: {answer}"))["outcome"]
        .as_str()
        .unwrap()
}

/// Exactly one Service ID, which is an editor, and a profile that scores with it.
fn is_set_up(rig: &Rig) {
    let services = service_ids(rig);
    assert_eq!(services.len(), 1, "{services:?}");
    let iam_id = services[0]["iam_id"].as_str().unwrap();
    let own: Vec<_> = members(rig).into_iter().filter(|member| member["id"] == iam_id).collect();
    assert_eq!(own.len(), 1, "{own:?}");
    assert_eq!(own[0]["role"], "editor");
    let deployment = &rig.cloud.fixture().deployment_id;
    let input = r#"{"input_data":[{"fields":["a"],"values":[[1]]}]}"#;
    let args = ["--profile", "scorer", "score", "--deployment", deployment, "--input", "-"];
    assert!(rig.run_with_input(&args, input).json()["predictions"].is_array());
    let whoami = rig.run(&["--profile", "scorer", "whoami", "--format", "json"]).json();
    assert_eq!(whoami["iam_id"], iam_id);
}

#[test]
fn set_up_scored_and_torn_down() {
    let rig = administrator();
    let before = members(&rig).len();
    let done = rig.run(SETUP);
    let answer = done.json();
    for (step, expected) in [
        ("service ID", "made"),
        ("profile", "written"),
        ("API key", "made"),
        ("membership", "made"),
        ("token", "obtained"),
        ("score", "obtained"),
    ] {
        assert_eq!(outcome(&answer, step), expected, "{answer}");
    }
    is_set_up(&rig);

    let again = rig.run(SETUP).json();
    for step in ["service ID", "API key", "membership"] {
        assert_eq!(outcome(&again, step), "found", "{again}");
    }
    is_set_up(&rig);
    let text = file(&rig).unwrap();
    let key = text.lines().find_map(|line| line.strip_prefix("apikey = ")).unwrap().trim_matches('"');
    assert!(!format!("{done:?}").contains(key), "the key is shown");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = rig.home.path().join(".config/wml-auth/profiles.toml");
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let gone = rig.run(TEARDOWN).json();
    for step in ["membership", "API key", "service ID", "profile"] {
        assert_eq!(outcome(&gone, step), "removed", "{gone}");
    }
    assert_eq!((service_ids(&rig).len(), members(&rig).len()), (0, before));
    assert!(!file(&rig).unwrap().contains("scorer"));
    assert_eq!(outcome(&rig.run(TEARDOWN).json(), "profile"), "gone");
}

#[test]
fn whichever_call_fails_the_next_run_finishes_and_nothing_is_doubled() {
    let calls = {
        let rig = administrator();
        rig.run(SETUP).json();
        rig.cloud.journal().requests().len() as u64
    };
    assert!(calls >= 9, "{calls} calls");
    for call in 1..=calls {
        // Refused, and done but the answer lost.
        for answer in [Answer::status(400), Answer::normal().closed_after(0)] {
            let rig = administrator();
            rig.cloud.on("/").nth(call, answer);
            let first = rig.run(SETUP);
            rig.cloud.on("/").reset();
            assert!(!first.stderr.contains("panicked"), "{first:?}");
            if first.code != 0 {
                let again = rig.run(SETUP);
                assert_eq!(again.code, 0, "call {call}: {first:?} {again:?}");
            }
            is_set_up(&rig);
        }
    }
}

#[test]
fn whichever_call_of_a_teardown_fails_the_next_run_finishes() {
    let calls = {
        let rig = administrator();
        rig.run(SETUP).json();
        rig.cloud.journal().clear();
        rig.run(TEARDOWN).json();
        rig.cloud.journal().requests().len() as u64
    };
    for call in 1..=calls {
        for answer in [Answer::status(400), Answer::normal().closed_after(0)] {
            let rig = administrator();
            rig.run(SETUP).json();
            rig.cloud.on("/").nth(call, answer);
            let first = rig.run(TEARDOWN);
            rig.cloud.on("/").reset();
            if first.code != 0 {
                let again = rig.run(TEARDOWN);
                assert_eq!(again.code, 0, "call {call}: {first:?} {again:?}");
            }
            assert_eq!(service_ids(&rig).len(), 0);
            assert!(!file(&rig).unwrap().contains("scorer"));
        }
    }
}

#[test]
fn a_dry_run_and_a_run_that_nobody_agreed_to_change_nothing() {
    let rig = administrator();
    let plan = rig.run(&["service-level", "setup", "--profile", "scorer", "--dry-run"]);
    for words in ["service ID  to make", "API key     to make", "membership  to make"] {
        assert!(plan.answer().contains(words), "{}", plan.stdout);
    }
    let unasked = rig.run(&["service-level", "setup", "--profile", "scorer"]);
    assert!(unasked.failed(64).contains("--yes"), "{unasked:?}");
    assert_eq!((service_ids(&rig).len(), file(&rig)), (0, None));
    assert_eq!(rig.cloud.journal().count("POST", "/v1/"), 0);

    rig.run(SETUP).json();
    let before = file(&rig);
    let plan = rig.run(&["service-level", "teardown", "--profile", "scorer", "--dry-run"]);
    assert!(plan.answer().contains("service ID  to remove"), "{}", plan.stdout);
    rig.run(&["service-level", "teardown", "--profile", "scorer"]).failed(64);
    assert_eq!(file(&rig), before);
    is_set_up(&rig);
}

#[test]
fn a_key_that_is_not_known_yet_is_waited_for() {
    let rig = administrator();
    rig.cloud.identities().set_propagation(Propagation::after_requests(1));
    let done = rig.run(SETUP);
    assert_eq!(outcome(&done.json(), "score"), "obtained");
}

#[test]
fn other_peoples_profiles_are_left_alone() {
    let rig = administrator();
    rig.profiles("[profiles.scorer]\nurl = \"https://x\"\n");
    assert!(rig.run(SETUP).failed(64).contains("--force"));
    assert!(rig.run(TEARDOWN).failed(64).contains("service_id"));
    assert_eq!(rig.run(&["service-level", "setup", "--profile", "scorer", "--yes", "--force"]).code, 0);
    is_set_up(&rig);
    rig.run(&["service-level", "setup", "--yes"]).failed(64);
    let own = rig.run(&["service-level", "setup", "--profile", "scorer", "--as", "scorer", "--yes"]);
    assert!(own.failed(64).contains("--as"), "{own:?}");
}

#[test]
fn who_may_not_make_service_ids_is_told_so() {
    let mut rig = administrator();
    let key = rig.cloud.fixture().service_api_key.clone();
    rig.set("WATSONX_AI_APIKEY", &key);
    let said = rig.run(SETUP);
    assert_ne!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("run the same command again") && !said.stderr.contains(&key), "{said:?}");
}
