//! Whatever stands in variables and credential files, it is read or refused, and no secret is shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wml_auth_config::{Environment, Resolver};

const SECRET: &str = "CANARY";
const NAMES: [&str; 8] = [
    "VCAP_SERVICES",
    "WATSONX_AI_APIKEY",
    "WATSONX_AI_AUTH_URL",
    "WATSONX_AI_AUTH_TYPE",
    "WATSONX_AI_AUTH_DISABLE_SSL",
    "WATSONX_TOKEN",
    "WATSONX_URL",
    "WATSONX_AI_CALLER_EXT_CLAIM",
];

fuzz_target!(|parts: (u8, &str, &str, &[u8], &[u8])| {
    let (which, before, after, head, tail) = parts;
    let directory = tempfile::tempdir().expect("a directory");
    let file = [head, b"\nWATSONX_AI_APIKEY=", SECRET.as_bytes(), tail].concat();
    std::fs::write(directory.path().join("ibm-credentials.env"), file).expect("a file");
    let name = NAMES[usize::from(which) % NAMES.len()];
    // A secret in the place of an address or a type is shown, being none there.
    let secret = matches!(name, "WATSONX_AI_APIKEY" | "WATSONX_TOKEN" | "VCAP_SERVICES");
    let value = if secret { format!("{before}{SECRET}{after}") } else { format!("{before}{after}") };
    let environment = Environment::from_vars([(name, value.as_str()), ("WATSONX_USERNAME", "u")])
        .with_home(directory.path())
        .with_current_dir(directory.path());
    let resolver = Resolver::new(environment);
    let explanation = resolver.explain();
    let json = serde_json::to_string(&explanation).expect("an explanation is JSON");
    let shown = format!("{explanation} {explanation:?} {json} {:?}", resolver.resolve());
    assert!(!shown.contains(SECRET), "{shown}");
});
