//! A `.netrc` file is for other programs.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use support::Rig;
use wml_auth_mock_iam::Route;

/// Python's HTTP library lets it override the header of every request, that of the token among them.
#[test]
fn a_netrc_file_means_nothing() {
    let mut rig = Rig::start();
    let line = "machine 127.0.0.1 login somebody password else\ndefault login somebody password else\n";
    let file = rig.file(".netrc", line).display().to_string();
    let (url, key) = (rig.cloud.url().to_owned(), rig.cloud.fixture().api_key.clone());
    let deployment = rig.cloud.fixture().deployment_id.clone();
    for (name, value) in
        [("NETRC", &file), ("WATSONX_APIKEY", &key), ("WATSONX_URL", &url), ("WATSONX_AI_AUTH_URL", &url)]
    {
        rig.set(name, value);
    }
    let input = r#"{"input_data":[{"fields":["a","b"],"values":[[1,2]]}]}"#;
    rig.run_with_input(&["score", "--deployment", &deployment, "--input", "-"], input).answer();
    let requests = rig.cloud.journal().requests();
    assert_eq!(rig.cloud.journal().requests_to(&Route::Token), 1);
    for request in requests {
        let sent = request.header("authorization").unwrap_or("nothing");
        assert!(!sent.starts_with("Basic"), "{} carries {sent}", request.path());
    }
}
