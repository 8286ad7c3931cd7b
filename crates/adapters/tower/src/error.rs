//! Why there was no answer.

use std::error;
use std::fmt;

use wml_auth_core::AuthError;

/// Any error: what tower's own middleware turns errors into.
pub type BoxError = Box<dyn error::Error + Send + Sync>;

/// Why [`Authorize`](crate::Authorize) has no answer for a request.
///
/// Either the credentials are to blame, which [`as_auth`](Self::as_auth) tells, or the service below is. An answer of
/// any status, a 401 included, is no error.
pub struct Error(Kind);

enum Kind {
    Auth(AuthError),
    Inner(BoxError),
}

impl Error {
    pub(crate) fn inner(error: impl Into<BoxError>) -> Self {
        Self(Kind::Inner(error.into()))
    }

    /// The reason, if no authorization could be had or the request's URI is not absolute.
    pub fn as_auth(&self) -> Option<&AuthError> {
        match &self.0 {
            Kind::Auth(error) => Some(error),
            Kind::Inner(_) => None,
        }
    }

    /// The error of the service below, or the [`AuthError`], as it was.
    pub fn into_inner(self) -> BoxError {
        match self.0 {
            Kind::Auth(error) => Box::new(error),
            Kind::Inner(error) => error,
        }
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        Self(Kind::Auth(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Auth(error) => error.fmt(f),
            Kind::Inner(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Auth(error) => f.debug_tuple("Auth").field(error).finish(),
            Kind::Inner(error) => f.debug_tuple("Inner").field(error).finish(),
        }
    }
}

/// The text of the inner error is this error's own, so its source is the inner one's.
impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.0 {
            Kind::Auth(error) => error.source(),
            Kind::Inner(error) => error.source(),
        }
    }
}
