//! Resolve a credential from the environment, obtain a token with it, and score a deployed model.
//!
//! With an account of your own, set `WATSONX_APIKEY` and `WATSONX_URL` and replace the first half by
//! `let credentials = wml_auth::credentials()?;`.

use std::sync::Arc;

use wml_auth::config::{Environment, Resolver};
use wml_auth::reqwest::ReqwestTransport;
use wml_auth::{Authorized, Transport};
use wml_auth_mock_iam::MockIam;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A cloud for this example, and an environment that points at it.
    let cloud = MockIam::start().await?;
    let fixture = cloud.fixture();
    let environment = Environment::from_vars([
        ("WATSONX_AI_APIKEY", fixture.api_key.as_str()),
        ("WATSONX_AI_AUTH_URL", cloud.url()),
        ("WATSONX_AI_URL", cloud.url()),
    ]);

    let transport = Arc::new(ReqwestTransport::new()?);
    let resolution = Resolver::new(environment).resolve()?;
    println!("using {}", resolution.source());
    let credentials = resolution.credentials(transport.clone())?;

    // Every request through this transport is authorized, and sent once more if its token is refused.
    let service = Authorized::new(transport, credentials);
    let url =
        format!("{}/ml/v4/deployments/{}/predictions?version=2026-10-14", cloud.url(), fixture.deployment_id);
    let body = r#"{"input_data":[{"fields":["height","width"],"values":[[1.5,0.5],[3.0,2.0]]}]}"#;
    let request = http::Request::post(url).header("content-type", "application/json").body(body.into())?;
    let answer = service.send(request).await?;
    println!("HTTP {}: {}", answer.status(), String::from_utf8_lossy(answer.body()));

    assert!(answer.status().is_success());
    assert_eq!(cloud.journal().token_requests(), 1);
    Ok(())
}
