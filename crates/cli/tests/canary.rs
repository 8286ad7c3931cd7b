//! Runs every command with all logs on, well and unwell, and searches what it wrote for every secret.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use support::{Ran, Rig};
use wml_auth_mock_iam::{Answer, Route};

const INPUT: &str = r#"{"input_data":[{"fields":["a"],"values":[[1]]}]}"#;

#[test]
fn no_command_writes_a_secret_that_was_not_asked_for() {
    let mut rig = Rig::start();
    rig.set("WML_AUTH_LOG", "trace");
    let fixture = rig.cloud.fixture().clone();
    let url = rig.cloud.url().to_owned();
    let wrong = "canary-wrong-key-0123456789-0123456789-01234";
    let client_secret = "canary-client-secret-0123456789";
    let bearer = rig_token(&rig, &url, &fixture.api_key);
    let secrets = [&fixture.api_key, &fixture.service_api_key, wrong, client_secret, &bearer];

    rig.file("key", &format!("{}\n", fixture.api_key));
    rig.file("ibm-credentials.env", &format!("WATSONX_AI_APIKEY={wrong}\n"));
    let common = format!(
        "auth_url = \"{url}\"\nurl = \"{url}\"\nplatform_url = \"{url}\"\nspace_id = \"{}\"\ndeployment_id = \"{}\"\n",
        fixture.space_id, fixture.deployment_id
    );
    let key_file = rig.home.path().join("key");
    let profile = |name: &str, lines: String| format!("[profiles.{name}]\nextends = \"common\"\n{lines}\n");
    let text = [
        format!("default_profile = \"literal\"\n[profiles.common]\n{common}"),
        profile("literal", format!("apikey = \"{}\"", fixture.api_key)),
        profile("file", format!("apikey = {{ file = \"{}\" }}", key_file.display())),
        profile("env", "apikey = { env = \"CANARY\" }".into()),
        profile("command", format!("apikey = {{ command = [\"cat\", \"{}\"] }}", key_file.display())),
        profile(
            "noisy",
            format!(
                "apikey = {{ command = [\"sh\", \"-c\", \"cat {0}; cat {0} >&2; exit 3\"] }}",
                key_file.display()
            ),
        ),
        profile(
            "wrong",
            format!("apikey = \"{wrong}\"\nclient_id = \"c\"\nclient_secret = \"{client_secret}\""),
        ),
        profile("braced", format!("apikey = \"{{{wrong}}}\"")),
        profile("newline", format!("apikey = \"{wrong}\\n{wrong}\"")),
        profile(
            "service",
            format!("auth_type = \"service-level\"\napikey = \"{}\"", fixture.service_api_key),
        ),
        profile("user", format!("auth_type = \"service-level\"\napikey = \"{}\"", fixture.api_key)),
        profile("basic", format!("auth_type = \"basic\"\napikey = \"{}\"", fixture.api_key)),
        profile("bearer", format!("auth_type = \"bearer\"\nbearer_token = \"{bearer}\"")),
        profile("dead", format!("apikey = \"{wrong}\"\nauth_url = \"http://127.0.0.1:9\"")),
    ];
    rig.profiles(&text.concat());
    rig.set("CANARY", wrong);

    let mut runs: Vec<(String, Ran)> = Vec::new();
    let names = [
        "literal", "file", "env", "command", "noisy", "wrong", "braced", "newline", "service", "user",
        "basic", "bearer", "dead",
    ];
    for name in names {
        for command in
            [&["score", "--input", "-"][..], &["explain"], &["explain", "--format", "json"], &["profiles"]]
        {
            let args = [command, &["--profile", name]].concat();
            runs.push((format!("{args:?}"), rig.run_with_input(&args, INPUT)));
        }
        // The token is the answer here, and may stand on stdout only.
        let mut token = rig.run(&["token", "--profile", name]);
        token.stdout.clear();
        runs.push((format!("token {name}"), token));
    }
    for (what, answer) in [
        ("html", Answer::html(200, format!("<p>{}</p>", fixture.api_key))),
        (
            "echo",
            Answer::bytes(
                400,
                format!(r#"{{"errorCode":"BXNIM0415E","errorMessage":"{}"}}"#, fixture.api_key),
            ),
        ),
        ("busy", Answer::status(429).header("Retry-After", "100")),
        ("redirect", Answer::redirect(307, &format!("http://127.0.0.1:9/?k={}", fixture.api_key))),
        ("huge", Answer::huge(10 * 1024 * 1024)),
    ] {
        rig.cloud.on(Route::Token).reset().always(answer);
        runs.push((what.to_owned(), rig.run(&["token", "--profile", "literal"])));
    }

    let written: usize = runs.iter().map(|(_, ran)| ran.stdout.len() + ran.stderr.len()).sum();
    assert!(written > 50_000, "only {written} bytes were written: are the logs on?");
    assert!(runs.iter().filter(|(_, ran)| ran.code == 0).count() > 20, "hardly anything worked");
    for (what, ran) in &runs {
        for (place, secret) in secrets.iter().enumerate() {
            assert!(!ran.stderr.contains(*secret), "secret {place} on stderr of {what}");
            assert!(!ran.stdout.contains(*secret), "secret {place} on stdout of {what}");
        }
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    }
}

/// The commands that make keys, log in and write profiles, once each, with all their logs.
#[test]
fn no_command_that_handles_new_secrets_shows_one() {
    let rig = Rig::start();
    let fixture = rig.cloud.fixture().clone();
    let url = rig.cloud.url().to_owned();
    let place = format!("url = \"{url}\"\nplatform_url = \"{url}\"\nspace_id = \"{}\"\n", fixture.space_id);
    let profiles = rig.profiles(&format!(
        "default_profile = \"admin\"\n[profiles.admin]\nauth_url = \"{url}\"\napikey = \"{}\"\n{place}",
        fixture.api_key
    ));
    rig.file("ibm-credentials.env", &format!("WATSONX_AI_APIKEY={}\n", fixture.service_api_key));
    let mut secrets = vec![fixture.api_key, fixture.service_api_key, fixture.passcode.clone()];
    let text = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let mut runs: Vec<(String, Ran)> = Vec::new();
    let new_key = rig.home.path().join("new.key");
    for (command, input) in [
        (&["login", "--profile", "me", "--url", &url][..], fixture.passcode.as_str()),
        (&["whoami", "--profile", "me"], ""),
        (&["whoami", "--format", "json"], ""),
        (&["keys", "list"], ""),
        (&["keys", "create", "made", "--output", "new.key"], ""),
        (&["keys", "rotate", "--profile", "scorer"], ""),
        (&["task-credentials", "create", "nightly"], ""),
        (&["task-credentials", "rotate"], ""),
        (&["task-credentials", "list"], ""),
        (&["service-level", "setup", "--profile", "scorer", "--as", "admin", "--yes"], ""),
        (&["keys", "rotate", "--profile", "scorer", "--by", "admin"], ""),
        (&["import", "file", "--profile", "imported", "--dry-run"], ""),
        (&["import", "file", "--profile", "imported", "--yes"], ""),
        (&["import", "ibmcloud", "--profile", "ibm", "--yes"], ""),
        (&["service-level", "teardown", "--profile", "scorer", "--as", "admin", "--yes"], ""),
        (&["logout", "--profile", "me"], ""),
        (&["login", "--profile", "me", "--url", &url], fixture.passcode.as_str()),
    ] {
        let token = profiles.with_file_name("me.refresh-token");
        let ran = rig.run_with_input(&[command, &["-vv"]].concat(), input);
        runs.push((format!("{command:?}"), ran));
        // What has come into being, wherever it is kept.
        let refresh = text(token);
        rig.file(
            ".bluemix/config.json",
            &format!(r#"{{"IAMRefreshToken": "{}", "IAMEndpoint": "{url}"}}"#, refresh.trim()),
        );
        secrets.extend([refresh.trim().to_owned(), text(new_key.clone()).trim().to_owned()]);
        let written = text(profiles.clone());
        let keys = written.lines().filter_map(|line| line.strip_prefix("apikey = \""));
        secrets.extend(keys.map(|key| key.trim_end_matches('"').to_owned()));
    }
    secrets.sort();
    secrets.dedup();
    secrets.retain(|secret| !secret.is_empty());
    assert!(secrets.len() >= 8, "only {} secrets came up", secrets.len());
    let failed: Vec<_> = runs.iter().filter(|(_, ran)| ran.code != 0).map(|(what, _)| what).collect();
    assert_eq!(
        failed.len(),
        2,
        "the rotation before there is a key, and the passcode that is used up: {failed:?}"
    );
    let written: usize = runs.iter().map(|(_, ran)| ran.stderr.len()).sum();
    assert!(written > 10_000, "only {written} bytes were written: are the logs on?");
    for (what, ran) in &runs {
        for (place, secret) in secrets.iter().enumerate() {
            assert!(!ran.stderr.contains(secret), "secret {place} on stderr of {what}");
            assert!(!ran.stdout.contains(secret), "secret {place} on stdout of {what}");
        }
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    }
}

/// A token that somebody else obtained.
fn rig_token(rig: &Rig, url: &str, key: &str) -> String {
    let mut command = rig.command(&["token", "--quiet"]);
    let output = command
        .env("WATSONX_AI_APIKEY", key)
        .env("WATSONX_AI_AUTH_URL", url)
        .env("WML_AUTH_LOG", "off")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
