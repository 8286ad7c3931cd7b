//! google-cloud-auth: the metadata service's credentials, which can be pointed at any address.

use std::sync::OnceLock;

use google_cloud_auth::credentials::{CacheableResource, Credentials, EntityTag, mds};
use http::{Extensions, HeaderMap, HeaderValue};

use crate::{Contender, Early, Issuer};

// Renewed when four minutes are left.
const EARLY: Result<Early, &'static str> = Ok(Early::new(241, 1));

fn credentials(issuer: &Issuer) -> Credentials {
    mds::Builder::default().with_endpoint(issuer.url()).build().expect("a complete builder")
}

fn authorization(headers: &HeaderMap) -> Result<HeaderValue, String> {
    headers.get(http::header::AUTHORIZATION).cloned().ok_or_else(|| "no header".to_owned())
}

/// Headers anew with each call, as Google's own clients ask for them.
pub(crate) struct Google(Credentials);

impl Contender for Google {
    const NAME: &'static str = "google-cloud-auth";
    const EARLY: Result<Early, &'static str> = EARLY;

    async fn build(issuer: &Issuer) -> Self {
        Self(credentials(issuer))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        match self.0.headers(Extensions::new()).await {
            Ok(CacheableResource::New { data, .. }) => authorization(&data),
            Ok(CacheableResource::NotModified) => Err("not modified".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The caller keeps the header and asks whether it still stands.
pub(crate) struct GoogleTagged {
    credentials: Credentials,
    kept: OnceLock<(EntityTag, HeaderValue)>,
}

impl Contender for GoogleTagged {
    const NAME: &'static str = "google-cloud-auth, entity tag";
    // The same cache as above: only the warm call differs.
    const ROWS: &'static [&'static str] = &["warm", "instructions", "parallel"];
    const EARLY: Result<Early, &'static str> = EARLY;

    async fn build(issuer: &Issuer) -> Self {
        Self { credentials: credentials(issuer), kept: OnceLock::new() }
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        let mut extensions = Extensions::new();
        if let Some((tag, _)) = self.kept.get() {
            extensions.insert(tag.clone());
        }
        match self.credentials.headers(extensions).await {
            Ok(CacheableResource::New { data, entity_tag }) => {
                let header = authorization(&data)?;
                Ok(self.kept.get_or_init(|| (entity_tag, header)).1.clone())
            }
            Ok(CacheableResource::NotModified) => {
                self.kept.get().map(|(_, header)| header.clone()).ok_or_else(|| "not modified".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }
}
