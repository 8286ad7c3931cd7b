//! Where the first token comes from.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wml_auth_core::{
    AuthError, AuthRequest, Authorization, Clock, Credentials, Identity, Scheme, Secret, TokenSource,
};

/// What IAM gives unless an account sets less.
const USUAL_LIFE: Duration = Duration::from_secs(3600);

/// Somebody whom the profile lists.
#[derive(Clone)]
pub(crate) enum First {
    /// Gives a new token each time.
    Source(Arc<dyn TokenSource>),
    /// Keeps its tokens, and may have one that is about to end.
    Credentials { credentials: Credentials, identity: Identity },
}

/// One token of theirs.
pub(crate) enum FirstToken {
    Fresh(Secret),
    /// Others may be using it.
    Shared(Secret, Authorization),
}

impl First {
    pub(crate) fn identity(&self) -> Identity {
        match self {
            Self::Source(source) => source.identity(),
            Self::Credentials { identity, .. } => identity.clone(),
        }
    }

    pub(crate) async fn token(&self, life: &Life) -> Result<FirstToken, AuthError> {
        match self {
            Self::Source(source) => {
                let token = source.fetch().await?;
                match token.scheme() {
                    Scheme::Bearer => Ok(FirstToken::Fresh(token.secret().clone())),
                    _ => Err(not_a_token()),
                }
            }
            Self::Credentials { credentials, .. } => {
                let authorization = life.long_enough(credentials).await?;
                let is_bearer = authorization.header_value().as_bytes().starts_with(b"Bearer ");
                if !is_bearer {
                    return Err(not_a_token());
                }
                let token = Secret::from(authorization.expose_token());
                Ok(FirstToken::Shared(token, authorization))
            }
        }
    }
}

fn not_a_token() -> AuthError {
    AuthError::misconfigured("what is to assume the trusted profile does not log in with an IAM token")
        .with_hint("use a login that obtains a token from IAM, such as an exchanged API key")
}

impl FirstToken {
    pub(crate) fn secret(&self) -> &Secret {
        match self {
            Self::Fresh(secret) | Self::Shared(secret, _) => secret,
        }
    }
}

impl fmt::Debug for First {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.identity())
    }
}

/// How long the tokens of some credentials live: the most that has been seen.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    seconds: Arc<AtomicU64>,
    clock: Arc<dyn Clock>,
}

impl Life {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { seconds: Arc::new(AtomicU64::new(USUAL_LIFE.as_secs())), clock }
    }

    /// A token with half of a life before it: more than any cache leaves of one that it has begun to replace.
    async fn long_enough(&self, credentials: &Credentials) -> Result<Authorization, AuthError> {
        let seen = self.seconds.load(Ordering::Relaxed);
        let half = AuthRequest::new().with_min_lifetime(Duration::from_secs(seen / 2));
        match credentials.authorize(&half).await {
            Ok(authorization) => {
                self.seconds.store(self.left(&authorization).unwrap_or(seen).max(seen), Ordering::Relaxed);
                Ok(authorization)
            }
            // That is how a provider says that its tokens do not live so long.
            Err(error) if error.is_misconfigured() => {
                let authorization = credentials.authorize(&AuthRequest::new()).await?;
                self.seconds.store(self.left(&authorization).unwrap_or(seen), Ordering::Relaxed);
                Ok(authorization)
            }
            Err(error) => Err(error),
        }
    }

    /// In seconds.
    fn left(&self, authorization: &Authorization) -> Option<u64> {
        let left = authorization.expires_at()?.duration_since(self.clock.now().wall).unwrap_or_default();
        Some(left.as_secs())
    }
}
