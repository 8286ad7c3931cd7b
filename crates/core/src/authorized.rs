//! A transport that signs what it sends.

use std::fmt;

use http::{Request, Response};

use crate::{AuthError, AuthRequest, BoxFuture, Credentials, Origin, TokenVerdict, Transport};

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
/// [`TokenVerdict`] says when that is. Any other 401, and every 403, is the caller's to read.
#[derive(Clone)]
pub struct Authorized<T> {
    transport: T,
    credentials: Credentials,
    request: AuthRequest,
    origin: Option<Origin>,
}

impl<T: Transport> Authorized<T> {
    /// Sends through `transport` with `credentials`.
    pub fn new(transport: T, credentials: Credentials) -> Self {
        Self { transport, credentials, request: AuthRequest::new(), origin: None }
    }

    /// Asks for authorizations of this kind from now on.
    #[must_use]
    pub fn with_request(mut self, request: AuthRequest) -> Self {
        self.request = request;
        self
    }

    /// Sends to this origin alone from now on: a request for another is an error, and is not sent.
    ///
    /// Say it wherever a part of the URL comes from outside, such as the `next` link of a list.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    async fn authorize_and_send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        if let Some(origin) = &self.origin {
            origin.require(request.uri())?;
        }
        let authorization = self.credentials.authorize(&self.request).await?;
        let mut first = request.clone();
        authorization.apply(first.headers_mut());
        let answer = self.transport.send(first).await?;
        if !TokenVerdict::of(&answer).is_refused() {
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
        f.debug_struct("Authorized")
            .field("request", &self.request)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};

    use async_trait::async_trait;
    use http::StatusCode;

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
        let (status, seen) = run(0, r#"{"errors":[{"code":"authentication_token_not_valid"}]}"#).await;
        assert_eq!((status, seen.len()), (StatusCode::UNAUTHORIZED, 1));
    }

    #[tokio::test]
    async fn another_origin_is_not_asked() {
        let service = Service { accepts: "Bearer token-0", refusal: "", seen: Mutex::default() };
        let credentials = Credentials::new(Numbered { current: AtomicU64::new(0), last: 0 });
        let authorized =
            Authorized::new(service, credentials).with_origin("https://a.example".parse().unwrap());
        let get = |url: &str| Request::get(url).body(Vec::new()).unwrap();
        assert!(authorized.send(get("https://b.example/next")).await.unwrap_err().is_misconfigured());
        assert!(authorized.transport.seen.lock().unwrap().is_empty());
        assert_eq!(authorized.send(get("https://a.example/next")).await.unwrap().status(), StatusCode::OK);
    }
}
