//! A client that signs what it sends.

use http::Method;
use reqwest::{Client, Request, Response};
use wml_auth_core::{AuthRequest, Credentials, Origin};

use crate::signing::{Judged, Signer};
use crate::{AuthorizedClientBuilder, AuthorizedRequest, SendError};

/// A [`reqwest::Client`] that puts an authorization on every request to one origin and, when the service refuses that
/// very token, obtains another and sends the request once more.
///
/// ```no_run
/// use wml_auth_core::Credentials;
/// use wml_auth_reqwest::AuthorizedClient;
///
/// async fn deployments(credentials: Credentials) -> Result<String, Box<dyn std::error::Error>> {
///     let service = "https://us-south.ml.cloud.ibm.com".parse()?;
///     let client = AuthorizedClient::builder(credentials, service).build()?;
///     let answer = client.get("/ml/v4/deployments?version=2026-10-14&space_id=…").send().await?;
///     Ok(answer.error_for_status()?.text().await?)
/// }
/// ```
///
/// # What it does with an answer
///
/// | the answer | the token | the request |
/// | --- | --- | --- |
/// | a 401 about the token, see [`TokenVerdict`](wml_auth_core::TokenVerdict) | is rejected | goes out once more, if its body can and the new token is another |
/// | the same, past a redirect within the origin | is rejected | goes out once more, if its method is safe |
/// | the same, past a redirect to another origin | stays: it was not sent there | does not |
/// | anything else, every 403 included | stays | does not |
///
/// A body of bytes or text can be sent again; a stream cannot. Of a 401 the first
/// [16 KiB](wml_auth_core::TokenVerdict::LONGEST_BODY) may be read to judge it. The caller gets all of it nevertheless.
///
/// # Where a request goes
///
/// To the client's origin and nowhere else: a request for another is [`SendError::Auth`], and nothing is sent. For a
/// second service make a second client; clones of the `reqwest::Client` share connections, and those of the
/// credentials share tokens. A client [built here](Self::builder) follows redirects within the origin only. For one
/// of your own see [`same_origin_redirects`](crate::same_origin_redirects).
#[derive(Clone, Debug)]
pub struct AuthorizedClient {
    client: Client,
    signer: Signer,
}

impl AuthorizedClient {
    /// Sends through a client of yours: its proxies, certificates, time-outs and redirects stay as you set them.
    pub fn new(client: Client, credentials: Credentials, origin: Origin) -> Self {
        Self { client, signer: Signer::new(credentials, origin) }
    }

    /// Makes a client that is as careful as [`ReqwestTransport`](crate::ReqwestTransport), and follows redirects within
    /// the origin.
    pub fn builder(credentials: Credentials, origin: Origin) -> AuthorizedClientBuilder {
        AuthorizedClientBuilder::new(credentials, origin)
    }

    /// Asks for authorizations of this kind from now on, such as those that outlast a long upload.
    #[must_use]
    pub fn with_request(mut self, request: AuthRequest) -> Self {
        self.signer.request = request;
        self
    }

    /// Where requests may go.
    pub fn origin(&self) -> &Origin {
        &self.signer.origin
    }

    /// Begins a request to a path of the origin, which starts with a slash, or to a whole URL.
    ///
    /// A URL that is none, or of another origin, is found when the request is [sent](AuthorizedRequest::send).
    pub fn request(&self, method: Method, url: &str) -> AuthorizedRequest {
        let request = match url.starts_with('/') {
            true => self.client.request(method, format!("{}{url}", self.signer.origin)),
            false => self.client.request(method, url),
        };
        AuthorizedRequest::new(self.clone(), request)
    }

    /// Begins a GET; see [`request`](Self::request).
    pub fn get(&self, url: &str) -> AuthorizedRequest {
        self.request(Method::GET, url)
    }

    /// Begins a POST; see [`request`](Self::request).
    pub fn post(&self, url: &str) -> AuthorizedRequest {
        self.request(Method::POST, url)
    }

    /// Signs a request and sends it.
    ///
    /// # Errors
    ///
    /// [`SendError`] when no authorization could be had, the request is for another origin, or there was no answer.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the request up; a server that has received it may act on it. A token that was
    /// reported as refused stays so, and the search for another goes on for whoever asks next.
    pub async fn execute(&self, request: Request) -> Result<Response, SendError> {
        let (request, sent) = self.signer.sign(request).await?;
        let answer = self.client.execute(request).await?;
        match sent.judge(answer).await? {
            Judged::Deliver(answer) => Ok(answer),
            Judged::Again(request) => Ok(self.client.execute(request).await?),
        }
    }
}
