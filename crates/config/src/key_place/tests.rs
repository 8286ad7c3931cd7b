use super::*;

const OLD: &str = "old-key-old-key-old-key-old-key-old-key-0000";
const NEW: &str = "new-key-new-key-new-key-new-key-new-key-1111";

fn profile(text: &str) -> (tempfile::TempDir, KeyPlace) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profiles.toml");
    std::fs::write(&file, text).unwrap();
    (folder, KeyPlace::Profile { file, profile: "p".into(), key: Key::ApiKey })
}

fn key_file(text: &str) -> (tempfile::TempDir, KeyPlace) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, text).unwrap();
    (folder, KeyPlace::File { path, key: Key::ApiKey })
}

fn text(place: &KeyPlace) -> String {
    std::fs::read_to_string(place.path()).unwrap()
}

#[test]
fn all_else_in_a_profiles_file_stays_as_it_is() {
    let before = format!(
        "# ours\ndefault_profile = 'p'\n\n[profiles.p]   # the one\n\"apikey\"  =  \"{OLD}\" # rotated monthly\n\
         url = \"https://x\"\n\n[profiles.q]\napikey = \"{OLD}\"\n"
    );
    let (_folder, place) = profile(&before);
    place.check_writable().unwrap();
    assert_eq!(text(&place), before);
    place.replace(&OLD.into(), &NEW.into()).unwrap();
    assert_eq!(text(&place), before.replacen(OLD, NEW, 1));
    assert_eq!(place.read().unwrap(), Secret::from(NEW));
}

fn credential_file(text: &str) -> (tempfile::TempDir, KeyPlace) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ibm-credentials.env");
    std::fs::write(&file, text).unwrap();
    (folder, KeyPlace::CredentialFile { file, name: "SVC_APIKEY".into(), key: Key::ApiKey })
}

fn console_file(text: &str) -> (tempfile::TempDir, KeyPlace) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("apikey.json");
    std::fs::write(&file, text).unwrap();
    (folder, KeyPlace::ApiKeyFile { file })
}

#[test]
fn all_else_in_a_credential_file_stays_as_it_is() {
    let env = format!(
        "\u{feff}# ours\r\nOTHER_APIKEY={OLD}\r\n  export SVC_APIKEY = \"{OLD}\"\t\r\n#SVC_APIKEY=x\nSVC_URL=https://x"
    );
    let json = format!("{{\n  \"name\": \"n\",\n  \"apikey\":\"{OLD}\" , \"x\": [1.50, \"é\\u00e9\"]\n}}\n");
    for ((_folder, place), after) in [
        (credential_file(&env), env.replace(&format!("\"{OLD}\""), &format!("\"{NEW}\""))),
        (console_file(&json), json.replace(OLD, NEW)),
    ] {
        place.check_writable().unwrap();
        place.replace(&OLD.into(), &NEW.into()).unwrap();
        assert_eq!(text(&place), after);
        assert_eq!(place.read().unwrap(), Secret::from(NEW));
        assert!(
            place.replace(&OLD.into(), &NEW.into()).unwrap_err().to_string().contains("by somebody else")
        );
        assert_eq!(text(&place), after);
    }
}

#[test]
fn a_key_with_escapes_in_it_is_left_alone() {
    let before = format!("{{\"apikey\": \"\\u006f{}\"}}", &OLD[1..]);
    let (_folder, place) = console_file(&before);
    assert_eq!(place.read().unwrap(), Secret::from(OLD));
    let error = place.replace(&OLD.into(), &NEW.into()).unwrap_err();
    assert!(error.to_string().contains("cannot be replaced"), "{error}");
    assert_eq!(text(&place), before);
}

#[test]
fn a_keys_file_keeps_its_line_break() {
    for end in ["", "\n", "\r\n"] {
        let (_folder, place) = key_file(&format!("{OLD}{end}"));
        place.check_writable().unwrap();
        place.replace(&OLD.into(), &NEW.into()).unwrap();
        assert_eq!(text(&place), format!("{NEW}{end}"));
        assert_eq!(place.read().unwrap(), Secret::from(NEW));
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_was_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    for (_folder, place) in [
        key_file(OLD),
        profile(&format!("[profiles.p]\napikey = \"{OLD}\"")),
        credential_file(&format!("SVC_APIKEY={OLD}")),
        console_file(&format!("{{\"apikey\": \"{OLD}\"}}")),
    ] {
        std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
        place.replace(&OLD.into(), &NEW.into()).unwrap();
        assert_eq!(std::fs::metadata(place.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_somebody_else_changed_is_not_overwritten() {
    let other = format!("{OLD}x");
    for (_folder, place) in [
        key_file(&other),
        profile(&format!("[profiles.p]\napikey = \"{other}\"")),
        credential_file(&format!("SVC_APIKEY={other}")),
        credential_file("SVC_URL=x"),
        console_file(&format!("{{\"apikey\": \"{other}\"}}")),
    ] {
        let before = text(&place);
        let error = place.replace(&OLD.into(), &NEW.into()).unwrap_err();
        assert!(error.to_string().contains("by somebody else"), "{error}");
        assert!(!format!("{error:?}").contains("old-key"), "{error:?}");
        assert_eq!(text(&place), before);
    }
}

#[test]
fn a_file_that_may_not_be_written_is_told_beforehand() {
    let (_folder, place) = key_file(OLD);
    let mut permissions = std::fs::metadata(place.path()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(place.path(), permissions).unwrap();
    let error = place.check_writable().unwrap_err();
    assert!(error.to_string().ends_with("cannot be replaced: it is read-only"), "{error}");
    let missing = KeyPlace::File { path: place.path().with_file_name("none"), key: Key::ApiKey };
    assert!(missing.check_writable().is_err() && missing.read().is_err());
}

#[test]
fn a_profile_that_has_no_key_any_more_says_so() {
    let (_folder, place) = profile("[profiles.p]\napikey = { env = \"K\" }");
    assert!(place.read().unwrap_err().to_string().contains("no apikey of its own"));
}
