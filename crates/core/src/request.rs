//! What the caller needs of an authorization.

use std::time::Duration;

/// The request for an authorization.
///
/// Its default asks for what the provider thinks prudent. Fields will join (a target, a scope), which is why it is
/// built by methods.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_core::AuthRequest;
///
/// let long_upload = AuthRequest::new().with_min_lifetime(Duration::from_secs(300));
/// assert_eq!(long_upload.min_lifetime(), Some(Duration::from_secs(300)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthRequest {
    min_lifetime: Option<Duration>,
}

impl AuthRequest {
    /// Asks for whatever the provider thinks prudent.
    pub const fn new() -> Self {
        Self { min_lifetime: None }
    }

    /// The authorization must stay valid for at least this long. A provider that cannot promise it fails rather than
    /// hand out less.
    #[must_use]
    pub const fn with_min_lifetime(mut self, least: Duration) -> Self {
        self.min_lifetime = Some(least);
        self
    }

    /// The least remaining life that was asked for; `None` leaves it to the provider.
    pub const fn min_lifetime(&self) -> Option<Duration> {
        self.min_lifetime
    }
}
