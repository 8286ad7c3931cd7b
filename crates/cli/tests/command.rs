//! Each command, its answer on stdout, what it says on stderr, and its exit code.

mod support;

use support::Rig;
use wml_auth_mock_iam::{Answer, Role, Route};

const INPUT: &str = r#"{"input_data":[{"fields":["a","b"],"values":[[1,2],[30,4]]}]}"#;

fn with_key() -> Rig {
    let mut rig = Rig::start();
    let (url, key) = (rig.cloud.url().to_owned(), rig.cloud.fixture().api_key.clone());
    rig.set("WATSONX_AI_APIKEY", &key).set("WATSONX_AI_AUTH_URL", &url).set("WATSONX_AI_URL", &url);
    rig
}

#[test]
fn the_sandbox_scores_without_any_configuration() {
    let rig = Rig::start();
    let ran = rig.run(&["--sandbox", "score"]);
    let predictions = &ran.json()["predictions"][0];
    assert_eq!(predictions["values"].as_array().map(Vec::len), Some(3), "{ran:?}");
    assert!(predictions["fields"].is_array());
    assert!(ran.stderr.contains("profile") && ran.stderr.contains("iam-apikey"), "{}", ran.stderr);
    assert!(ran.stderr.contains("expires 20"), "{}", ran.stderr);
    assert!(rig.cloud.journal().requests().is_empty(), "the sandbox has a cloud of its own");
}

#[test]
fn the_readme_shows_what_the_sandbox_prints() {
    let readme = include_str!("../../../README.md");
    let printed = Rig::start().run(&["--sandbox", "score"]);
    let shown = readme.lines().find(|line| line.starts_with("{\"predictions\""));
    assert_eq!(shown, Some(printed.answer()));
    for line in printed.stderr.lines() {
        let begins = line.split([' ', ':']).next().unwrap_or_default();
        assert!(readme.lines().any(|shown| shown.starts_with(begins)), "{line}");
    }
}

#[test]
fn the_sandbox_ignores_real_credentials() {
    let mut rig = Rig::start();
    rig.set("WATSONX_APIKEY", "a-real-key-that-must-not-get-into-the-sandbox");
    assert!(rig.run(&["--sandbox", "token"]).stderr.contains("profile"));
    assert_eq!(rig.run(&["--sandbox", "score", "--profile", "sandbox-service"]).code, 0);
}

#[test]
fn each_format_of_a_token() {
    let rig = with_key();
    let raw = rig.run(&["token"]);
    assert_eq!(raw.answer().split('.').count(), 3);
    assert!(rig.run(&["token", "--format", "header"]).answer().starts_with("Authorization: Bearer ey"));
    assert!(rig.run(&["token", "--format", "env"]).answer().starts_with("WATSONX_TOKEN='ey"));
    let json = rig.run(&["token", "--format", "json", "--min-ttl", "5m"]).json();
    assert_eq!((&json["token_type"], &json["provider"]), (&"Bearer".into(), &"iam-apikey".into()));
    assert!(json["expires_in"].as_u64().is_some_and(|left| (3500..=3600).contains(&left)), "{json}");
    assert!(json["expires_at"].as_str().is_some_and(|date| date.ends_with('Z')), "{json}");
}

#[test]
fn more_life_than_there_is_cannot_be_had() {
    let said = with_key().run(&["token", "--min-ttl", "2h"]);
    assert!(said.failed(65).contains("7200 s"), "{said:?}");
}

#[test]
fn quiet_says_nothing_beside_the_answer() {
    assert_eq!(with_key().run(&["token", "--quiet"]).stderr, "");
}

#[test]
fn scoring_takes_a_file_or_standard_input() {
    let rig = with_key();
    let deployment = rig.cloud.fixture().deployment_id.clone();
    let file = rig.file("input.json", INPUT);
    let from_file = rig.run(&["score", "--deployment", &deployment, "--input", file.to_str().unwrap()]);
    let piped = rig.run_with_input(&["score", "--deployment", &deployment, "--input", "-"], INPUT);
    assert_eq!(from_file.json(), piped.json());
    let other = rig
        .run_with_input(&["score", "--deployment", &deployment, "--input", "-"], &INPUT.replace("30", "-30"));
    assert_ne!(other.json(), piped.json(), "the score is computed from the input");
}

#[test]
fn what_cannot_be_scored_is_refused_before_a_credential_is_sent() {
    let rig = with_key();
    let deployment = rig.cloud.fixture().deployment_id.clone();
    for args in [
        &["score", "--deployment", &deployment][..],
        &["score", "--deployment", &deployment, "--input", "/nonexistent.json"],
        &["score", "--deployment", &deployment, "--input", "-"],
    ] {
        rig.run_with_input(args, "not json").failed(64);
    }
    assert!(rig.cloud.journal().requests().is_empty());
    let said = rig.run_with_input(&["score", "--input", "-"], INPUT);
    assert!(said.failed(65).contains("--deployment"), "{said:?}");
    let said = rig.run_with_input(&["score", "--deployment", "nope", "--input", "-"], INPUT);
    assert!(said.failed(64).contains("404"), "{said:?}");
}

