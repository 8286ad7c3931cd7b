//! gcp_auth: a service account whose key names the issuer.

use gcp_auth::{CustomServiceAccount, TokenProvider as _};
use http::HeaderValue;

use super::service_account;
use crate::{Contender, Early, Issuer};

pub(crate) struct GcpAuth(CustomServiceAccount);

impl Contender for GcpAuth {
    const NAME: &'static str = "gcp_auth";
    // Renewed when 20 s are left.
    const EARLY: Result<Early, &'static str> = Ok(Early::new(21, 1));
    // Each has an HTTP client, which reads the certificates of the system.
    const WEIGHED: usize = 50;

    async fn build(issuer: &Issuer) -> Self {
        let key = service_account::key(issuer).to_string();
        Self(CustomServiceAccount::from_json(&key).expect("a sound key"))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        let token = self.0.token(&["scope"]).await.map_err(|error| error.to_string())?;
        HeaderValue::try_from(format!("Bearer {}", token.as_str())).map_err(|error| error.to_string())
    }
}
