//! What the cross-crate tests share: a cloud, ways to configure a login against it, and a call to score with it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test rig")]

pub mod failing;
pub mod log;
pub mod logins;

/// The examples in the README are compiled like any other.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

use std::path::PathBuf;
use std::sync::Arc;

use http::{Request, Response};
use tempfile::TempDir;
use wml_auth::config::{Environment, Resolver};
use wml_auth::engine::{Engine, Policy};
use wml_auth::iam::Endpoint;
use wml_auth::iam_apikey::IamApiKey;
use wml_auth::reqwest::ReqwestTransport;
use wml_auth::{AuthError, Authorized, Credentials, Secret, Transport};
use wml_auth_mock_iam::MockIam;

/// A cloud and a folder for the files that point at it.
#[allow(missing_debug_implementations, reason = "a transport has none")]
pub struct Rig {
    /// The cloud.
    pub cloud: MockIam,
    /// The transport that everything goes through.
    pub transport: Arc<dyn Transport>,
    folder: TempDir,
}

impl Rig {
    /// A cloud of its own, on its own port.
    pub async fn start() -> Self {
        let cloud = MockIam::start().await.unwrap();
        let transport = Arc::new(ReqwestTransport::new().unwrap());
        Self { cloud, transport, folder: tempfile::tempdir().unwrap() }
    }

    /// Writes a file that only its owner can read, and says where it is.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    /// An environment with these variables and nothing else, at home in the rig's folder.
    pub fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        Environment::from_vars(variables.iter().copied())
            .with_home(self.folder.path())
            .with_current_dir(self.folder.path())
    }

    /// What these variables resolve to.
    pub fn from_environment(&self, variables: &[(&str, &str)]) -> Result<Credentials, AuthError> {
        Resolver::new(self.environment(variables)).resolve()?.credentials(Arc::clone(&self.transport))
    }

    /// What a profiles file of this text resolves to.
    pub fn from_profiles(&self, text: &str) -> Result<Credentials, AuthError> {
        let file = self.file("profiles.toml", text);
        let resolver = Resolver::new(self.environment(&[])).profiles_file(file);
        resolver.resolve()?.credentials(Arc::clone(&self.transport))
    }

    /// An API key straight at the cloud, with one attempt per fetch so that requests can be counted.
    pub fn api_key(&self, key: &str) -> Credentials {
        let source = IamApiKey::builder(Secret::from(key))
            .endpoint(Endpoint::parse(self.cloud.url()).unwrap())
            .build(Arc::clone(&self.transport))
            .unwrap();
        let policy = Policy { attempts: 1, early_attempts: 1, ..Policy::default() };
        Credentials::new(Engine::builder(source).policy(policy).build())
    }

    /// Scores two rows with these credentials.
    pub async fn score(&self, credentials: &Credentials) -> Result<Response<Vec<u8>>, AuthError> {
        let url = format!(
            "{}/ml/v4/deployments/{}/predictions?version=2026-10-14",
            self.cloud.url(),
            self.cloud.fixture().deployment_id
        );
        let body = r#"{"input_data":[{"fields":["a","b"],"values":[[1.0,2.0],[3.0,4.0]]}]}"#;
        let request =
            Request::post(url).header("content-type", "application/json").body(body.into()).unwrap();
        Authorized::new(Arc::clone(&self.transport), credentials.clone()).send(request).await
    }
}
