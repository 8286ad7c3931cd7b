//! What a request goes through, from the first authorization to the last answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;
use wml_auth_core::{AuthError, AuthRequest, Authorization, BoxFuture, Credentials};

use crate::{AuthorizeLayer, BoxError, Error, Refusal};

pin_project! {
    /// The future of [`Authorize`](crate::Authorize). Dropping it gives the request up.
    pub struct AuthorizeFuture<S, R, B>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S::Future, S::Response>,
        again: Option<Again<S, R, B>>,
    }
}

/// All that is needed to send a request, a second time too.
struct Again<S, R, B> {
    service: S,
    request: Request<B>,
    layer: AuthorizeLayer<R>,
}

pin_project! {
    #[project = StateProjection]
    enum State<F, A> {
        Refused { error: Option<AuthError> },
        /// Waits for the first authorization.
        Authorizing { authorization: Obtaining },
        /// Waits for the first answer. Of a request that was passed on, there is only this.
        Sent { authorization: Option<Authorization>, #[pin] answer: F },
        /// Waits for another authorization in place of the one that was refused.
        Renewing { refused: Authorization, renewed: Obtaining, answer: Option<A> },
        /// Waits until the service below takes the second request.
        Readying { renewed: Authorization },
        /// Waits for the second answer, which is the last.
        Resent { #[pin] answer: F },
    }
}

type Obtaining = BoxFuture<'static, Result<Authorization, AuthError>>;

impl<S, R, B> AuthorizeFuture<S, R, B>
where
    S: Service<Request<B>>,
    B: Clone,
{
    pub(crate) fn refuse(error: AuthError) -> Self {
        Self { state: State::Refused { error: Some(error) }, again: None }
    }

    pub(crate) fn pass(answer: S::Future) -> Self {
        Self { state: State::Sent { authorization: None, answer }, again: None }
    }

    /// `service` has said that it is ready.
    pub(crate) fn sign(service: S, request: Request<B>, layer: AuthorizeLayer<R>) -> Self {
        let mut again = Again { service, request, layer };
        let Again { layer: AuthorizeLayer { credentials, request, .. }, .. } = &again;
        let state = match credentials.ready(request) {
            Some(authorization) => again.send(authorization),
            None => State::Authorizing { authorization: obtain(credentials, request) },
        };
        Self { state, again: Some(again) }
    }
}

impl<S, R, B> Again<S, R, B>
where
    S: Service<Request<B>>,
    B: Clone,
{
    fn call(&mut self, authorization: &Authorization) -> S::Future {
        let mut request = self.request.clone();
        authorization.apply(request.headers_mut());
        self.service.call(request)
    }

    fn send(&mut self, authorization: Authorization) -> State<S::Future, S::Response> {
        let answer = self.call(&authorization);
        State::Sent { authorization: Some(authorization), answer }
    }
}

fn obtain(credentials: &Credentials, request: &AuthRequest) -> Obtaining {
    let (credentials, request) = (credentials.clone(), request.clone());
    Box::pin(async move { credentials.authorize(&request).await })
}

impl<S, R, B, A> Future for AuthorizeFuture<S, R, B>
where
    S: Service<Request<B>, Response = Response<A>>,
    S::Error: Into<BoxError>,
    R: Refusal<A>,
    B: Clone,
{
    type Output = Result<Response<A>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Refused { error } => return Poll::Ready(Err(finished(error.take()))),
                StateProjection::Authorizing { authorization } => {
                    let authorization = ready!(authorization.as_mut().poll(context))?;
                    let Some(again) = this.again else { return Poll::Ready(Err(finished(None))) };
                    again.send(authorization)
                }
                StateProjection::Sent { authorization, answer } => {
                    let answer = ready!(answer.poll(context)).map_err(Error::inner)?;
                    let (Some(refused), Some(again)) = (authorization.take(), this.again.as_mut()) else {
                        return Poll::Ready(Ok(answer));
                    };
                    let AuthorizeLayer { credentials, request, refusal, .. } = &again.layer;
                    if !refusal.is_about_token(&answer) {
                        return Poll::Ready(Ok(answer));
                    }
                    credentials.reject(&refused);
                    State::Renewing { refused, renewed: obtain(credentials, request), answer: Some(answer) }
                }
                StateProjection::Renewing { refused, renewed, answer } => {
                    let renewed = ready!(renewed.as_mut().poll(context))?;
                    match answer.take() {
                        Some(answer) if renewed.header_value() == refused.header_value() => {
                            return Poll::Ready(Ok(answer));
                        }
                        _ => State::Readying { renewed },
                    }
                }
                StateProjection::Readying { renewed } => {
                    let Some(again) = this.again else { return Poll::Ready(Err(finished(None))) };
                    // It was ready for one request, and has had that.
                    ready!(again.service.poll_ready(context)).map_err(Error::inner)?;
                    State::Resent { answer: again.call(renewed) }
                }
                StateProjection::Resent { answer } => {
                    return answer.poll(context).map_err(Error::inner);
                }
            };
            this.state.set(next);
        }
    }
}

/// The error to end with; or what is said to somebody who polls a future that has ended.
fn finished(error: Option<AuthError>) -> Error {
    error.unwrap_or_else(|| AuthError::internal("the request has had its answer already")).into()
}

impl<S: Service<Request<B>>, R, B> fmt::Debug for AuthorizeFuture<S, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizeFuture(..)")
    }
}
