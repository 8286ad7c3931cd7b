//! The service.

use std::mem;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;
use wml_auth_core::Origin;

use crate::{AuthorizeFuture, AuthorizeLayer, BoxError, Error, Refusal};

/// Signs requests and sends them on; from [`AuthorizeLayer`]. See the [crate](crate).
#[derive(Clone, Debug)]
pub struct Authorize<S, R = crate::KnownRefusals> {
    inner: S,
    layer: AuthorizeLayer<R>,
}

impl<S, R> Authorize<S, R> {
    pub(crate) fn new(inner: S, layer: AuthorizeLayer<R>) -> Self {
        Self { inner, layer }
    }

    /// The service below.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, R, B, A> Service<Request<B>> for Authorize<S, R>
where
    S: Service<Request<B>, Response = Response<A>> + Clone,
    S::Error: Into<BoxError>,
    R: Refusal<A> + Clone,
    B: Clone,
{
    type Response = Response<A>;
    type Error = Error;
    type Future = AuthorizeFuture<S, R, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context).map_err(Error::inner)
    }

    fn call(&mut self, request: Request<B>) -> AuthorizeFuture<S, R, B> {
        // The one that said it was ready goes with the request, and its clone, which did not, stays.
        let clone = self.inner.clone();
        let mut ready = mem::replace(&mut self.inner, clone);
        match Origin::of(request.uri()) {
            Ok(origin) if origin == self.layer.origin => {
                AuthorizeFuture::sign(ready, request, self.layer.clone())
            }
            Err(error) if request.uri().scheme().is_none() => AuthorizeFuture::refuse(error),
            _ => AuthorizeFuture::pass(ready.call(request)),
        }
    }
}
