//! The trait a new way of logging in implements.

use crate::{AccessToken, AuthError, BoxFuture, Identity};

/// *Fetches one new token.* That is all a new login method has to do.
///
/// Caching, sharing one exchange among many callers, early renewal, retries and politeness are the engine's: a
/// source makes one attempt and says what came of it.
///
/// As with [`AuthProvider`](crate::AuthProvider), the signature is what `#[async_trait]` writes for
/// `async fn fetch(&self) -> Result<AccessToken, AuthError>`:
///
/// ```
/// use async_trait::async_trait;
/// use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};
///
/// struct Badge { number: Secret }
///
/// #[async_trait]
/// impl TokenSource for Badge {
///     async fn fetch(&self) -> Result<AccessToken, AuthError> {
///         Ok(AccessToken::new(self.number.clone()).with_expires_in(std::time::Duration::from_secs(3600)))
///     }
///
///     fn identity(&self) -> Identity {
///         Identity::new("badge", "front desk", &[("number", self.number.expose())])
///     }
/// }
/// ```
///
/// # The contract
///
/// * **One attempt, no retries, no cache.** Two layers that retry multiply; two that cache contradict each other.
/// * Classify the failure: [`AuthError::is_retryable`] decides whether the engine tries again,
///   [`AuthError::is_absent`] whether a chain goes on.
/// * Report the life that the issuer told, as it told it. The engine judges it.
/// * **Cancel safety.** The future may be dropped at any await point, when its time is up.
/// * Do not block the thread.
pub trait TokenSource: Send + Sync {
    /// Obtains one new token from the issuer.
    ///
    /// # Errors
    ///
    /// [`AuthError`], classified by its constructor and without any secret in it.
    fn fetch<'life0, 'async_trait>(&'life0 self) -> BoxFuture<'async_trait, Result<AccessToken, AuthError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait;

    /// Whose tokens these are. Must include everything that shapes the token, and stay the same for the life of the
    /// source.
    fn identity(&self) -> Identity;
}

impl<T: TokenSource + ?Sized> TokenSource for std::sync::Arc<T> {
    fn fetch<'life0, 'async_trait>(&'life0 self) -> BoxFuture<'async_trait, Result<AccessToken, AuthError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        (**self).fetch()
    }

    fn identity(&self) -> Identity {
        (**self).identity()
    }
}
