//! A transport that signs what it sends.

use std::fmt;

use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};

use crate::{AuthError, AuthRequest, BoxFuture, Credentials, Transport};

/// Puts an authorization on every request and, when the service refuses that very token, obtains another and sends the
/// request once more.
///
/// ```
/// use wml_auth_core::{AuthError, Authorized, Credentials, Transport};
///
/// async fn score(transport: impl Transport, credentials: Credentials, body: Vec<u8>) -> Result<Vec<u8>, AuthError> {
///     let service = Authorized::new(transport, credentials);
///     let request = http::Request::post("https://us-south.ml.cloud.ibm.com/ml/v4/deployments/…").body(body);
///     let request = request.map_err(|_| AuthError::misconfigured("not a URL"))?;
///     Ok(service.send(request).await?.into_body())
/// }
/// ```
///
/// A 401 is about the token when the challenge says `invalid_token` or the body carries one of the service's codes
/// for it (`authentication_token_expired`, `authentication_token_not_valid`). Any other 401, and every 403, is the
/// caller's to read: a new token would not help, and asking for one each time would flood the issuer.
#[derive(Clone)]
pub struct Authorized<T> {
    transport: T,
    credentials: Credentials,
    request: AuthRequest,
}

impl<T: Transport> Authorized<T> {
    /// Sends through `transport` with `credentials`.
    pub fn new(transport: T, credentials: Credentials) -> Self {
        Self { transport, credentials, request: AuthRequest::new() }
    }

    /// Asks for authorizations of this kind from now on.
    #[must_use]
    pub fn with_request(mut self, request: AuthRequest) -> Self {
        self.request = request;
        self
    }

    async fn authorize_and_send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let authorization = self.credentials.authorize(&self.request).await?;
        let mut first = request.clone();
        authorization.apply(first.headers_mut());
        let answer = self.transport.send(first).await?;
        if !refuses_the_token(&answer) {
            return Ok(answer);
        }
        self.credentials.reject(&authorization);
        let renewed = self.credentials.authorize(&self.request).await?;
        if renewed.header_value() == authorization.header_value() {
            return Ok(answer);
        }
        let mut second = request;
        renewed.apply(second.headers_mut());
        self.transport.send(second).await
    }
}

impl<T: Transport> Transport for Authorized<T> {
    fn send<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Vec<u8>>,
    ) -> BoxFuture<'async_trait, Result<Response<Vec<u8>>, AuthError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.authorize_and_send(request))
    }
}

impl<T> fmt::Debug for Authorized<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").field("request", &self.request).finish_non_exhaustive()
    }
}

fn refuses_the_token(answer: &Response<Vec<u8>>) -> bool {
    const CODES: [&[u8]; 2] = [b"authentication_token_expired", b"authentication_token_not_valid"];
    if answer.status() != StatusCode::UNAUTHORIZED {
        return false;
    }
    let challenged = answer
        .headers()
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .any(|challenge| contains(challenge.as_bytes(), b"invalid_token"));
    challenged || CODES.iter().any(|code| contains(answer.body(), code))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::{AuthProvider, Authorization, Generation, Secret};

    /// Hands out `token-0`, and a new one for each refusal up to a last.
    struct Numbered {
        current: AtomicU64,
        last: u64,
    }

    #[async_trait]
    impl AuthProvider for Numbered {
        async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
            let number = self.current.load(Ordering::SeqCst);
            Ok(Authorization::bearer(&Secret::new(format!("token-{number}")))?
                .with_generation(Generation(number)))
        }

        fn reject(&self, authorization: &Authorization) {
            let next = authorization.generation().0.saturating_add(1).min(self.last);
            self.current.store(next, Ordering::SeqCst);
        }
    }

    /// Accepts one token, and answers 401 with a given body to the rest.
    struct Service {
        accepts: &'static str,
        refusal: &'static str,
        seen: Mutex<Vec<String>>,
    }

    #[async_trait]
    impl Transport for Service {
        async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
            let header = request.headers()["authorization"].to_str().unwrap().to_owned();
            let accepted = header == self.accepts;
            self.seen.lock().unwrap().push(header);
            let mut answer = Response::new(if accepted { request.into_body() } else { self.refusal.into() });
            *answer.status_mut() = if accepted { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
            Ok(answer)
        }
    }

    async fn run(last: u64, refusal: &'static str) -> (StatusCode, Vec<String>) {
        let service = Service { accepts: "Bearer token-1", refusal, seen: Mutex::default() };
        let credentials = Credentials::new(Numbered { current: AtomicU64::new(0), last });
        let authorized = Authorized::new(service, credentials);
        let answer = authorized.send(Request::new(b"body".to_vec())).await.unwrap();
        let seen = authorized.transport.seen.lock().unwrap().clone();
        (answer.status(), seen)
    }

    #[tokio::test]
    async fn a_refused_token_is_replaced_once() {
        let (status, seen) = run(9, r#"{"errors":[{"code":"authentication_token_expired"}]}"#).await;
        assert_eq!((status, seen.len()), (StatusCode::OK, 2));
    }

    #[tokio::test]
    async fn a_401_about_something_else_is_the_callers() {
        let (status, seen) = run(9, r#"{"errors":[{"code":"no_such_project"}]}"#).await;
        assert_eq!((status, seen.len()), (StatusCode::UNAUTHORIZED, 1));
    }

    #[tokio::test]
    async fn the_same_token_is_not_sent_twice() {
        let (status, seen) = run(0, "authentication_token_not_valid").await;
        assert_eq!((status, seen.len()), (StatusCode::UNAUTHORIZED, 1));
    }
}
