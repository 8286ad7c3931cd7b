//! azure_identity: a client secret's credential. It insists on https, so the loopback client stands in as its transport.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, ClientOptions, HttpClient, Request, StatusCode, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use http::HeaderValue;

use crate::client::{Client, FORM};
use crate::{Contender, Early, Issuer};

pub(crate) struct Azure(Arc<ClientSecretCredential>);

#[derive(Debug)]
struct Loopback(Client);

#[async_trait]
impl HttpClient for Loopback {
    async fn execute_request(&self, _: &Request) -> azure_core::Result<AsyncRawResponse> {
        let (status, body) = self
            .0
            .post(FORM)
            .await
            .map_err(|error| azure_core::Error::with_message(azure_core::error::ErrorKind::Io, error))?;
        Ok(AsyncRawResponse::from_bytes(StatusCode::from(status.as_u16()), Headers::default(), body))
    }
}

impl Contender for Azure {
    const NAME: &'static str = "azure_identity";
    // Renewed when five minutes are left.
    const EARLY: Result<Early, &'static str> = Ok(Early::new(301, 1));

    async fn build(issuer: &Issuer) -> Self {
        let transport = Some(Transport::new(Arc::new(Loopback(issuer.client()))));
        let options = ClientSecretCredentialOptions {
            client_options: ClientOptions { transport, ..ClientOptions::default() },
        };
        let credential =
            ClientSecretCredential::new("tenant", "client".to_owned(), "secret".into(), Some(options));
        Self(credential.expect("a complete credential"))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        // What its bearer token policy does with each request.
        let token = self.0.get_token(&["scope"], None).await.map_err(|error| error.to_string())?;
        let text = format!("Bearer {}", token.token.secret());
        HeaderValue::try_from(text).map_err(|error| error.to_string())
    }
}
