//! The layer.

use tower_layer::Layer;
use wml_auth_core::{AuthRequest, Credentials, Origin};

use crate::{Authorize, KnownRefusals};

/// Wraps services in [`Authorize`]. See the [crate](crate) for what that does.
#[derive(Clone, Debug)]
pub struct AuthorizeLayer<R = KnownRefusals> {
    pub(crate) credentials: Credentials,
    pub(crate) origin: Origin,
    pub(crate) request: AuthRequest,
    pub(crate) refusal: R,
}

impl AuthorizeLayer {
    /// Signs requests to this origin.
    pub fn new(credentials: Credentials, origin: Origin) -> Self {
        Self { credentials, origin, request: AuthRequest::new(), refusal: KnownRefusals }
    }
}

impl<R> AuthorizeLayer<R> {
    /// Asks for authorizations of this kind from now on.
    #[must_use]
    pub fn with_request(mut self, request: AuthRequest) -> Self {
        self.request = request;
        self
    }

    /// Says by what an answer is known to be about the token: a [`Refusal`](crate::Refusal), or a closure.
    #[must_use]
    pub fn with_refusal<New>(self, refusal: New) -> AuthorizeLayer<New> {
        let Self { credentials, origin, request, refusal: _ } = self;
        AuthorizeLayer { credentials, origin, request, refusal }
    }
}

impl<S, R: Clone> Layer<S> for AuthorizeLayer<R> {
    type Service = Authorize<S, R>;

    fn layer(&self, inner: S) -> Authorize<S, R> {
        Authorize::new(inner, self.clone())
    }
}
