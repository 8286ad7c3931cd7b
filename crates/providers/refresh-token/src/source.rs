//! The source of tokens.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::lock::Mutex;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};
use wml_auth_iam::{Grant, IamClient, IamOptions};

use crate::RefreshTokenBuilder;

/// Who is told of a successor.
pub(crate) type Rotated = Arc<dyn Fn(&Secret) + Send + Sync>;

/// Exchanges a refresh token for access tokens, one for each call; see the [crate's description](crate).
///
/// Clones share the refresh token that is the current one.
#[derive(Clone)]
pub struct RefreshToken {
    iam: IamClient,
    options: IamOptions,
    current: Arc<Mutex<Secret>>,
    rotated: Rotated,
    identity: Identity,
}

impl RefreshToken {
    /// Starts with a refresh token, the client that IBM's own command is, and the public IAM.
    pub fn builder(token: Secret) -> RefreshTokenBuilder {
        RefreshTokenBuilder::new(token)
    }

    pub(crate) fn new(
        iam: IamClient,
        options: IamOptions,
        token: Secret,
        rotated: Rotated,
        identity: Identity,
    ) -> Self {
        Self { iam, options, current: Arc::new(Mutex::new(token)), rotated, identity }
    }
}

/// Fails as [`IamClient::session`] does. What it was given to exchange stays in hand then.
///
/// # Cancel safety
///
/// Dropping the future gives the exchange up. If IAM had answered with a successor by then, that is lost; the engine
/// drops a fetch only when its time is up.
#[async_trait]
impl TokenSource for RefreshToken {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        // Held over the exchange: whoever comes next uses what came of it.
        let mut current = self.current.lock().await;
        let grant = self.options.complete(Grant::refresh_token(&current)?)?;
        let session = self.iam.session(&grant).await?;
        if let Some(successor) = session.refresh_token.filter(|successor| *successor != *current) {
            *current = successor.clone();
            (self.rotated)(&successor);
        }
        Ok(session.token)
    }

    /// That of the login, whichever refresh token stands for it by now.
    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken")
            .field("iam", &self.iam)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
