//! yup-oauth2: a service account whose key names the issuer.

use http::HeaderValue;
use yup_oauth2::ServiceAccountAuthenticator;
use yup_oauth2::authenticator::DefaultAuthenticator;

use super::service_account;
use crate::{Contender, Early, Issuer};

pub(crate) struct YupOauth2(DefaultAuthenticator);

impl Contender for YupOauth2 {
    const NAME: &'static str = "yup-oauth2";
    // Renewed when a minute is left.
    const EARLY: Result<Early, &'static str> = Ok(Early::new(61, 1));
    // Each has an HTTP client, which reads the certificates of the system.
    const WEIGHED: usize = 50;

    async fn build(issuer: &Issuer) -> Self {
        let key = serde_json::from_value(service_account::key(issuer)).expect("a sound key");
        Self(ServiceAccountAuthenticator::builder(key).build().await.expect("a sound key"))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        let token = self.0.token(&["scope"]).await.map_err(|error| error.to_string())?;
        let text = token.token().ok_or("no access token")?;
        HeaderValue::try_from(format!("Bearer {text}")).map_err(|error| error.to_string())
    }
}
