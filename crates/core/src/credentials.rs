//! The handle that an SDK stores.

use std::fmt;
use std::sync::Arc;

use crate::{AuthError, AuthProvider, AuthRequest, Authorization, BoxFuture};

/// Any provider, behind one cheap, cloneable type: what an SDK takes, stores and asks.
///
/// ```
/// use http::{HeaderMap, Request};
/// use wml_auth_core::{AuthError, AuthRequest, Credentials};
///
/// struct Client { credentials: Credentials }
///
/// impl Client {
///     async fn request(&self, url: &str) -> Result<Request<()>, AuthError> {
///         let mut request = Request::new(());
///         let authorization = self.credentials.authorize(&AuthRequest::new()).await?;
///         authorization.apply(request.headers_mut());
///         // … send it; on a 401 about the token: self.credentials.reject(&authorization)
///         Ok(request)
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Credentials(Arc<dyn AuthProvider>);

impl Credentials {
    /// Wraps a provider.
    pub fn new(provider: impl AuthProvider + 'static) -> Self {
        Self(Arc::new(provider))
    }

    /// Obtains an authorization. A warm call neither allocates a future nor takes a lock.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when none could be had; see [`AuthProvider::authorize`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels nothing that others wait for.
    pub async fn authorize(&self, request: &AuthRequest) -> Result<Authorization, AuthError> {
        match self.ready(request) {
            Some(authorization) => Ok(authorization),
            None => self.0.authorize(request).await,
        }
    }

    /// An authorization that is at hand, without waiting; see [`AuthProvider::ready`].
    #[inline]
    pub fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        self.0.ready(request)
    }

    /// Reports that the service refused exactly this one; see [`AuthProvider::reject`].
    pub fn reject(&self, authorization: &Authorization) {
        self.0.reject(authorization);
    }
}

impl From<Arc<dyn AuthProvider>> for Credentials {
    fn from(provider: Arc<dyn AuthProvider>) -> Self {
        Self(provider)
    }
}

impl AuthProvider for Credentials {
    fn authorize<'life0, 'life1, 'async_trait>(
        &'life0 self,
        request: &'life1 AuthRequest,
    ) -> BoxFuture<'async_trait, Result<Authorization, AuthError>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        self.0.authorize(request)
    }

    fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        self.0.ready(request)
    }

    fn reject(&self, authorization: &Authorization) {
        self.0.reject(authorization);
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::{Generation, Secret};

    /// Has one authorization, unless it was refused.
    #[derive(Default)]
    struct Only {
        refused: Mutex<Vec<Generation>>,
    }

    #[async_trait]
    impl AuthProvider for Only {
        async fn authorize(&self, request: &AuthRequest) -> Result<Authorization, AuthError> {
            self.ready(request).ok_or_else(|| AuthError::rejected("refused"))
        }

        fn ready(&self, _: &AuthRequest) -> Option<Authorization> {
            let authorization = Authorization::bearer(&Secret::from("only")).ok()?;
            let generation = Generation(3);
            let refused = self.refused.lock().unwrap().contains(&generation);
            (!refused).then(|| authorization.with_generation(generation))
        }

        fn reject(&self, authorization: &Authorization) {
            self.refused.lock().unwrap().push(authorization.generation());
        }
    }

    /// A handle in a handle, which is as good as one.
    #[tokio::test]
    async fn every_question_reaches_the_provider() {
        let inner = Credentials::new(Only::default());
        let outer = Credentials::new(inner.clone());
        let request = AuthRequest::new();
        let only = outer.ready(&request).unwrap();
        assert_eq!((only.expose_token(), only.generation()), ("only", Generation(3)));
        assert!(outer.authorize(&request).await.is_ok());
        outer.reject(&only);
        assert!(outer.ready(&request).is_none() && inner.ready(&request).is_none());
        assert!(outer.authorize(&request).await.unwrap_err().is_rejected_credential());
    }
}
