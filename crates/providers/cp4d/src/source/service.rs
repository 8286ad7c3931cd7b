//! A service of the cluster.

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};
use wml_auth_iam::answer::read_token;
use wml_auth_iam::{Issuer, TokenRequest};

use crate::Cp4dServiceBuilder;

/// Exchanges the secret of the service broker for tokens, one for each call: `GET {url}/v1/service_token`.
#[derive(Clone, Debug)]
pub struct Cp4dService {
    issuer: Issuer,
    request: TokenRequest,
    identity: Identity,
}

impl Cp4dService {
    /// Starts with a URL and the service broker's secret. The URL is the internal one, which ends with
    /// `/zen-data/internal`.
    pub fn builder(url: &str, service_broker_secret: Secret) -> Cp4dServiceBuilder {
        Cp4dServiceBuilder::new(url, service_broker_secret)
    }

    pub(crate) fn new(issuer: Issuer, request: TokenRequest, identity: Identity) -> Self {
        Self { issuer, request, identity }
    }
}

/// Fails as [`Issuer::token`] does, and may be dropped at any time as that may.
#[async_trait]
impl TokenSource for Cp4dService {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.issuer.token(&self.request, |body| read_token(body, &["token"])).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
