//! One request signed, its answer judged, and the request signed once more.

use http::Uri;
use reqwest::{Request, Response, Url};
use wml_auth_core::{AuthError, AuthRequest, Authorization, Credentials, Origin};

use crate::peek;

/// Whose authorization goes on requests, and to where.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) credentials: Credentials,
    pub(crate) origin: Origin,
    pub(crate) request: AuthRequest,
}

/// A signed request that is under way.
pub(crate) struct Sent<'s> {
    signer: &'s Signer,
    authorization: Authorization,
    url: Url,
    /// The request as it was before it was signed; `None` where its body can be sent only once.
    again: Option<Request>,
}

/// What becomes of an answer.
pub(crate) enum Judged {
    /// The caller gets it.
    Deliver(Response),
    /// The request is worth sending once more, with another token.
    Again(Request),
}

impl Signer {
    pub(crate) fn new(credentials: Credentials, origin: Origin) -> Self {
        Self { credentials, origin, request: AuthRequest::new() }
    }

    /// Whether requests to this URL are signed.
    pub(crate) fn is_for(&self, url: &Url) -> bool {
        uri(url).is_ok_and(|uri| self.origin.includes(&uri))
    }

    /// Puts an authorization on a request for the signer's origin, and fails for any other.
    pub(crate) async fn sign(&self, mut request: Request) -> Result<(Request, Sent<'_>), AuthError> {
        self.origin.require(&uri(request.url())?)?;
        let authorization = self.credentials.authorize(&self.request).await?;
        let sent = Sent {
            signer: self,
            authorization: authorization.clone(),
            url: request.url().clone(),
            again: request.try_clone(),
        };
        authorization.apply(request.headers_mut());
        Ok((request, sent))
    }
}

impl Sent<'_> {
    /// Reports a refused token, and says whether the request goes out again.
    ///
    /// It does not when its body is spent, when there is no other token, or when following a redirect has already
    /// changed something on the server.
    pub(crate) async fn judge(self, answer: Response) -> Result<Judged, AuthError> {
        let Self { signer: Signer { credentials, request, .. }, authorization, url, again } = self;
        // Past a redirect the token was not sent along: whoever answers there knows nothing of it.
        if !self.signer.is_for(answer.url()) {
            return Ok(Judged::Deliver(answer));
        }
        let redirected = !same_page(answer.url(), &url);
        let (verdict, answer) = peek::judge(answer).await;
        if !verdict.is_refused() {
            return Ok(Judged::Deliver(answer));
        }
        credentials.reject(&authorization);
        let Some(mut again) = again.filter(|again| !redirected || again.method().is_safe()) else {
            return Ok(Judged::Deliver(answer));
        };
        let renewed = credentials.authorize(request).await?;
        if renewed.header_value() == authorization.header_value() {
            return Ok(Judged::Deliver(answer));
        }
        renewed.apply(again.headers_mut());
        Ok(Judged::Again(again))
    }
}

fn uri(url: &Url) -> Result<Uri, AuthError> {
    url.as_str().parse().map_err(|_| AuthError::misconfigured("the request's URL cannot be sent"))
}

/// Whether two URLs differ in nothing that is sent.
fn same_page(a: &Url, b: &Url) -> bool {
    let page = |url: &Url| url.as_str().split('#').next().map(str::to_owned);
    page(a) == page(b)
}