#[test]
fn a_wrong_key_exits_77_and_says_what_to_do() {
    let mut rig = with_key();
    rig.set("WATSONX_AI_APIKEY", "a-key-that-nobody-has-ever-been-given-000000");
    let ran = rig.run(&["token"]);
    let said = ran.failed(77);
    assert!(
        said.contains("BXNIM0415E") && said.contains("transaction ") && said.contains("hint: "),
        "{said}"
    );
    assert!(!said.contains("a-key-that"), "{said}");
    let json = rig.run(&["token", "--format", "json"]);
    let error = json.failed(77).lines().last().unwrap();
    let error: serde_json::Value = serde_json::from_str(error).unwrap();
    assert_eq!(error["error"]["facts"]["code"], "BXNIM0415E");
}

#[test]
fn no_credential_exits_78_and_lists_what_was_tried() {
    let rig = Rig::start();
    for args in [&["token"][..], &["score", "--deployment", "x", "--input", "-"]] {
        let ran = rig.run_with_input(args, INPUT);
        let said = ran.failed(78);
        for tried in ["environment", "profiles", "credential", "VCAP_SERVICES"] {
            assert!(said.contains(tried), "{tried} is not in: {said}");
        }
    }
}

#[test]
fn a_dead_port_exits_69() {
    let mut rig = with_key();
    rig.set("WATSONX_AI_AUTH_URL", "http://127.0.0.1:9");
    let ran = rig.run(&["token"]);
    assert!(ran.failed(69).contains("127.0.0.1:9"), "{ran:?}");
}

#[test]
fn a_busy_iam_exits_75_and_says_when() {
    let rig = with_key();
    rig.cloud.on(Route::Token).always(Answer::status(429).header("Retry-After", "120"));
    let ran = rig.run(&["token"]);
    assert!(ran.failed(75).contains("120 s"), "{ran:?}");
}

#[test]
fn a_mistake_in_the_command_line_exits_64() {
    let rig = Rig::start();
    for args in [
        &["tokn"][..],
        &[],
        &["token", "--format", "yaml"],
        &["token", "--min-ttl", "soon"],
        &["score", "--nope"],
    ] {
        assert_eq!(rig.run(args).code, 64, "{args:?}");
    }
    assert_eq!(rig.run(&["--help"]).code, 0);
    assert!(rig.run(&["--version"]).answer().starts_with("wml-auth "));
}

#[test]
fn a_bad_profiles_file_exits_65_with_file_and_line() {
    let rig = Rig::start();
    let cases = [
        ("[profiles.a]\nextends = \"a\"\n", "extends"),
        ("[profiles.a]\nauth_type = \"iamm\"\napikey = \"x\"\n", "iam"),
        ("[profiles.a]\napikye = \"x\"\n", "apikey"),
        ("[profiles.a]\nextends = \"b\"\n[profiles.b]\nextends = \"a\"\n", "extends"),
        ("[profiles.a\n", "profiles.toml"),
    ];
    for (text, named) in cases {
        rig.profiles(text);
        let ran = rig.run(&["token", "--profile", "a"]);
        let said = ran.failed(65);
        assert!(said.contains("profiles.toml:") && said.contains(named), "{text}: {said}");
    }
}

#[test]
fn a_viewer_is_told_the_role_it_needs() {
    let rig = Rig::start();
    let fixture = rig.cloud.fixture();
    let url = rig.cloud.url();
    rig.profiles(&format!(
        "default_profile = \"svc\"\n[profiles.svc]\nauth_type = \"service-level\"\nauth_url = \"{url}\"\nurl = \"{url}\"\n\
         platform_url = \"{url}\"\nspace_id = \"{}\"\ndeployment_id = \"{}\"\napikey = \"{}\"\n",
        fixture.space_id, fixture.deployment_id, fixture.service_api_key
    ));
    assert_eq!(rig.run_with_input(&["score", "--input", "-"], INPUT).code, 0);
    rig.cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, Role::Viewer);
    let ran = rig.run_with_input(&["score", "--input", "-"], INPUT);
    let said = ran.failed(77).to_lowercase();
    assert!(said.contains("viewer") && said.contains("editor"), "{said}");
}

#[test]
fn explain_names_the_winner_the_shadowed_and_the_skipped() {
    let mut rig = with_key();
    let secret = "another-key-of-44-characters-in-a-profile-00";
    rig.profiles(&format!(
        "default_profile = \"prod\"\n[profiles.base]\nurl = \"https://us-south.ml.cloud.ibm.com\"\n\
         [profiles.prod]\nextends = \"base\"\nauth_type = \"iam\"\napikey = \"{secret}\"\n"
    ));
    rig.file("ibm-credentials.env", "WATSONX_AI_APIKEY=a-third-key-of-44-characters-in-a-file-0000\n");
    let text = rig.run(&["explain"]);
    for words in ["WATSONX_AI_APIKEY", "profiles.toml", "ibm-credentials.env", "VCAP_SERVICES", "prod"] {
        assert!(text.answer().contains(words), "{words} is not in:\n{}", text.stdout);
    }
    let by_name = rig.run(&["explain", "--profile", "prod"]);
    assert!(by_name.answer().contains("profiles.toml:6"), "{}", by_name.stdout);
    rig.set("WML_AUTH_PROFILE", "prod");
    let json = rig.run(&["explain", "--format", "json"]);
    assert!(json.json().is_object());
    for ran in [&text, &by_name, &json] {
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            !shown.contains(secret)
                && !shown.contains("a-third-key")
                && !shown.contains(&rig.cloud.fixture().api_key)
        );
    }
}

