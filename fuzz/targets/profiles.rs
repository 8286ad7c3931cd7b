//! Whatever stands in a profiles file, it is read or refused, and a change of it changes nothing else.
//!
//! Profiles are not resolved here: they may name commands, and those of a fuzzer are better not run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wml_auth_config::{Environment, Key, ProfilesFile, Resolver};

fuzz_target!(|text: &str| {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("profiles.toml");
    std::fs::write(&path, text).expect("a file");
    let resolver = || Resolver::new(Environment::from_vars([("PATH", "")])).profiles_file(&path);
    let Ok(before) = resolver().profiles() else { return };
    let mut file = ProfilesFile::open(&path).expect("what can be listed can be opened");
    file.set("added by the fuzzer", Key::SpaceId, "a-space").expect("a profile can be added");
    file.write().expect("it can be written");
    let after = resolver().profiles().expect("what was written can be read");
    let names = |of: &[wml_auth_config::ProfileSummary]| -> Vec<String> {
        of.iter().map(|profile| profile.name.clone()).filter(|name| name != "added by the fuzzer").collect()
    };
    assert_eq!(names(&before), names(&after));
});
