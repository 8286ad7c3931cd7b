//! An embedded mock IBM Cloud, and a configuration that points at it.

use std::path::PathBuf;

use tempfile::TempDir;
use wml_auth_config::Environment;
use wml_auth_mock_iam::{Fixture, MockIam};

use crate::failure::Failure;

/// A cloud of one's own for the length of a run.
///
/// Nothing of the user's environment or files is read, so that no real credential can end up in it, and nothing outside
/// can be mistaken for it.
pub(crate) struct Sandbox {
    cloud: MockIam,
    directory: TempDir,
    url: String,
}

/// What is scored when no input is named: three flowers.
pub(crate) const SAMPLE_INPUT: &str = r#"{"input_data":[{"fields":["sepal_length","sepal_width","petal_length","petal_width"],"values":[[5.1,3.5,1.4,0.2],[6.2,2.9,4.3,1.3],[7.7,2.6,6.9,2.3]]}]}"#;

impl Sandbox {
    pub(crate) async fn start() -> Result<Self, Failure> {
        let broken = |error: std::io::Error| Failure::internal(format!("the sandbox did not start: {error}"));
        let cloud = MockIam::start().await.map_err(broken)?;
        let directory = tempfile::Builder::new().prefix("wml-auth-sandbox-").tempdir().map_err(broken)?;
        let sandbox = Self { url: cloud.url().to_owned(), directory, cloud };
        write_private(&sandbox.profiles_file(), &profiles(sandbox.cloud.fixture())).map_err(broken)?;
        Ok(sandbox)
    }

    /// Where the cloud is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// One that its user could have read off a page.
    pub(crate) fn passcode(&self) -> &str {
        &self.cloud.fixture().passcode
    }

    pub(crate) fn profiles_file(&self) -> PathBuf {
        self.directory.path().join("profiles.toml")
    }

    /// An environment in which nothing is set.
    pub(crate) fn environment(&self) -> Environment {
        Environment::from_vars(Vec::<(String, String)>::new())
            .with_home(self.directory.path())
            .with_current_dir(self.directory.path())
    }
}

/// A user's key as the default, a Service ID's key beside it: what an ops team would write.
fn profiles(fixture: &Fixture) -> String {
    let Fixture { url, api_key, service_api_key, service_id, space_id, deployment_id, .. } = fixture;
    format!(
        r#"default_profile = "sandbox"

[profiles.base]
url = "{url}"
platform_url = "{url}"
space_id = "{space_id}"
deployment_id = "{deployment_id}"

[profiles.sandbox]
extends = "base"
auth_type = "iam"
auth_url = "{url}"
apikey = "{api_key}"

[profiles.sandbox-service]
extends = "base"
auth_type = "service-level"
auth_url = "{url}"
apikey = "{service_api_key}"
service_id = "{service_id}"
"#
    )
}

fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