#[test]
fn explain_helps_most_when_nothing_works() {
    let rig = Rig::start();
    let ran = rig.run(&["explain"]);
    assert_eq!(ran.code, 78);
    assert!(ran.stdout.contains("environment"), "{ran:?}");
}

#[test]
fn profiles_are_listed_with_the_default_marked() {
    let rig = Rig::start();
    rig.profiles(
        "default_profile = \"b\"\n[profiles.a]\nauth_type = \"iam\"\n[profiles.b]\nextends = \"a\"\n",
    );
    assert_eq!(rig.run(&["profiles"]).answer(), "  a  iam\n* b  iam  extends a");
    let json = rig.run(&["profiles", "--format", "json"]).json();
    assert_eq!(json["profiles"][1]["is_default"], true);
}

#[cfg(unix)]
#[test]
fn the_mock_prints_one_line_serves_and_stops() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let mut rig = Rig::start();
    let mut server =
        rig.command(&["mock", "--tls"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let fixture: serde_json::Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| fixture[name].as_str().unwrap_or_else(|| panic!("{name} is missing")).to_owned();
    for name in [
        "url",
        "tls_url",
        "ca_file",
        "api_key",
        "service_api_key",
        "account_id",
        "service_id",
        "iam_id",
        "profile_id",
        "space_id",
        "project_id",
        "deployment_id",
        "cr_token",
        "username",
        "password",
    ] {
        assert!(!text(name).is_empty(), "{name}");
    }
    assert_eq!(text("deployment_id").len(), 36);
    let (tls_url, ca_file) = (text("tls_url"), text("ca_file"));
    rig.set("WATSONX_AI_APIKEY", &text("api_key")).set("WATSONX_AI_AUTH_URL", &tls_url);
    assert_eq!(rig.run(&["token", "--ca-file", &ca_file]).answer().split('.').count(), 3);
    let untrusted = rig.run(&["token"]);
    assert!(untrusted.failed(69).contains("certificate"), "{untrusted:?}");

    let stop = std::process::Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(stop.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn the_mock_plays_a_scenario_and_is_controlled_from_its_own_port() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    use std::process::Stdio;

    let mut rig = Rig::start();
    let scenario = rig.file(
        "scenario.toml",
        "seed = 3\n[[keys]]\nname = \"old\"\ndisabled = true\n\
         [[rules]]\nroute = \"token\"\nkey = \"user\"\nanswer = { iam_error = \"BXNIM0436E\" }\n",
    );
    let args = ["mock", "--scenario", scenario.to_str().unwrap(), "--admin-port", "0"];
    let mut server = rig.command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let fixture: serde_json::Value = serde_json::from_str(&line).unwrap();
    let text = |pointer: &str| fixture.pointer(pointer).and_then(|text| text.as_str()).unwrap().to_owned();
    assert_eq!(fixture["seed"], 3);

    rig.set("WATSONX_AI_AUTH_URL", &text("/url"));
    for (key, code) in [("/keys/old", "BXNIM0462E"), ("/api_key", "BXNIM0436E")] {
        let said = rig.set("WATSONX_AI_APIKEY", &text(key)).run(&["token"]);
        assert!(said.failed(77).contains(code), "{said:?}");
    }
    let mut admin = TcpStream::connect(text("/admin_url").trim_start_matches("http://")).unwrap();
    admin.write_all(b"GET /journal HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n").unwrap();
    let mut journal = String::new();
    admin.read_to_string(&mut journal).unwrap();
    assert!(journal.contains("/identity/token") && !journal.contains(&text("/api_key")), "{journal}");
    let stop = std::process::Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(stop.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[test]
fn a_scenario_that_is_wrong_is_a_wrong_input_with_its_place() {
    let rig = Rig::start();
    let unknown = rig.file("unknown.toml", "seed = 1\nsede = 2\n");
    let said = rig.run(&["mock", "--scenario", unknown.to_str().unwrap()]);
    assert!(said.failed(64).contains("unknown.toml: line 2: unknown field `sede`"), "{said:?}");
    let nobody = rig.file("nobody.toml", "[[keys]]\nname = \"k\"\nowner = \"nobody\"\n");
    let said = rig.run(&["mock", "--scenario", nobody.to_str().unwrap()]);
    assert!(said.failed(64).contains("no identity named `nobody`"), "{said:?}");
    rig.run(&["mock", "--scenario", "no-such-file.toml"]).failed(64);
}
