//! What IAM gives besides the access token.

use wml_auth_core::{AccessToken, Secret};

/// A token, and with it the means to go on without logging in again.
///
/// Shows nothing of what it holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// The token for requests.
    pub token: AccessToken,
    /// What the same client exchanges for the next one, by [`Grant::refresh_token`](crate::Grant::refresh_token).
    ///
    /// IAM gives one to registered clients only (`bx` is one), and to them not for every grant: `None` for an answer
    /// without it, with an empty one, or with the word `not_supported`, by which IAM says that there is none. IBM's
    /// default life of one is 72 hours; it has no form to rely on.
    pub refresh_token: Option<Secret>,
    /// What another client exchanges, by [`Grant::delegated_refresh_token`](crate::Grant::delegated_refresh_token): there
    /// if it was asked for with [`Grant::with_receivers`](crate::Grant::with_receivers).
    pub delegated_refresh_token: Option<Secret>,
}

/// A token that came alone.
impl From<AccessToken> for Session {
    fn from(token: AccessToken) -> Self {
        Self { token, refresh_token: None, delegated_refresh_token: None }
    }
}
