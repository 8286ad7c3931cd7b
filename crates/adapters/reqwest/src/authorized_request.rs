//! A request in the making.

use http::{HeaderName, HeaderValue};
use reqwest::{Body, RequestBuilder, Response};

use crate::{AuthorizedClient, SendError};

/// A request in the making, from [`AuthorizedClient::request`]. It is signed when it is sent.
///
/// ```no_run
/// use wml_auth_reqwest::{AuthorizedClient, SendError};
///
/// async fn score(client: &AuthorizedClient, input: String) -> Result<reqwest::Response, SendError> {
///     let request = client.post("/ml/v4/deployments/…/predictions?version=2026-10-14").body(input);
///     request.with(|request| request.header("content-type", "application/json")).send().await
/// }
/// ```
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct AuthorizedRequest {
    client: AuthorizedClient,
    request: RequestBuilder,
}

impl AuthorizedRequest {
    pub(crate) fn new(client: AuthorizedClient, request: RequestBuilder) -> Self {
        Self { client, request }
    }

    /// Sets a header.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|request| request.header(name, value))
    }

    /// Sets the body. Bytes and text can be sent a second time, if the token is refused; a stream cannot.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.with(|request| request.body(body))
    }

    /// Does with the request whatever else reqwest can do: `json`, `query`, `timeout` …
    pub fn with(mut self, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        self.request = change(self.request);
        self
    }

    /// Signs the request and sends it; see [`AuthorizedClient::execute`].
    ///
    /// # Errors
    ///
    /// As [`execute`](AuthorizedClient::execute); and [`SendError::Http`] for a request that reqwest cannot build.
    pub async fn send(self) -> Result<Response, SendError> {
        self.client.execute(self.request.build()?).await
    }
}
