//! Two clouds: the one that is called, and another origin that should never see a token.
#![allow(dead_code, unreachable_pub, reason = "each test file includes this and uses its part")]
#![allow(clippy::unwrap_used, reason = "this is a test rig")]

use std::sync::Arc;

use wml_auth_core::{AuthRequest, Authorization, Credentials, Origin, Secret};
use wml_auth_engine::{Engine, Policy};
use wml_auth_iam::Endpoint;
use wml_auth_iam_apikey::IamApiKey;
use wml_auth_mock_iam::{Answer, MockIam};
use wml_auth_reqwest::{AuthorizedClient, ReqwestTransport};

pub const INPUT: &str = r#"{"input_data":[{"fields":["a","b"],"values":[[1.0,2.0],[3.0,4.0]]}]}"#;

pub struct Rig {
    pub cloud: MockIam,
    pub elsewhere: MockIam,
    pub credentials: Credentials,
}

impl Rig {
    pub async fn start() -> Self {
        let cloud = MockIam::start().await.unwrap();
        let elsewhere = MockIam::start().await.unwrap();
        let credentials = credentials(&cloud, &cloud.fixture().api_key);
        Self { cloud, elsewhere, credentials }
    }

    pub fn origin(&self) -> Origin {
        self.cloud.url().parse().unwrap()
    }

    pub fn client(&self) -> AuthorizedClient {
        self.client_of(self.credentials.clone())
    }

    pub fn client_of(&self, credentials: Credentials) -> AuthorizedClient {
        AuthorizedClient::builder(credentials, self.origin()).build().unwrap()
    }

    pub fn scoring_path(&self) -> String {
        format!("/ml/v4/deployments/{}/predictions?version=2026-10-14", self.cloud.fixture().deployment_id)
    }

    pub fn deployment_path(&self) -> String {
        format!("/ml/v4/deployments/{}?version=2026-10-14", self.cloud.fixture().deployment_id)
    }

    pub async fn authorization(&self) -> Authorization {
        self.credentials.authorize(&AuthRequest::new()).await.unwrap()
    }

    /// Obtains a token which the service then refuses.
    pub async fn revoked(&self) -> Authorization {
        let authorization = self.authorization().await;
        self.cloud.identities().revoke_token(authorization.expose_token());
        authorization
    }

    pub fn scorings(&self) -> usize {
        self.cloud.journal().count("POST", "/ml/v4/deployments/")
    }

    pub fn token_requests(&self) -> usize {
        self.cloud.journal().token_requests()
    }
}

/// One attempt per fetch, so that requests can be counted.
pub fn credentials(cloud: &MockIam, key: &str) -> Credentials {
    let source = IamApiKey::builder(Secret::from(key))
        .endpoint(Endpoint::parse(cloud.url()).unwrap())
        .build(Arc::new(ReqwestTransport::new().unwrap()))
        .unwrap();
    let policy = Policy { attempts: 1, early_attempts: 1, ..Policy::default() };
    Credentials::new(Engine::builder(source).policy(policy).build())
}

/// The service's 401 with this code.
pub fn unauthorized(code: &str) -> Answer {
    Answer::bytes(
        401,
        format!(r#"{{"errors":[{{"code":"{code}","message":"no"}}],"trace":"t","status_code":401}}"#),
    )
}

/// A client of one's own, with reqwest's own redirects. Without TLS authorities: nothing here speaks it.
pub fn own_client() -> reqwest::ClientBuilder {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls)
}
