//! Several ways of logging in, asked in order: what is absent is passed over, what is broken stops.

use std::sync::Arc;

use wml_auth::bearer::TokenFile;
use wml_auth::engine::{Chain, Engine};
use wml_auth::iam::Endpoint;
use wml_auth::iam_apikey::IamApiKey;
use wml_auth::reqwest::ReqwestTransport;
use wml_auth::{AuthError, AuthRequest, Credentials, Secret};
use wml_auth_mock_iam::MockIam;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cloud = MockIam::start().await?;
    let transport = Arc::new(ReqwestTransport::new()?);
    let with_key = |key: &str| -> Result<Credentials, AuthError> {
        let source = IamApiKey::builder(Secret::from(key))
            .endpoint(Endpoint::parse(cloud.url())?)
            .build(transport.clone())?;
        Ok(Credentials::new(Engine::new(source)))
    };

    // In a notebook there is a mounted token, on a laptop there is not.
    let mounted = match std::path::Path::new("/var/run/notebook/token") {
        path if path.exists() => Ok(Credentials::new(Engine::new(TokenFile::new(path)))),
        path => Err(AuthError::absent(format!("there is no {}", path.display()))),
    };
    let chain = Chain::new()
        .link("mounted token", mounted.clone())
        .link("API key", with_key(&cloud.fixture().api_key));
    let credentials = Credentials::new(chain);
    let authorization = credentials.authorize(&AuthRequest::new()).await?;
    println!("authorized by {}", authorization.identity());
    assert_eq!(authorization.identity().kind(), "iam-apikey");

    // A wrong key is not papered over by the good one behind it.
    let broken = Chain::new()
        .link("mounted token", mounted)
        .link("wrong key", with_key("a-key-that-nobody-has-ever-been-given-000000"))
        .link("good key", with_key(&cloud.fixture().api_key));
    let error =
        Credentials::new(broken).authorize(&AuthRequest::new()).await.err().ok_or("it was papered over")?;
    println!("stopped: {}: {}", error.code().unwrap_or("?"), error.message());
    for attempt in error.attempts() {
        println!("  passed over: {}: {}", attempt.name, attempt.error);
    }
    assert_eq!((error.code(), error.attempts().len()), (Some("BXNIM0415E"), 1));
    Ok(())
}
