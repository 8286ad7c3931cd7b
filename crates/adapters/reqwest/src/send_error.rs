//! Why an authorized request had no answer.

use std::error::Error;
use std::fmt;

use wml_auth_core::AuthError;

/// Why [`AuthorizedClient`](crate::AuthorizedClient) has no answer for a request.
///
/// An answer of any status, a 401 included, is no error.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendError {
    /// No authorization could be had, or the request is for another origin. Nothing was sent; or it was sent, its
    /// token was refused, and there was no other to be had.
    Auth(AuthError),
    /// The request could not be built, or there was no answer to it.
    Http(reqwest::Error),
}

impl SendError {
    /// The reason, if it has to do with credentials.
    pub fn as_auth(&self) -> Option<&AuthError> {
        match self {
            Self::Auth(error) => Some(error),
            Self::Http(_) => None,
        }
    }
}

impl From<AuthError> for SendError {
    fn from(error: AuthError) -> Self {
        Self::Auth(error)
    }
}

impl From<reqwest::Error> for SendError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(error) => error.fmt(f),
            Self::Http(error) => error.fmt(f),
        }
    }
}

/// The text of the inner error is this error's own, so its source is the inner one's.
impl Error for SendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Auth(error) => error.source(),
            Self::Http(error) => error.source(),
        }
    }
}
