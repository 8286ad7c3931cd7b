//! ibmcloud-iam: the only other library for IBM Cloud. It blocks, so a cold call needs a thread of its own.

use std::sync::Arc;

use http::HeaderValue;
use ibmcloud_iam::token::TokenManager;
use tokio::task::spawn_blocking;

use crate::{Contender, Early, Issuer};

pub(crate) struct IbmcloudIam(Arc<TokenManager>);

fn header(manager: &TokenManager) -> Result<HeaderValue, String> {
    let token = manager.token().map_err(|error| error.to_string())?;
    HeaderValue::try_from(format!("Bearer {}", token.access_token)).map_err(|error| error.to_string())
}

impl Contender for IbmcloudIam {
    const NAME: &'static str = "ibmcloud-iam";
    const EARLY: Result<Early, &'static str> =
        Err("it has no early window: a token is used until it has expired");
    // Each makes an HTTP client for each request, which takes its time.
    const WEIGHED: usize = 50;

    async fn build(issuer: &Issuer) -> Self {
        Self(Arc::new(TokenManager::new("key", issuer.url())))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        header(&self.0)
    }

    async fn cold_header(&self) -> Result<HeaderValue, String> {
        let manager = Arc::clone(&self.0);
        // It panics when the issuer refuses.
        spawn_blocking(move || header(&manager)).await.unwrap_or_else(|error| Err(error.to_string()))
    }
}
