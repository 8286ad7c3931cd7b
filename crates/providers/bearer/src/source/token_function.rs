//! A token from code of the application's own.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, BoxFuture, Identity, TokenSource};

type Function = dyn Fn() -> BoxFuture<'static, Result<AccessToken, AuthError>> + Send + Sync;

/// Calls a function for each token.
///
/// The function keeps the contract of [`TokenSource`]: one attempt, no cache, the life as the issuer told it, an error
/// that says whether trying again helps.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_bearer::TokenFunction;
/// use wml_auth_core::{AccessToken, Secret};
///
/// let source = TokenFunction::new("vault", "https://vault.example.com/watsonx", || async {
///     let token = Secret::from("abc"); // … ask the vault …
///     Ok(AccessToken::new(token).with_expires_in(Duration::from_secs(600)))
/// });
/// ```
#[derive(Clone)]
pub struct TokenFunction {
    function: Arc<Function>,
    identity: Identity,
}

impl TokenFunction {
    /// Calls this function. `kind` and `name` say whose tokens it returns, and are what a cache tells it by: two
    /// functions may share them only if their tokens are interchangeable. Neither may hold a secret.
    pub fn new<F, A>(kind: impl Into<Cow<'static, str>>, name: &str, function: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<AccessToken, AuthError>> + Send + 'static,
    {
        Self { function: Arc::new(move || Box::pin(function())), identity: Identity::new(kind, name, &[]) }
    }
}

#[async_trait]
impl TokenSource for TokenFunction {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        (self.function)().await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

impl fmt::Debug for TokenFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenFunction").field("identity", &self.identity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use wml_auth_core::Secret;

    use super::*;

    #[tokio::test]
    async fn the_function_is_called_for_each_token() {
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let source = TokenFunction::new("mine", "here", move || {
            let call = counted.fetch_add(1, Ordering::SeqCst);
            async move { Ok(AccessToken::new(Secret::new(format!("token-{call}")))) }
        });
        assert_eq!(source.fetch().await.unwrap().secret().expose(), "token-0");
        assert_eq!(source.fetch().await.unwrap().secret().expose(), "token-1");
        assert_eq!((source.identity().kind(), source.identity().issuer()), ("mine", "here"));
    }

    #[tokio::test]
    async fn its_error_is_passed_on() {
        let source = TokenFunction::new("mine", "here", async || Err(AuthError::busy("not now")));
        assert!(source.fetch().await.unwrap_err().is_retryable());
    }
}
