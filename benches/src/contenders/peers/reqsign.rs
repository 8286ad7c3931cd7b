//! reqsign-core: a `Signer` with a bearer token, as reqsign's Google service has it.

use std::time::Duration;

use http::request::Parts;
use http::{HeaderValue, Request};
use reqsign_core::time::Timestamp;
use reqsign_core::{Context, ProvideCredential, SignRequest, Signer, SigningCredential};

use crate::client::Client;
use crate::{Contender, Early, Issuer};

pub(crate) struct Reqsign(Signer<Token>);

#[derive(Clone, Debug)]
struct Token {
    text: String,
    expiry: Timestamp,
}

/// What reqsign's Google service keeps.
const MARGIN: Duration = Duration::from_secs(120);

impl SigningCredential for Token {
    fn is_valid(&self) -> bool {
        self.is_valid_at(Timestamp::now() + MARGIN)
    }

    fn is_valid_at(&self, time: Timestamp) -> bool {
        self.expiry > time
    }
}

#[derive(Debug)]
struct Provider(Client);

impl ProvideCredential for Provider {
    type Credential = Token;

    async fn provide_credential(&self, _: &Context) -> reqsign_core::Result<Option<Token>> {
        let issued = self.0.token().await;
        let issued = issued.map_err(|refusal| reqsign_core::Error::unexpected(format!("{refusal:?}")))?;
        let expiry = Timestamp::now() + issued.life();
        Ok(Some(Token { text: issued.access_token, expiry }))
    }
}

#[derive(Debug)]
struct Bearer;

impl SignRequest for Bearer {
    type Credential = Token;

    async fn sign_request(
        &self,
        _: &Context,
        request: &mut Parts,
        token: Option<&Token>,
        _: Option<Duration>,
    ) -> reqsign_core::Result<()> {
        let token = token.ok_or_else(|| reqsign_core::Error::credential_invalid("no token"))?;
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.text))
            .map_err(|error| reqsign_core::Error::unexpected(error.to_string()))?;
        value.set_sensitive(true);
        request.headers.insert(http::header::AUTHORIZATION, value);
        Ok(())
    }
}

impl Contender for Reqsign {
    const NAME: &'static str = "reqsign-core";
    const EARLY: Result<Early, &'static str> = Ok(Early::new(121, 1));

    async fn build(issuer: &Issuer) -> Self {
        Self(Signer::new(Context::new(), Provider(issuer.client()), Bearer))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        // Its currency is a request head. This one is as small as one can be.
        let (mut head, ()) = Request::new(()).into_parts();
        self.0.sign(&mut head, None).await.map_err(|error| error.to_string())?;
        head.headers.remove(http::header::AUTHORIZATION).ok_or_else(|| "no header".to_owned())
    }
}
