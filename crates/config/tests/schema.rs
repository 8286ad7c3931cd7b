//! The schema says what the reader says.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use support::Place;
use wml_auth_config::profiles_schema;

/// What the schema says of a TOML text.
fn schema_accepts(text: &str) -> bool {
    let table: toml::Table = text.parse().unwrap();
    let value = serde_json::to_value(table).unwrap();
    jsonschema::validator_for(&profiles_schema()).unwrap().is_valid(&value)
}

/// What the reader says of it.
fn reader_accepts(text: &str) -> bool {
    Place::new().profiles(text).resolver().profiles().is_ok()
}

#[test]
fn examples_are_accepted_by_both() {
    for text in [
        "",
        "default_profile = \"p\"\n[profiles.p]",
        "[profiles.p]\napikey = \"literal\"\nauth_type = \"IAM\"",
        "[profiles.p]\napikey = { env = \"K\" }\nclient_id = \"bx\"\nclient_secret.file = \"s\"",
        "[profiles.p]\npassword = { command = [\"pass\", \"\"] }\nusername = \"u\"",
        "[profiles.p]\nbearer_token_file = \"t\"\nbearer_token_command = [\"t\"]",
        "[profiles.a]\nurl = \"https://x\"\n[profiles.b]\nextends = \"a\"\nauth_type = \"serviceLevel\"",
    ] {
        assert!(reader_accepts(text), "{text}");
        assert!(schema_accepts(text), "{text}");
    }
}

#[test]
fn counter_examples_are_refused_by_both() {
    for text in [
        "profile = {}",
        "default_profile = 1",
        "profiles = []",
        "[profiles.p]\napi_key = \"k\"",
        "[profiles.p]\napikey = \"\"",
        "[profiles.p]\napikey = 5",
        "[profiles.p]\napikey = {}",
        "[profiles.p]\napikey = { env = \"A\", file = \"b\" }",
        "[profiles.p]\napikey = { path = \"b\" }",
        "[profiles.p]\napikey = { env = \" \" }",
        "[profiles.p]\napikey = { command = [] }",
        "[profiles.p]\napikey = { command = \"pass\" }",
        "[profiles.p]\nurl = { env = \"U\" }",
        "[profiles.p]\nauth_type = \"iamm\"",
        "[profiles.p]\nversion = 2020-09-01",
        "[profiles.p]\nbearer_token_command = [1]",
        "[profiles.p]\nextends = []",
    ] {
        assert!(!reader_accepts(text), "{text}");
        assert!(!schema_accepts(text), "{text}");
    }
}

#[test]
fn the_committed_copy_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles.schema.json");
    let current = format!("{}\n", serde_json::to_string_pretty(&profiles_schema()).unwrap());
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == current, "write this to crates/config/profiles.schema.json:\n{current}");
}
