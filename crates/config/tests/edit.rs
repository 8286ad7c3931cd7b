//! Changing a profiles file keeps what people wrote, shows no secret, and leaves a file that can be read.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;
use wml_auth_config::{ConfigError, Environment, Key, ProfileValue, ProfilesFile, Resolver};
use wml_auth_core::Secret;

const KEY: &str = "0123456789-abcdefghij_ABCDEFGHIJ-0123456789";

struct Home {
    directory: TempDir,
}

impl Home {
    fn with(text: &str) -> Self {
        let home = Self { directory: tempfile::tempdir().unwrap() };
        std::fs::write(home.path(), text).unwrap();
        home
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("profiles.toml")
    }

    fn open(&self) -> ProfilesFile {
        ProfilesFile::open(self.path()).unwrap()
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }
}

const WRITTEN: &str = r#"# Ours. Ask the platform team before you change it.

default_profile = "prod" # what the nightly jobs use

[profiles.base]
url = "https://us-south.ml.cloud.ibm.com"   # Dallas

# The scoring jobs.
[profiles.prod]
extends = "base"
apikey = { file = "key" } # rotated on Mondays
space_id = "old-space"
"#;

#[test]
fn what_is_not_changed_stays_to_the_letter() {
    let home = Home::with(WRITTEN);
    let mut file = home.open();
    file.set("prod", Key::SpaceId, "new-space").unwrap();
    file.set("prod", Key::ApiKey, ProfileValue::Env("THE_KEY".into())).unwrap();
    file.write().unwrap();
    let expected =
        WRITTEN.replace("old-space", "new-space").replace("{ file = \"key\" }", "{ env = \"THE_KEY\" }");
    assert_eq!(home.text(), expected);
}

#[test]
fn a_new_profile_stands_at_the_end_and_can_be_resolved() {
    let home = Home::with(WRITTEN);
    let mut file = home.open();
    file.set("a new one", Key::ApiKey, Secret::from(KEY)).unwrap();
    file.set("a new one", Key::Url, "https://eu-de.ml.cloud.ibm.com/").unwrap();
    file.set_default_profile("a new one");
    file.write().unwrap();
    let text = home.text();
    assert!(text.starts_with(&WRITTEN.replace("\"prod\" #", "\"a new one\" #")), "{text}");
    assert!(text.ends_with(&format!(
        "\n\n[profiles.\"a new one\"]\napikey = \"{KEY}\"\nurl = \"https://eu-de.ml.cloud.ibm.com\"\n"
    )));
    let resolver = Resolver::new(Environment::from_vars([("PATH", "/bin")])).profiles_file(home.path());
    assert_eq!(resolver.resolve().unwrap().target().url.as_deref(), Some("https://eu-de.ml.cloud.ibm.com"));
}

#[test]
fn a_file_that_does_not_exist_is_made_for_its_owner() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("wml-auth/profiles.toml");
    let mut file = ProfilesFile::open(&path).unwrap();
    assert!(!file.contains("p") && file.changes().unwrap().is_empty());
    file.set("p", Key::ApiKey, KEY).unwrap();
    file.write().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("[profiles.p]\napikey = \"{KEY}\"\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_profile_is_taken_out_with_its_comment_and_nothing_else() {
    let home = Home::with(WRITTEN);
    let mut file = home.open();
    assert!(file.remove("prod") && !file.remove("prod"));
    file.write().unwrap();
    let (above, _) = WRITTEN.split_once("\n# The scoring").unwrap();
    assert_eq!(home.text(), above.replace("default_profile = \"prod\" # what the nightly jobs use\n\n", ""));

    let home = Home::with("# About the file.\n\n# About a.\n[profiles.a]\n\n# About b.\n[profiles.b]\n");
    let mut file = home.open();
    file.remove("a");
    file.write().unwrap();
    assert_eq!(home.text(), "# About the file.\n\n# About b.\n[profiles.b]\n");
    file.remove("b");
    file.write().unwrap();
    assert_eq!(home.text(), "# About the file.\n");
}

#[test]
fn a_profile_that_is_needed_is_not_taken_out() {
    let home = Home::with(WRITTEN);
    let mut file = home.open();
    file.remove("base");
    assert!(file.changes().unwrap_err().is_broken());
    assert!(file.write().unwrap_err().to_string().contains("there is no profile `base`"));
    assert_eq!(home.text(), WRITTEN);
}

