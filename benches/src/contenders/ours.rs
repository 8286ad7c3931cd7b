//! wml-auth: an engine behind `Credentials`, with the default policy.

use async_trait::async_trait;
use http::HeaderValue;
use wml_auth_core::{AccessToken, AuthError, AuthRequest, Credentials, Identity, Secret, TokenSource};
use wml_auth_engine::Engine;

use crate::client::{Client, Refusal};
use crate::{Contender, Early, Issuer, Kind};

pub(crate) struct Ours(Credentials);

struct Source(Client);

#[async_trait]
impl TokenSource for Source {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let issued = self.0.token().await.map_err(|refusal| match refusal {
            Refusal::Status(status @ 400..=499) => AuthError::rejected("refused").with_status(status),
            Refusal::Status(status) => AuthError::busy("not now").with_status(status),
            Refusal::Broken(words) => AuthError::unreachable(words),
        })?;
        let life = issued.life();
        Ok(AccessToken::new(Secret::from(issued.access_token)).with_expires_in(life))
    }

    fn identity(&self) -> Identity {
        Identity::new("bench", "loopback", &[])
    }
}

impl Contender for Ours {
    const NAME: &'static str = "wml-auth";
    const KIND: Kind = Kind::Ours;
    // Renewed early when 15 s are left, and handed out until 10 s are left.
    const EARLY: Result<Early, &'static str> = Ok(Early::new(30, 15));
    const WEIGHED: usize = 10_000;

    async fn build(issuer: &Issuer) -> Self {
        Self(Credentials::new(Engine::new(Source(issuer.client()))))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        match self.0.authorize(&AuthRequest::new()).await {
            Ok(authorization) => Ok(authorization.header_value().clone()),
            Err(error) => Err(error.to_string()),
        }
    }
}
