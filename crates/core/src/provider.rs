//! The trait an SDK's requests go through.

use std::future::Future;
use std::pin::Pin;

use crate::{AuthError, AuthRequest, Authorization};

/// A boxed future that may be sent between threads: what `#[async_trait]` makes of an `async fn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// *Authorizes the request that I am about to send.*
///
/// The signature of [`authorize`](Self::authorize) is the one that `#[async_trait]` writes for
/// `async fn authorize(&self, request: &AuthRequest) -> Result<Authorization, AuthError>`, spelled out so that this
/// crate needs no macro. Implement it either way:
///
/// ```
/// use async_trait::async_trait;
/// use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, Secret};
///
/// struct Fixed(Secret);
///
/// #[async_trait]
/// impl AuthProvider for Fixed {
///     async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
///         Ok(Authorization::bearer(&self.0)?)
///     }
/// }
/// ```
///
/// # The contract
///
/// * What is returned is valid now, and for the minimum lifetime that the request asks for.
/// * **Cancel safety.** The future may be dropped at any await point. That must not cancel work which other callers
///   wait for, nor leave the provider unable to serve the next one.
/// * It may be called by any number of tasks at once, from any runtime or none.
/// * It does not panic, whatever a server answers, and its errors hold no secret.
///
/// A provider that obtains tokens by an exchange need not keep all this itself: implement
/// [`TokenSource`](crate::TokenSource) and let the engine do it.
pub trait AuthProvider: Send + Sync {
    /// Obtains an authorization, waiting for a new one if none at hand will do.
    ///
    /// # Errors
    ///
    /// [`AuthError`], shared by everybody who waited for the same exchange.
    fn authorize<'life0, 'life1, 'async_trait>(
        &'life0 self,
        request: &'life1 AuthRequest,
    ) -> BoxFuture<'async_trait, Result<Authorization, AuthError>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait;

    /// An authorization that will do, if one is at hand: at once, without waiting for anything.
    ///
    /// The default has none, which is always right. An implementation takes no lock and allocates nothing.
    fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        let _ = request;
        None
    }

    /// The service refused exactly this authorization with a 401 that is about the token.
    ///
    /// A caching provider drops it, if it is still the current one, and obtains another. A later
    /// [`authorize`](Self::authorize) that returns the same [`generation`](Authorization::generation) says that
    /// there is no other, and that sending the request again is pointless. The default does nothing.
    fn reject(&self, authorization: &Authorization) {
        let _ = authorization;
    }
}
