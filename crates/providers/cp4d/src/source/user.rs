//! A user of the cluster.

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Identity, TokenSource};
use wml_auth_iam::answer::read_token;
use wml_auth_iam::{Issuer, TokenRequest};

use crate::Cp4dBuilder;

/// Exchanges a user's password or API key for tokens, one for each call: `POST {url}/v1/authorize`.
#[derive(Clone, Debug)]
pub struct Cp4d {
    issuer: Issuer,
    request: TokenRequest,
    identity: Identity,
}

impl Cp4d {
    /// Starts with the URL of the cluster and a user.
    ///
    /// As with IBM's SDKs, `/v1/authorize` is appended to the URL, unless it ends with it. A cluster has that below
    /// `https://<host>/icp4d-api`.
    pub fn builder(url: &str, username: &str) -> Cp4dBuilder {
        Cp4dBuilder::new(url, username)
    }

    pub(crate) fn new(issuer: Issuer, request: TokenRequest, identity: Identity) -> Self {
        Self { issuer, request, identity }
    }
}

/// Fails as [`Issuer::token`] does, and may be dropped at any time as that may.
#[async_trait]
impl TokenSource for Cp4d {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.issuer.token(&self.request, |body| read_token(body, &["token"])).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
