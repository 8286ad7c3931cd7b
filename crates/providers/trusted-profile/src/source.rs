//! The source of tokens.

use std::sync::Arc;

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Credentials, Identity, Secret, TokenSource};
use wml_auth_iam::{Grant, IamClient, Profile};

use crate::TrustedProfileBuilder;
use crate::first::{First, FirstToken, Life};

/// Exchanges tokens of somebody else's for those of a trusted profile, one for each call; see the
/// [crate's description](crate).
///
/// A refresh token that IAM may send along is not used: the profile is assumed anew.
#[derive(Clone, Debug)]
pub struct TrustedProfile {
    iam: IamClient,
    first: First,
    life: Life,
    profile: Profile,
    identity: Identity,
}

/// What IAM says of a token that is broken, of another kind, ended, or not valid.
const OF_THE_FIRST_TOKEN: [&str; 3] = ["BXNIM0401E", "BXNIM0405E", "BXNIM0407E"];

impl TrustedProfile {
    /// Starts with the source of the first token. It is asked each time the profile's token is fetched.
    pub fn builder(first: impl TokenSource + 'static) -> TrustedProfileBuilder {
        TrustedProfileBuilder::new(First::Source(Arc::new(first)))
    }

    /// Starts with credentials that keep their tokens, such as those of an engine that others use as well. `whose` is the
    /// identity behind them, which is part of this source's own.
    pub fn builder_over(first: Credentials, whose: Identity) -> TrustedProfileBuilder {
        TrustedProfileBuilder::new(First::Credentials { credentials: first, identity: whose })
    }

    pub(crate) fn new(
        iam: IamClient,
        first: First,
        life: Life,
        profile: Profile,
        identity: Identity,
    ) -> Self {
        Self { iam, first, life, profile, identity }
    }

    async fn assume(&self, first: &Secret) -> Result<AccessToken, AuthError> {
        self.iam.token(&Grant::assume(first, &self.profile)?).await.map_err(|error| {
            match error.is_rejected_credential() && error.hint().is_none() {
                true => {
                    error.with_hint("check the profile, and that its trust relationships list who assumes it")
                }
                false => error,
            }
        })
    }
}

/// Fails as the first login does, or as [`IamClient::token`] does.
///
/// When IAM refuses the very token that some credentials had kept, it is [rejected](Credentials::reject), and the exchange
/// is tried once more with another one, if they have one.
///
/// # Cancel safety
///
/// Dropping the future gives the exchange up. What the first login keeps, it keeps.
#[async_trait]
impl TokenSource for TrustedProfile {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let first = self.first.token(&self.life).await?;
        let error = match self.assume(first.secret()).await {
            Ok(token) => return Ok(token),
            Err(error) => error,
        };
        let (First::Credentials { credentials, .. }, FirstToken::Shared(_, refused)) = (&self.first, &first)
        else {
            return Err(error);
        };
        if !error.code().is_some_and(|code| OF_THE_FIRST_TOKEN.contains(&code)) {
            return Err(error);
        }
        credentials.reject(refused);
        match self.first.token(&self.life).await? {
            FirstToken::Shared(another, authorization)
                if authorization.generation() != refused.generation() =>
            {
                self.assume(&another).await
            }
            _ => Err(error),
        }
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
