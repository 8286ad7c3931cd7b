//! An SDK that depends on the core traits alone and takes any credentials.
//!
//! The module `sdk` is what a library author writes. Nothing in it knows of IAM, of an HTTP client or of a runtime.

/// The library. Its `Cargo.toml` has `wml-auth-core` and `http`.
mod sdk {
    use http::Request;
    use wml_auth_core::{AuthError, Authorized, Credentials, Transport};

    pub struct WatsonxClient<T> {
        base: String,
        transport: Authorized<T>,
    }

    impl<T: Transport> WatsonxClient<T> {
        pub fn new(base: &str, transport: T, credentials: Credentials) -> Self {
            Self { base: base.to_owned(), transport: Authorized::new(transport, credentials) }
        }

        /// The deployments of a space, as the service lists them.
        pub async fn deployments(&self, space_id: &str) -> Result<String, AuthError> {
            let url = format!("{}/ml/v4/deployments?version=2026-10-14&space_id={space_id}", self.base);
            let request =
                Request::get(url).body(Vec::new()).map_err(|_| AuthError::misconfigured("not a URL"))?;
            // A token that the service refuses is replaced, and the request sent once more, before this returns.
            let answer = self.transport.send(request).await?;
            match answer.status().as_u16() {
                200..300 => Ok(String::from_utf8_lossy(answer.body()).into_owned()),
                status => Err(AuthError::rejected("the service refused the request").with_status(status)),
            }
        }
    }
}

/// The application, which chooses how to log in and how to speak HTTP.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::sync::Arc;
    use wml_auth::engine::Engine;
    use wml_auth::{Credentials, Secret, iam::Endpoint, iam_apikey::IamApiKey, reqwest::ReqwestTransport};

    let cloud = wml_auth_mock_iam::MockIam::start().await?;
    let transport = Arc::new(ReqwestTransport::new()?);
    let source = IamApiKey::builder(Secret::from(cloud.fixture().api_key.as_str()))
        .endpoint(Endpoint::parse(cloud.url())?)
        .build(transport.clone())?;
    let client = sdk::WatsonxClient::new(cloud.url(), transport, Credentials::new(Engine::new(source)));

    let deployments = client.deployments(&cloud.fixture().space_id).await?;
    println!("{deployments}");
    assert!(deployments.contains(&cloud.fixture().deployment_id));

    // An hour passes, for the service only: it refuses the token, and the client never notices.
    cloud.clock().advance(std::time::Duration::from_secs(3601));
    assert!(client.deployments(&cloud.fixture().space_id).await.is_ok());
    assert_eq!(cloud.journal().token_requests(), 2);
    Ok(())
}
