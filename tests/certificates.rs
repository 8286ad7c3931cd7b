//! Certificates are checked, unless the configuration exempts one server.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::sync::Arc;

use http::Request;
use wml_auth::config::{Environment, Resolution, Resolver};
use wml_auth::reqwest::ReqwestTransport;
use wml_auth::{AuthRequest, Authorized, Transport};
use wml_auth_mock_iam::MockIam;

/// What this configuration comes to, for a cloud whose authority nobody knows.
fn resolve(cloud: &MockIam, more: &[(&str, &str)]) -> Resolution {
    let url = cloud.tls_url().unwrap();
    let key = cloud.fixture().api_key.as_str();
    let base = [("WATSONX_AI_APIKEY", key), ("WATSONX_AI_AUTH_URL", url), ("WATSONX_AI_URL", url)];
    let variables = base.iter().chain(more).copied();
    Resolver::new(Environment::from_vars(variables)).resolve().unwrap()
}

fn transport() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().unwrap())
}

#[tokio::test]
async fn the_switch_of_the_token_service_is_for_token_requests_alone() {
    let cloud = MockIam::builder().tls(true).start().await.unwrap();
    let strict = resolve(&cloud, &[]).credentials(transport()).unwrap();
    let error = strict.authorize(&AuthRequest::new()).await.unwrap_err();
    assert!(error.is_unreachable() && error.message().contains("certificate"), "{error}");

    let resolution = resolve(&cloud, &[("WATSONX_AI_AUTH_DISABLE_SSL", "true")]);
    assert!(resolution.warnings()[0].message().contains("goes unchecked"));
    let credentials = resolution.credentials(transport()).unwrap();
    credentials.authorize(&AuthRequest::new()).await.unwrap();

    let service = Authorized::new(resolution.service_transport(transport()), credentials);
    let error = service.send(predictions(&cloud)).await.unwrap_err();
    assert!(error.message().contains("certificate"), "the service is another server: {error}");
}

#[tokio::test]
async fn the_switch_of_the_service_is_for_the_service_alone() {
    let cloud = MockIam::builder().tls(true).start().await.unwrap();
    let resolution = resolve(&cloud, &[("WATSONX_AI_DISABLE_SSL", "true")]);
    let credentials = resolution.credentials(transport()).unwrap();
    assert!(credentials.authorize(&AuthRequest::new()).await.unwrap_err().message().contains("certificate"));

    let both = [("WATSONX_AI_DISABLE_SSL", "true"), ("WATSONX_AI_AUTH_DISABLE_SSL", "true")];
    let resolution = resolve(&cloud, &both);
    let credentials = resolution.credentials(transport()).unwrap();
    let service = Authorized::new(resolution.service_transport(transport()), credentials);
    assert_eq!(service.send(predictions(&cloud)).await.unwrap().status(), 200);
}

fn predictions(cloud: &MockIam) -> Request<Vec<u8>> {
    let deployment = &cloud.fixture().deployment_id;
    let url = cloud.tls_url().unwrap();
    Request::post(format!("{url}/ml/v4/deployments/{deployment}/predictions?version=2026-10-14"))
        .header("content-type", "application/json")
        .body(br#"{"input_data":[{"fields":["a"],"values":[[1.0]]}]}"#.to_vec())
        .unwrap()
}
