//! What can be set on a source.

use std::fmt;
use std::sync::Arc;

use wml_auth_core::{AuthError, Secret, Transport};
use wml_auth_iam::{Endpoint, Grant, IamOptions};

use crate::RefreshToken;
use crate::source::Rotated;

/// Options of a [`RefreshToken`]. Nothing is checked before [`build`](Self::build).
///
/// ```
/// use wml_auth_core::{AuthError, Secret, Transport};
/// use wml_auth_refresh_token::RefreshToken;
///
/// fn source(transport: impl Transport + 'static, token: Secret) -> Result<RefreshToken, AuthError> {
///     RefreshToken::builder(token).client("my-client", Secret::from("its-secret")).build(transport)
/// }
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct RefreshTokenBuilder {
    token: Secret,
    iam: IamOptions,
    rotated: Rotated,
}

impl RefreshTokenBuilder {
    pub(crate) fn new(token: Secret) -> Self {
        // The client of IBM's own command, as which passcodes are exchanged. Its secret is no secret.
        let iam = IamOptions::new().client("bx", Secret::from("bx"));
        Self { token, iam, rotated: Arc::new(|_| ()) }
    }

    /// The client that was given the token, and its secret. `bx` with `bx` unless set, which is the client for passcodes.
    pub fn client(mut self, id: &str, secret: Secret) -> Self {
        self.iam = self.iam.client(id, secret);
        self
    }

    /// Which IAM is asked: the one that gave the token. The public one unless set.
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.iam = self.iam.endpoint(endpoint);
        self
    }

    /// Asks for a narrower token: a list separated by spaces.
    pub fn scope(mut self, scope: &str) -> Self {
        self.iam = self.iam.scope(scope);
        self
    }

    /// Asks for tokens in this account, by its id. That of the login unless set.
    pub fn account(mut self, id: &str) -> Self {
        self.iam = self.iam.account(id);
        self
    }

    /// Is told each refresh token that takes the place of another, once it has: to write it where the next start of the
    /// program finds it. Never an empty one, nor the same one again.
    ///
    /// It is called within the fetch, so it should be quick, and it deals with its own failures: the access token is
    /// good, whether or not the other could be written down.
    pub fn on_rotation(mut self, told: impl Fn(&Secret) + Send + Sync + 'static) -> Self {
        self.rotated = Arc::new(told);
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a token that [`Grant::refresh_token`] refuses, half a client, or a blank scope
    /// or account.
    pub fn build(self, transport: impl Transport + 'static) -> Result<RefreshToken, AuthError> {
        self.iam.complete(Grant::refresh_token(&self.token)?)?;
        let identity = self.iam.identity("refresh-token", &[("refresh_token", self.token.expose())]);
        let client = self.iam.connect(Arc::new(transport))?;
        Ok(RefreshToken::new(client, self.iam, self.token, self.rotated, identity))
    }
}

impl fmt::Debug for RefreshTokenBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshTokenBuilder")
            .field("token", &self.token)
            .field("iam", &self.iam)
            .finish_non_exhaustive()
    }
}
