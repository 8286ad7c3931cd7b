//! A workload that acts as one trusted profile wherever it runs: in a cluster, on a virtual server, or on the machine of
//! whoever develops it.

use std::sync::Arc;
use std::time::Duration;

use wml_auth::container::ContainerToken;
use wml_auth::engine::{Chain, Engine};
use wml_auth::iam::{Claims, Endpoint};
use wml_auth::iam_apikey::IamApiKey;
use wml_auth::reqwest::ReqwestTransport;
use wml_auth::trusted_profile::TrustedProfile;
use wml_auth::vpc::VpcInstance;
use wml_auth::{AuthRequest, Credentials, Secret};
use wml_auth_mock_iam::{Answer, MockIam, Route};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cloud = MockIam::start().await?;
    let (profile, endpoint) = (cloud.fixture().profile_id.as_str(), Endpoint::parse(cloud.url())?);
    let transport = Arc::new(ReqwestTransport::new()?);
    // This is a laptop: nobody answers at the address of the metadata service.
    cloud.on(Route::InstanceIdentity).always(Answer::stall());

    // In a cluster: the token that is mounted into the container.
    let container = ContainerToken::builder().profile_id(profile).endpoint(endpoint.clone());
    // On a virtual server: its own identity.
    let server = VpcInstance::builder()
        .metadata_url(cloud.url())
        .profile_id(profile)
        .timeout(Duration::from_millis(200))
        .build(transport.clone())?;
    // Elsewhere: a developer whom the profile lists, with a key of their own.
    let developer = Engine::new(
        IamApiKey::builder(Secret::from(cloud.fixture().api_key.as_str()))
            .endpoint(endpoint.clone())
            .build(transport.clone())?,
    );
    let whose = developer.identity().clone();
    let assumed = TrustedProfile::builder_over(Credentials::new(developer), whose)
        .profile_id(profile)
        .endpoint(endpoint);

    let chain = Chain::new()
        .link("container", Ok(Credentials::new(Engine::new(container.build(transport.clone())?))))
        .link("virtual server", Ok(Credentials::new(Engine::new(server))))
        .link("developer", Ok(Credentials::new(Engine::new(assumed.build(transport)?))));
    let authorization = Credentials::new(chain).authorize(&AuthRequest::new()).await?;
    println!("authorized by {}", authorization.identity());
    let claims = Claims::decode(&Secret::from(authorization.expose_token())).ok_or("it is no IAM token")?;
    println!("acting as {}", claims.iam_id.as_deref().unwrap_or("nobody"));
    assert_eq!(claims.subject_type.as_deref(), Some("Profile"));
    Ok(())
}
