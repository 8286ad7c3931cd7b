//! The one HTTP client of all contenders that bring none, so that they pay the same for it.

use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;

type Body = Full<bytes::Bytes>;

/// Asks an issuer for tokens. Clones share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: HyperClient<HttpConnector, Body>,
    url: String,
}

/// A token as it came.
#[derive(Debug, Deserialize)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    expires_in: u64,
}

/// Why none came.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The issuer said so.
    Status(u16),
    /// It said nothing that could be understood.
    Broken(String),
}

impl Issued {
    pub(crate) fn life(&self) -> Duration {
        Duration::from_secs(self.expires_in)
    }

    pub(crate) fn header_text(&self) -> String {
        format!("Bearer {}", self.access_token)
    }
}

impl Client {
    pub(crate) fn new(issuer: &str) -> Self {
        let http = HyperClient::builder(TokioExecutor::new()).build_http();
        Self { http, url: format!("{issuer}/identity/token") }
    }

    /// One attempt.
    pub(crate) async fn token(&self) -> Result<Issued, Refusal> {
        let (status, body) = self.post(FORM).await.map_err(Refusal::Broken)?;
        match status {
            StatusCode::OK => {
                serde_json::from_slice(&body).map_err(|error| Refusal::Broken(error.to_string()))
            }
            refused => Err(Refusal::Status(refused.as_u16())),
        }
    }

    /// The same, for whoever reads the answer itself.
    pub(crate) async fn post(&self, form: &'static str) -> Result<(StatusCode, Vec<u8>), String> {
        let request = Request::post(&self.url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .map_err(|error| error.to_string())?;
        let answer = self.http.request(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes().to_vec()))
    }
}

pub(crate) const FORM: &str = "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=key";
