//! What stands behind a refresh token.

use crate::token::Login;

pub(crate) struct Session {
    /// Who logged in, and how; a refresh repeats it.
    pub(crate) login: Login,
    /// The client that may use the refresh token.
    pub(crate) client_id: String,
    /// Made for another client by `response_type=delegated_refresh_token`.
    pub(crate) delegated: bool,
    pub(crate) expires: i64,
}
