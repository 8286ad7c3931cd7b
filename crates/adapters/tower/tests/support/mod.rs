//! Two clouds, and services to reach them by.
#![allow(dead_code, unreachable_pub, reason = "this is a test rig")]
#![allow(clippy::unwrap_used, reason = "this is a test rig")]

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::{Layer as _, Service};
use wml_auth_core::{AuthError, AuthRequest, Authorization, BoxFuture, Credentials, Secret, Transport as _};
use wml_auth_engine::{Engine, Policy};
use wml_auth_iam::Endpoint;
use wml_auth_iam_apikey::IamApiKey;
use wml_auth_mock_iam::{Answer, MockIam};
use wml_auth_reqwest::ReqwestTransport;
use wml_auth_tower::{Authorize, AuthorizeLayer};

/// A transport as a service.
#[derive(Clone, Debug)]
pub struct Http(ReqwestTransport);

impl Http {
    pub fn new() -> Self {
        Self(ReqwestTransport::new().unwrap())
    }
}

impl Service<Request<Vec<u8>>> for Http {
    type Response = Response<Vec<u8>>;
    type Error = AuthError;
    type Future = BoxFuture<'static, Result<Response<Vec<u8>>, AuthError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AuthError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Vec<u8>>) -> Self::Future {
        let transport = self.0.clone();
        Box::pin(async move { transport.send(request).await })
    }
}

/// Fails where it is called without having been asked whether it is ready. A clone has not been asked.
#[derive(Debug)]
pub struct Strict {
    http: Http,
    ready: bool,
}

impl Strict {
    pub fn new() -> Self {
        Self { http: Http::new(), ready: false }
    }
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { http: self.http.clone(), ready: false }
    }
}

impl Service<Request<Vec<u8>>> for Strict {
    type Response = Response<Vec<u8>>;
    type Error = AuthError;
    type Future = BoxFuture<'static, Result<Response<Vec<u8>>, AuthError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AuthError>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Vec<u8>>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called without having been ready");
        self.http.call(request)
    }
}

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

    pub fn layer(&self, credentials: Credentials) -> AuthorizeLayer {
        AuthorizeLayer::new(credentials, self.cloud.url().parse().unwrap())
    }

    pub fn service(&self) -> Authorize<Http> {
        self.layer(self.credentials.clone()).layer(Http::new())
    }

    pub fn scoring(&self) -> Request<Vec<u8>> {
        scoring(&self.cloud)
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

    /// How many requests came for scores, and for tokens.
    pub fn counts(&self) -> (usize, usize) {
        let journal = self.cloud.journal();
        (journal.count("POST", "/ml/v4/deployments/"), journal.token_requests())
    }
}

pub fn scoring(cloud: &MockIam) -> Request<Vec<u8>> {
    let url = format!(
        "{}/ml/v4/deployments/{}/predictions?version=2026-10-14",
        cloud.url(),
        cloud.fixture().deployment_id
    );
    let body = r#"{"input_data":[{"fields":["a","b"],"values":[[1.0,2.0],[3.0,4.0]]}]}"#;
    Request::post(url).body(body.into()).unwrap()
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
