//! A user of the foundational services below the cluster.

use async_trait::async_trait;
use http::header::HeaderName;
use wml_auth_core::{AccessToken, AuthError, Authorization, Identity, Secret, TokenSource};
use wml_auth_iam::answer::read_token;
use wml_auth_iam::{Issuer, TokenRequest};

use crate::Cp4dBedrockBuilder;

/// Exchanges a user's password at IBM Cloud Pak foundational services (once *bedrock*), and their token at the cluster.
///
/// Two requests for each call: `POST {bedrock}/idprovider/v1/auth/identitytoken`, a form, and
/// `GET {url}/v1/preauth/validateAuth` with the headers `username` and `iam-token`. The cluster's token lives no longer than
/// the one it was made from.
#[derive(Clone, Debug)]
pub struct Cp4dBedrock {
    bedrock: Issuer,
    request: TokenRequest,
    cluster: Issuer,
    username: Secret,
    identity: Identity,
}

impl Cp4dBedrock {
    /// Starts with the URLs of the cluster and of the foundational services, and a user.
    pub fn builder(url: &str, bedrock_url: &str, username: &str, password: Secret) -> Cp4dBedrockBuilder {
        Cp4dBedrockBuilder::new(url, bedrock_url, username, password)
    }

    pub(crate) fn new(
        bedrock: Issuer,
        request: TokenRequest,
        cluster: Issuer,
        username: Secret,
        identity: Identity,
    ) -> Self {
        Self { bedrock, request, cluster, username, identity }
    }
}

/// Fails as [`Issuer::token`] does, and may be dropped at any time as that may.
#[async_trait]
impl TokenSource for Cp4dBedrock {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let proof = self.bedrock.token(&self.request, |body| read_token(body, &["access_token"])).await?;
        let headers = Authorization::from_header(HeaderName::from_static("iam-token"), proof.secret())
            .and_then(|all| all.and_header(HeaderName::from_static("username"), &self.username))?;
        let request =
            TokenRequest::get("/v1/preauth/validateAuth").with_authorization(&headers, proof.secret());
        let within = |token: AccessToken| {
            let token = proof.expires_in().into_iter().fold(token, AccessToken::with_expires_in);
            proof.expires_at().into_iter().fold(token, AccessToken::with_expires_at)
        };
        self.cluster.token(&request, |body| read_token(body, &["accessToken"]).map(within)).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
