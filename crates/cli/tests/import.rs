//! A credential is taken over into a profile, which then works.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use support::Rig;

const PROFILES: &str = ".config/wml-auth/profiles.toml";

fn text(rig: &Rig) -> Option<String> {
    std::fs::read_to_string(rig.home.path().join(PROFILES)).ok()
}

fn credentials(rig: &Rig) -> String {
    let fixture = rig.cloud.fixture();
    format!(
        "WATSONX_AI_APIKEY={}\nWATSONX_AI_AUTH_URL={url}/identity/token\nWATSONX_AI_URL={url}\n",
        fixture.api_key,
        url = rig.cloud.url()
    )
}

fn works(rig: &Rig, profile: &str) {
    let mut rig_token = rig.command(&["--profile", profile, "token"]);
    let output = rig_token.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.starts_with(b"eyJ"));
}

#[test]
fn a_user_of_a_cluster_stays_one() {
    let rig = Rig::start();
    let fixture = rig.cloud.fixture();
    let lines = format!(
        "WATSONX_USERNAME={}\nWATSONX_APIKEY={}\nWATSONX_URL={}\n",
        fixture.username,
        fixture.api_key,
        rig.cloud.url()
    );
    rig.file("ibm-credentials.env", &lines);
    rig.run(&["import", "file", "--profile", "cpd", "--yes"]).answer();
    assert!(text(&rig).unwrap().contains("auth_type = \"cp4d\""), "{:?}", text(&rig));
    works(&rig, "cpd");
    assert_eq!(rig.cloud.journal().count("POST", "/icp4d-api/v1/authorize"), 1);
}

#[test]
fn a_credential_file_becomes_a_profile_that_works() {
    let rig = Rig::start();
    let file = rig.file("ibm-credentials.env", &credentials(&rig));
    let dry = rig.run(&["import", "file", "--profile", "new", "--dry-run"]);
    let shown = dry.answer();
    assert!(shown.contains("[profiles.new]\n+ apikey = [redacted, 44 characters]\n"), "{shown}");
    assert!(dry.stderr.contains("apikey comes from ibm-credentials.env:1"), "{}", dry.stderr);
    assert_eq!(text(&rig), None, "a dry run writes nothing");

    let unasked = rig.run(&["import", "file", "--profile", "new"]);
    assert!(unasked.failed(64).contains("--yes"), "{unasked:?}");
    assert_eq!(text(&rig), None, "nobody has agreed");

    let done = rig.run(&["import", "file", "--profile", "new", "--yes", "--format", "json"]).json();
    assert_eq!((&done["is_written"], &done["source"]), (&true.into(), &"credential_file".into()));
    assert_eq!(done["changes"][0]["after"], "[redacted, 44 characters]");
    std::fs::remove_file(&file).unwrap();
    works(&rig, "new");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(rig.home.path().join(PROFILES)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let key = &rig.cloud.fixture().api_key;
    for ran in [&dry, &unasked] {
        assert!(!format!("{ran:?}").contains(key), "{ran:?}");
    }
}

#[test]
fn any_file_can_be_named() {
    let rig = Rig::start();
    let json = rig.file("key.json", &format!("{{\"apikey\": \"{}\"}}", rig.cloud.fixture().api_key));
    let args = ["import", "file", "--file", json.to_str().unwrap(), "--profile", "k", "--yes"];
    assert_eq!(rig.run(&args).code, 0);
    rig.run(&["import", "file", "--file", "none.env", "--profile", "x", "--yes"]).failed(65);
    rig.run(&["import", "env", "--file", "none.env", "--profile", "x", "--yes"]).failed(64);
}

#[test]
fn the_environment_and_vcap_become_profiles_that_work() {
    let mut rig = Rig::start();
    let (key, url) = (rig.cloud.fixture().api_key.clone(), rig.cloud.url().to_owned());
    let vcap = serde_json::json!({ "pm-20": [{ "name": "watson_machine_learning", "label": "pm-20",
        "credentials": { "apikey": key, "iam_url": url, "url": url } }] });
    rig.set("VCAP_SERVICES", &vcap.to_string());
    assert_eq!(rig.run(&["import", "vcap", "--profile", "from-vcap", "--yes"]).code, 0);
    rig.set("WATSONX_APIKEY", &key).set("WATSONX_IAM_URL", &url).set("WATSONX_SPACE_ID", "a-space");
    assert_eq!(rig.run(&["import", "env", "--profile", "from-env", "--yes"]).code, 0);
    rig.set("VCAP_SERVICES", "").set("WATSONX_APIKEY", "").set("WATSONX_IAM_URL", "");
    works(&rig, "from-vcap");
    works(&rig, "from-env");
    assert!(text(&rig).unwrap().contains("space_id = \"a-space\""));
}

#[test]
fn a_profile_that_exists_is_replaced_only_by_force_and_as_a_whole() {
    let rig = Rig::start();
    rig.file("ibm-credentials.env", &credentials(&rig));
    let before =
        "# Ours.\n\n[profiles.p] # the one\nextends = \"q\"\nscope = \"old\"\n\n[profiles.q]\n# Q.\n";
    rig.profiles(before);
    let said = rig.run(&["import", "file", "--profile", "p", "--yes"]);
    assert!(said.failed(64).contains("--force"), "{said:?}");
    assert_eq!(text(&rig).as_deref(), Some(before));
    let done = rig.run(&["import", "file", "--profile", "p", "--yes", "--force"]);
    assert_eq!(done.code, 0, "{done:?}");
    let after = text(&rig).unwrap();
    assert!(after.starts_with("# Ours.\n\n[profiles.p] # the one\napikey = "), "{after}");
    assert!(after.ends_with("\n\n[profiles.q]\n# Q.\n") && !after.contains("scope"), "{after}");
    works(&rig, "p");
}

#[test]
fn what_holds_nothing_cannot_be_taken_over() {
    let mut rig = Rig::start();
    for source in ["file", "env", "vcap"] {
        rig.run(&["import", source, "--profile", "p", "--yes"]).failed(78);
    }
    assert!(rig.run(&["import", "env"]).failed(64).contains("--profile"));
    rig.set("WATSONX_URL", "https://us-south.ml.cloud.ibm.com");
    assert!(rig.run(&["import", "env", "--profile", "p", "--yes"]).failed(78).contains("no credential"));
    rig.set("WATSONX_APIKEY", "s3cr3t\nkey");
    let said = rig.run(&["import", "env", "--profile", "p", "--yes"]);
    assert!(said.failed(65).contains("WATSONX_APIKEY") && !said.stderr.contains("s3cr3t"), "{said:?}");
    assert_eq!(text(&rig), None);
}