#[test]
fn changes_are_shown_without_secrets() {
    let home = Home::with(&WRITTEN.replace("{ file = \"key\" }", &format!("\"{KEY}\"")));
    let mut file = home.open();
    let other = KEY.replace('0', "9");
    file.set("prod", Key::ApiKey, Secret::from(other.as_str())).unwrap();
    file.set("prod", Key::BearerTokenCommand, ProfileValue::Command(vec!["vault".into(), "s3cr3t".into()]))
        .unwrap();
    file.unset("prod", Key::SpaceId);
    file.set("new", Key::Password, ProfileValue::File("p".into())).unwrap();
    file.set_default_profile("new");
    let changes = file.changes().unwrap();
    let place = home.directory.path().display();
    assert_eq!(
        changes.to_string(),
        format!(
            "- default_profile = prod\n+ default_profile = new\n\
             [profiles.prod]\n\
             - apikey = [redacted, 43 characters]\n+ apikey = [redacted, 43 characters]\n\
             + bearer_token_command = (command vault)\n\
             - space_id = old-space\n\
             [profiles.new]\n+ password = (file {place}/p)"
        )
    );
    let shown = format!("{changes:?}{file:?}{}", serde_json::to_string(&changes).unwrap());
    assert!(!shown.contains(KEY) && !shown.contains(&other) && !shown.contains("s3cr3t"), "{shown}");
    assert_eq!(changes.iter().count(), 5);
}

#[test]
fn what_somebody_else_wrote_in_the_meantime_is_not_overwritten() {
    let home = Home::with(WRITTEN);
    let (mut first, mut second) = (home.open(), home.open());
    first.set("prod", Key::SpaceId, "first").unwrap();
    second.set("prod", Key::SpaceId, "second").unwrap();
    first.write().unwrap();
    let error = second.write().unwrap_err();
    assert!(error.to_string().contains("changed by somebody else"), "{error}");
    assert!(home.text().contains("first"));
    first.set("prod", Key::SpaceId, "again").unwrap();
    first.write().unwrap();
}

#[test]
fn a_value_that_could_not_be_read_again_is_refused() {
    let home = Home::with("");
    let mut file = home.open();
    let mut refused = |key, value: ProfileValue| -> ConfigError {
        let error = file.set("p", key, value).unwrap_err();
        assert!(error.is_usage(), "{error}");
        error
    };
    assert!(refused(Key::Url, "us-south".into()).to_string().contains("url"));
    let secret = "s3cr3t\nline";
    assert!(!format!("{:?}", refused(Key::ApiKey, secret.into())).contains("s3cr3t"));
    refused(Key::SpaceId, ProfileValue::Env("SPACE".into()));
    refused(Key::BearerTokenCommand, "prog".into());
    refused(Key::BearerTokenFile, "".into());
    assert!(file.set(" ", Key::Url, "https://x").unwrap_err().is_usage());
    assert!(file.changes().unwrap().is_empty());
}

#[test]
fn a_broken_file_is_not_touched() {
    let home = Home::with("[profiles.p]\napkey = \"s3cr3t\"\n");
    let error = ProfilesFile::open(home.path()).unwrap_err();
    assert!(error.is_broken() && !format!("{error:?}").contains("s3cr3t"), "{error:?}");
}

#[test]
fn every_style_of_writing_tables_can_be_changed() {
    for text in [
        "profiles = { p = { url = \"https://x\" } }\n",
        "profiles.p.url = \"https://x\"\n",
        "[profiles]\np = { url = \"https://x\" } # one\n",
        "[profiles]\n[profiles.p]\nurl = \"https://x\"\napikey.file = \"k\"\n",
    ] {
        let home = Home::with(text);
        let mut file = home.open();
        for profile in ["p", "q"] {
            file.set(profile, Key::ApiKey, KEY).unwrap();
            file.set(profile, Key::SpaceId, "s").unwrap();
        }
        file.write().unwrap();
        let again = home.open();
        for profile in ["p", "q"] {
            assert_eq!(again.literal(profile, Key::ApiKey), Some(Secret::from(KEY)), "{text}");
        }
        assert_eq!(again.literal("p", Key::Url), Some(Secret::from("https://x")), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_set_is_read_back(name in "\\PC{1,12}", password in "[!-~]{1,20}", again in "[!-~]{1,20}") {
        prop_assume!(!name.trim().is_empty());
        let home = Home::with(WRITTEN);
        for value in [&password, &again] {
            let mut file = home.open();
            file.set(&name, Key::Password, value.as_str()).unwrap();
            file.write().unwrap();
        }
        let file = home.open();
        prop_assert_eq!(file.literal(&name, Key::Password), Some(Secret::from(again.as_str())));
        prop_assert!(file.contains("prod") && file.contains("base"));
    }
}
