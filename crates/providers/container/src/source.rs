//! The source of tokens.

use std::sync::Arc;

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Clock, Identity, Secret, TokenSource};
use wml_auth_iam::{Grant, IamClient, IamOptions, Profile};

use crate::ContainerTokenBuilder;
use crate::files::{Files, Found};

/// Exchanges the compute resource token in a file for IAM tokens, one for each call; see the
/// [crate's description](crate).
///
/// IAM gives no refresh token for these. Clones share what was last read.
#[derive(Clone, Debug)]
pub struct ContainerToken {
    iam: IamClient,
    options: IamOptions,
    files: Arc<Files>,
    profiles: Vec<Profile>,
    clock: Arc<dyn Clock>,
    identity: Identity,
}

impl ContainerToken {
    /// Starts with the default files and the public IAM.
    pub fn builder() -> ContainerTokenBuilder {
        ContainerTokenBuilder::new()
    }

    pub(crate) fn new(
        iam: IamClient,
        options: IamOptions,
        files: Files,
        profiles: Vec<Profile>,
        clock: Arc<dyn Clock>,
        identity: Identity,
    ) -> Self {
        Self { iam, options, files: Arc::new(files), profiles, clock, identity }
    }

    async fn exchange(&self, token: &Secret) -> Result<AccessToken, AuthError> {
        let grant = self.options.complete(Grant::cr_token(token, &self.profiles)?)?;
        self.iam.token(&grant).await
    }
}

/// Fails by the table of the [crate's description](crate), and as [`IamClient::token`] does.
///
/// # Cancel safety
///
/// Dropping the future gives the exchange up, and leaves nothing behind but a reading that nobody waits for.
#[async_trait]
impl TokenSource for ContainerToken {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let Found { token, instead_of } = self.files.token(&*self.clock).await?;
        let error = match self.exchange(&token).await {
            Err(error) if error.is_rejected_credential() => error,
            outcome => return outcome,
        };
        // The old one is no good any more, and that the file cannot be read is what has to be mended.
        if let Some(fault) = instead_of {
            return Err(fault);
        }
        match self.files.token(&*self.clock).await {
            Ok(Found { token: another, .. }) if another != token => self.exchange(&another).await,
            _ => Err(error),
        }
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
