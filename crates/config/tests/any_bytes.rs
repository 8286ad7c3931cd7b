//! Whatever stands in a source, it is read or refused, and never shown.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use proptest::prelude::*;
use support::Place;

const SECRET: &str = "CANARY";

/// A line of the given form with the secret in the place of a value, amid any bytes.
fn around(line: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    [before, b"\n", line.as_bytes(), SECRET.as_bytes(), after].concat()
}

fn check(place: &Place) -> Result<(), TestCaseError> {
    let resolver = place.resolver();
    let explanation = resolver.explain();
    let json = serde_json::to_string(&explanation).unwrap();
    let shown =
        format!("{explanation} {explanation:?} {json} {:?} {:?}", resolver.resolve(), resolver.profiles());
    prop_assert!(!shown.contains(SECRET), "{}", shown);
    Ok(())
}

proptest! {
    #[test]
    fn in_a_profiles_file(
        line in prop::sample::select(vec!["apikey = \"", "apikey = '", "apikey = {env=1}#", "bearer_token = \"\"\"", "password = "]),
        after in prop::collection::vec(any::<u8>(), 0..24),
    ) {
        let head = b"default_profile = \"p\"\n[profiles.p]\nusername = \"u\"";
        let place = Place::new();
        let path = place.home().join("p.toml");
        std::fs::write(&path, around(line, head, &after)).unwrap();
        check(&place.set("WML_AUTH_PROFILES_FILE", path.to_str().unwrap()))?;
    }

    #[test]
    fn in_a_credential_file(
        line in prop::sample::select(vec!["WATSONX_AI_APIKEY=", "export WATSONX_AI_BEARER_TOKEN = \"", "WATSONX_AI_AUTH_URL=https://h?", "{\"apikey\": \"", "X_APIKEY="]),
        before in prop::collection::vec(any::<u8>(), 0..24),
        after in prop::collection::vec(any::<u8>(), 0..24),
    ) {
        let place = Place::new();
        std::fs::write(place.here().join("ibm-credentials.env"), around(line, &before, &after)).unwrap();
        check(&place)?;
    }

    #[test]
    fn in_the_environment(
        name in prop::sample::select(vec!["WATSONX_APIKEY", "WATSONX_TOKEN", "WATSONX_AI_PASSWORD", "VCAP_SERVICES", "WATSONX_AI_AUTH_DISABLE_SSL"]),
        before in "\\PC{0,8}",
        after in any::<String>(),
    ) {
        check(&Place::new().set(name, &format!("{before}{SECRET}{after}")).set("WATSONX_USERNAME", "u"))?;
    }
}
