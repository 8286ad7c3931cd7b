//! The handle.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use wml_auth_core::{AuthError, AuthRequest, Authorization, Credentials};

use crate::background::Background;

/// [`Credentials`] for code that is not async. See the [crate](crate) for how it works.
///
/// Clones share the background thread.
#[derive(Clone)]
pub struct BlockingCredentials(Arc<Inner>);

struct Inner {
    credentials: Credentials,
    background: Background,
}

impl BlockingCredentials {
    /// The longest that [`authorize`](Self::authorize) waits: a minute, which is twice what an engine gives an exchange
    /// with all its attempts unless told otherwise.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

    /// Starts nothing and asks nobody.
    pub fn new(credentials: Credentials) -> Self {
        Self(Arc::new(Inner { credentials, background: Background::default() }))
    }

    /// Obtains an authorization, waiting for a new one if none at hand will do.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when none could be had; see [`authorize_within`](Self::authorize_within).
    pub fn authorize(&self, request: &AuthRequest) -> Result<Authorization, AuthError> {
        self.authorize_within(request, Self::LONGEST_WAIT)
    }

    /// The same, waiting no longer than this. What is under way then goes on, and a later call may find its token.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when none could be had. When the time is up it is one that
    /// [is retryable](AuthError::is_retryable). When no thread can be started, or the provider panics, it is none of
    /// those that have a predicate. A provider that calls this for its own authorization
    /// [is misconfigured](AuthError::is_misconfigured).
    pub fn authorize_within(
        &self,
        request: &AuthRequest,
        limit: Duration,
    ) -> Result<Authorization, AuthError> {
        if let Some(authorization) = self.ready(request) {
            return Ok(authorization);
        }
        let (credentials, request) = (self.0.credentials.clone(), request.clone());
        self.0.background.wait_for(limit, async move { credentials.authorize(&request).await })
    }

    /// An authorization that is at hand, without waiting for anything. Where it is due for renewal, that begins in the
    /// background.
    pub fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        self.0.background.within(|| self.0.credentials.ready(request))
    }

    /// Reports that the service refused exactly this one with a 401 that is about the token. Waits for nothing: the
    /// search for another begins in the background.
    pub fn reject(&self, authorization: &Authorization) {
        self.0.background.within(|| self.0.credentials.reject(authorization));
    }

    /// The credentials themselves, for async code.
    pub fn as_async(&self) -> &Credentials {
        &self.0.credentials
    }
}

impl From<Credentials> for BlockingCredentials {
    fn from(credentials: Credentials) -> Self {
        Self::new(credentials)
    }
}

impl fmt::Debug for BlockingCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlockingCredentials(..)")
    }
}
