//! Successful token answers whose token is not quite as it should be.

use std::fmt;
use std::time::Duration;

use super::{Answer, Content};
use crate::secrecy::Redacted;

/// The token service's own answer on other terms: everything is checked as always, and who may have a token gets one,
/// but of another life, another age, another key, or with an answer around it that says something else.
///
/// It goes wherever an [`Answer`] does. A route that gives no token answers as ever.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_mock_iam::{MockIam, Route, TokenAnswer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let cloud = MockIam::start().await?;
/// cloud
///     .on(Route::Token)
///     .then(TokenAnswer::new().lifetime(Duration::from_secs(30)))
///     // Made an hour ago, by the clock of whoever made it.
///     .then(TokenAnswer::new().issued(-3600))
///     // The answer promises more than the token keeps.
///     .then(TokenAnswer::new().lifetime(Duration::from_secs(60)).expires_in(3600))
///     .then(TokenAnswer::new().without_claim("exp").without_claim("iat"))
///     .then(TokenAnswer::new().unknown_kid().refresh_token(""));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "it does nothing until it is scripted"]
pub struct TokenAnswer {
    pub(crate) lifetime: Option<Duration>,
    pub(crate) issued: i64,
    pub(crate) without: Vec<String>,
    pub(crate) kid: Option<String>,
    pub(crate) expires_in: Option<i64>,
    pub(crate) expiration: Option<i64>,
    pub(crate) refresh_token: Option<String>,
}

impl TokenAnswer {
    /// The normal answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the token and all around it are as always.
    pub(crate) fn is_all_normal(&self) -> bool {
        let Self { lifetime: _, issued: _, without: _, kid: _, expires_in, expiration, refresh_token } = self;
        self.is_normal() && expires_in.is_none() && expiration.is_none() && refresh_token.is_none()
    }

    /// Whether the token itself is as always; the answer around it may not be.
    pub(crate) fn is_normal(&self) -> bool {
        self.lifetime.is_none() && self.issued == 0 && self.without.is_empty() && self.kid.is_none()
    }

    /// How long the token lives, instead of the server's
    /// [`token_lifetime`](crate::MockIamBuilder::token_lifetime).
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Moves `iat` and `exp` by this many seconds: negative into the past.
    pub fn issued(mut self, offset_seconds: i64) -> Self {
        self.issued = offset_seconds;
        self
    }

    /// Leaves a claim out of the token. What the answer says beside the token stays.
    pub fn without_claim(mut self, name: &str) -> Self {
        self.without.push(name.to_owned());
        self
    }

    /// Names a signing key in the token's header that the key set does not have. The services refuse such a token.
    pub fn unknown_kid(self) -> Self {
        self.kid("209912312359")
    }

    /// Names this signing key in the token's header, whichever has signed it.
    pub fn kid(mut self, kid: &str) -> Self {
        self.kid = Some(kid.to_owned());
        self
    }

    /// What the answer says in `expires_in`, whatever the token's `exp` is.
    pub fn expires_in(mut self, seconds: i64) -> Self {
        self.expires_in = Some(seconds);
        self
    }

    /// What the answer says in `expiration`, in seconds since 1970, whatever the token's `exp` is.
    pub fn expiration(mut self, epoch_seconds: i64) -> Self {
        self.expiration = Some(epoch_seconds);
        self
    }

    /// What the answer says in `refresh_token`: nothing, or a token that is none.
    pub fn refresh_token(mut self, text: &str) -> Self {
        self.refresh_token = Some(text.to_owned());
        self
    }
}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("lifetime", &self.lifetime)
            .field("issued", &self.issued)
            .field("without", &self.without)
            .field("kid", &self.kid)
            .field("expires_in", &self.expires_in)
            .field("expiration", &self.expiration)
            .field("refresh_token", &self.refresh_token.as_ref().map(|text| Redacted(text.as_bytes())))
            .finish()
    }
}

impl From<TokenAnswer> for Answer {
    fn from(terms: TokenAnswer) -> Self {
        Self::new(Content::Issued(terms))
    }
}
