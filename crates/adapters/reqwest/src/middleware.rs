//! The same for a stack of `reqwest-middleware`.

use async_trait::async_trait;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next, Result};
use wml_auth_core::{AuthRequest, Credentials, Origin};

use crate::signing::{Judged, Signer};

/// Signs the requests of a `reqwest_middleware` client that are for one origin, and lets all others pass as they are.
///
/// A client with two services has two of these. What happens to an answer is told at
/// [`AuthorizedClient`](crate::AuthorizedClient); a failed login is a `reqwest_middleware::Error::Middleware` that holds an
/// [`AuthError`](wml_auth_core::AuthError). Retries that are added before this one are signed anew each time, those
/// after it repeat the signed request.
///
/// ```
/// use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
/// use wml_auth_core::{Credentials, Origin};
/// use wml_auth_reqwest::{AuthorizeMiddleware, same_origin_redirects};
///
/// fn client(http: reqwest::ClientBuilder, credentials: Credentials, service: Origin) -> reqwest::Result<ClientWithMiddleware> {
///     let http = http.redirect(same_origin_redirects()).build()?;
///     Ok(ClientBuilder::new(http).with(AuthorizeMiddleware::new(credentials, service)).build())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct AuthorizeMiddleware {
    signer: Signer,
}

impl AuthorizeMiddleware {
    /// Signs requests to this origin.
    pub fn new(credentials: Credentials, origin: Origin) -> Self {
        Self { signer: Signer::new(credentials, origin) }
    }

    /// Asks for authorizations of this kind from now on.
    #[must_use]
    pub fn with_request(mut self, request: AuthRequest) -> Self {
        self.signer.request = request;
        self
    }
}

#[async_trait]
impl Middleware for AuthorizeMiddleware {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        if !self.signer.is_for(request.url()) {
            return next.run(request, extensions).await;
        }
        let (request, sent) = self.signer.sign(request).await.map_err(Error::middleware)?;
        let answer = next.clone().run(request, extensions).await?;
        match sent.judge(answer).await.map_err(Error::middleware)? {
            Judged::Deliver(answer) => Ok(answer),
            Judged::Again(request) => next.run(request, extensions).await,
        }
    }
}
