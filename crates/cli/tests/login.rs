//! A passcode becomes a profile that stays logged in, until it is logged out.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use std::path::PathBuf;

use support::{Ran, Rig};
use wml_auth_mock_iam::{Answer, Route};

fn folder(rig: &Rig) -> PathBuf {
    rig.home.path().join(".config/wml-auth")
}

fn profiles(rig: &Rig) -> String {
    std::fs::read_to_string(folder(rig).join("profiles.toml")).unwrap_or_default()
}

/// The refresh token of a profile, in a file that nobody else can read.
fn refresh_token(rig: &Rig, profile: &str) -> Option<String> {
    let path = folder(rig).join(format!("{profile}.refresh-token"));
    let text = std::fs::read_to_string(&path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    Some(text.trim_end().to_owned())
}

fn login(rig: &Rig, profile: &str, more: &[&str]) -> Ran {
    let url = rig.cloud.url();
    let passcode = format!("{}\nnot read\n", rig.cloud.fixture().passcode);
    rig.run_with_input(&[&["login", "--profile", profile, "--url", url], more].concat(), &passcode)
}

#[test]
fn a_passcode_becomes_a_profile_that_stays_logged_in() {
    let rig = Rig::start();
    let fixture = rig.cloud.fixture();
    let ran = login(&rig, "me", &["--format", "json"]);
    let answer = ran.json();
    assert_eq!(answer["account"], fixture.account_id.as_str());
    assert!(ran.stderr.contains(&format!("{}/identity/passcode", rig.cloud.url())), "{ran:?}");
    assert!(profiles(&rig).contains("refresh_token = { file = \"me.refresh-token\" }"), "{}", profiles(&rig));
    let mut before = refresh_token(&rig, "me").unwrap();
    for shown in [format!("{ran:?}"), profiles(&rig)] {
        assert!(!shown.contains(&before) && !shown.contains(&fixture.passcode), "{shown}");
    }
    // Each run is given another refresh token, and the next one begins with that.
    for _ in 0..3 {
        rig.cloud.journal().clear();
        assert!(rig.run(&["token", "--profile", "me"]).answer().starts_with("eyJ"));
        let sent: Vec<_> = rig
            .cloud
            .journal()
            .requests()
            .iter()
            .filter_map(|request| request.form("refresh_token"))
            .collect();
        assert_eq!(sent, [before.clone()]);
        let after = refresh_token(&rig, "me").unwrap();
        assert_ne!(after, before);
        before = after;
    }
}

#[test]
fn what_is_refused_changes_nothing() {
    let rig = Rig::start();
    let none = rig.run(&["login", "--profile", "me", "--url", rig.cloud.url()]);
    assert!(none.failed(64).contains("no passcode was given"), "{none:?}");
    assert!(rig.run(&["login", "--url", rig.cloud.url()]).failed(64).contains("--profile"));
    assert_eq!(rig.run(&["login", "--passcode", "x"]).code, 64, "it is never an argument");
    assert_eq!((profiles(&rig), refresh_token(&rig, "me")), (String::new(), None));

    login(&rig, "me", &[]).answer();
    let before = (profiles(&rig), refresh_token(&rig, "me"));
    let again = login(&rig, "me", &[]);
    assert!(again.failed(77).contains("get another one at http"), "{again:?}");
    assert_eq!((profiles(&rig), refresh_token(&rig, "me")), before, "a passcode is good for once");
}

#[test]
fn logging_in_again_keeps_what_else_the_profile_says() {
    let rig = Rig::start();
    login(&rig, "me", &[]).answer();
    let text = format!("{}space_id = \"a-space\" # ours\n", profiles(&rig));
    rig.profiles(&text);
    let token = |next: &str| {
        Answer::bytes(200, format!(r#"{{"access_token":"t","refresh_token":"{next}","expires_in":3600}}"#))
    };
    rig.cloud.on(Route::Token).then(token("second")).then(token("third"));
    let ran = rig.run_with_input(&["login", "--profile", "me"], "another\n");
    assert!(ran.answer().ends_with("whom the token does not name"), "{ran:?}");
    assert_eq!((profiles(&rig), refresh_token(&rig, "me").as_deref()), (text, Some("third")));
}

#[test]
fn a_profile_for_something_else_is_replaced_only_by_force() {
    let rig = Rig::start();
    let other = "[profiles.me]\napikey = \"k\"\n";
    rig.profiles(other);
    let ran = login(&rig, "me", &[]);
    assert!(ran.failed(64).contains("--force"), "{ran:?}");
    assert_eq!((profiles(&rig).as_str(), refresh_token(&rig, "me")), (other, None));
    let logout = rig.run(&["logout", "--profile", "me"]);
    assert!(logout.failed(64).contains("not made by `login`"), "{logout:?}");
    login(&rig, "me", &["--force"]).answer();
    assert!(!profiles(&rig).contains("apikey"), "{}", profiles(&rig));
}

#[test]
fn logging_out_takes_profile_and_token_away_and_may_be_repeated() {
    let rig = Rig::start();
    rig.profiles("# ours\n\n[profiles.other]\nurl = \"https://us-south.ml.cloud.ibm.com\"\n");
    let before = profiles(&rig);
    login(&rig, "a/../b", &[]).answer();
    assert_eq!(std::fs::read_dir(folder(&rig)).unwrap().count(), 2, "no name leads elsewhere");
    let ran = rig.run(&["logout", "--profile", "a/../b"]);
    assert_eq!(ran.answer().matches("removed").count(), 2, "{ran:?}");
    assert_eq!(std::fs::read_dir(folder(&rig)).unwrap().count(), 1);
    assert_eq!(profiles(&rig), before);
    let json = rig.run(&["logout", "--profile", "a/../b", "--format", "json"]).json();
    assert_eq!((&json["profile_is"], &json["refresh_token_is"]), (&"not there".into(), &"not there".into()));
    assert_eq!(profiles(&rig), before);

    let parent = Rig::start();
    login(&parent, "me", &[]).answer();
    parent.profiles(&format!("{}\n[profiles.child]\nextends = \"me\"\n", profiles(&parent)));
    parent.run(&["logout", "--profile", "me"]).failed(65);
    assert!(refresh_token(&parent, "me").is_some(), "nothing is taken away by halves");
}

#[test]
fn a_token_that_cannot_be_written_down_is_a_warning() {
    let mut rig = Rig::start();
    login(&rig, "me", &[]).answer();
    let token = refresh_token(&rig, "me").unwrap();
    let url = rig.cloud.url().to_owned();
    rig.profiles(&format!("[profiles.env]\nrefresh_token = {{ env = \"RT\" }}\nauth_url = \"{url}\"\n"));
    rig.set("RT", &token);
    let ran = rig.run(&["token", "--profile", "env", "-v"]);
    assert!(ran.answer().starts_with("eyJ"));
    assert!(ran.stderr.contains("it is not written down") && ran.stderr.contains("variable `RT`"), "{ran:?}");
    assert!(!ran.stderr.contains(&token), "{ran:?}");
}

#[test]
fn the_session_of_ibmcloud_is_taken_over() {
    let mut rig = Rig::start();
    let import = ["import", "ibmcloud", "--profile", "ibm"];
    assert!(rig.run(&import).failed(78).contains("ibmcloud login"));
    login(&rig, "me", &[]).answer();
    let token = refresh_token(&rig, "me").unwrap();
    let config = serde_json::json!({
        "Region": "eu-de", "IAMEndpoint": rig.cloud.url(), "IAMToken": "Bearer x", "IAMRefreshToken": token,
        "Account": { "GUID": rig.cloud.fixture().account_id, "Name": "n" }, "IsPrivate": false,
    });
    rig.file("elsewhere/.bluemix/config.json", &config.to_string());
    let home = rig.home.path().join("elsewhere").display().to_string();
    rig.set("IBMCLOUD_HOME", &home);
    let dry = rig.run(&[&import[..], &["--dry-run"]].concat());
    assert!(dry.answer().contains("+ region = eu-de") && !format!("{dry:?}").contains(&token), "{dry:?}");
    assert_eq!(refresh_token(&rig, "ibm"), None);
    let done = rig.run(&[&import[..], &["--yes", "--format", "json"]].concat()).json();
    assert_eq!((&done["source"], &done["is_written"]), (&"ibmcloud".into(), &true.into()));
    assert_eq!(refresh_token(&rig, "ibm").as_ref(), Some(&token));
    assert!(!profiles(&rig).contains(&token));
    assert!(rig.run(&["token", "--profile", "ibm"]).answer().starts_with("eyJ"));
    assert_ne!(refresh_token(&rig, "ibm"), Some(token), "it is kept up from there");
    rig.run(&["logout", "--profile", "ibm"]).answer();
}

#[test]
fn in_the_sandbox_it_works_without_anybody() {
    let rig = Rig::start();
    let ran = rig.run(&["--sandbox", "login", "--profile", "me"]);
    assert!(ran.answer().starts_with("profile me is logged in as "), "{ran:?}");
    assert_eq!(profiles(&rig), "");
}
