//! Several providers, asked in order.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, BoxFuture, Credentials};

/// Asks its members in order, and goes on only while they say that nothing is configured.
///
/// * *Absent* ([`AuthError::is_absent`]) goes on to the next member.
/// * Anything else, a rejected key or an unreachable issuer, **stops**: a broken credential must not be papered over by
///   another one that happens to lie behind it.
/// * What came of each member that was passed over is kept as data: [`AuthError::attempts`].
/// * The member that once answered is asked first from then on.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use wml_auth_core::{AuthError, AuthProvider, AuthRequest};
/// use wml_auth_engine::Chain;
///
/// let chain = Chain::new()
///     .link("environment", Err(AuthError::absent("WATSONX_APIKEY is not set")))
///     .link("mounted file", Err(AuthError::absent("there is no /run/secrets/token")));
///
/// let error = chain.authorize(&AuthRequest::new()).await.unwrap_err();
/// assert!(error.is_absent());
/// assert_eq!(error.attempts().len(), 2);
/// assert_eq!(error.attempts()[0].name, "environment");
/// # }
/// ```
#[derive(Default)]
pub struct Chain {
    links: Vec<Link>,
    /// The place of the member that answered last, plus one; 0 while none has.
    winner: AtomicUsize,
}

struct Link {
    name: Cow<'static, str>,
    credentials: Result<Credentials, AuthError>,
}

impl Chain {
    /// A chain without members, which has nothing to offer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a member at the end: credentials, or the reason why there are none.
    #[must_use]
    pub fn link(
        mut self,
        name: impl Into<Cow<'static, str>>,
        credentials: Result<Credentials, AuthError>,
    ) -> Self {
        self.links.push(Link { name: name.into(), credentials });
        self
    }

    /// The names of the members, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|link| &*link.name)
    }

    fn winner(&self) -> Option<&Credentials> {
        let place = self.winner.load(Ordering::Relaxed).checked_sub(1)?;
        self.links.get(place)?.credentials.as_ref().ok()
    }

    async fn walk(&self, request: &AuthRequest) -> Result<Authorization, AuthError> {
        if let Some(credentials) = self.winner() {
            match credentials.authorize(request).await {
                Err(error) if error.is_absent() => self.winner.store(0, Ordering::Relaxed),
                answer => return answer,
            }
        }
        let mut passed = Vec::new();
        for (place, Link { name, credentials }) in self.links.iter().enumerate() {
            let answer = match credentials {
                Ok(credentials) => credentials.authorize(request).await,
                Err(error) => Err(error.clone()),
            };
            match answer {
                Ok(authorization) => {
                    self.winner.store(place + 1, Ordering::Relaxed);
                    return Ok(authorization);
                }
                Err(error) if error.is_absent() => passed.push((name.clone(), error)),
                Err(error) => return Err(attempts(error, passed)),
            }
        }
        let none = AuthError::absent("no member of the chain has a credential");
        Err(attempts(none, passed))
    }
}

fn attempts(error: AuthError, passed: Vec<(Cow<'static, str>, AuthError)>) -> AuthError {
    passed.into_iter().fold(error, |error, (name, attempt)| error.with_attempt(name, attempt))
}

impl AuthProvider for Chain {
    fn authorize<'life0, 'life1, 'async_trait>(
        &'life0 self,
        request: &'life1 AuthRequest,
    ) -> BoxFuture<'async_trait, Result<Authorization, AuthError>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.walk(request))
    }

    fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        self.winner()?.ready(request)
    }

    fn reject(&self, authorization: &Authorization) {
        // Each member knows its own by identity and generation.
        for credentials in self.links.iter().filter_map(|link| link.credentials.as_ref().ok()) {
            credentials.reject(authorization);
        }
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Chain").field(&self.names().collect::<Vec<_>>()).finish()
    }
}
