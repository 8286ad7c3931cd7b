//! A token as a value.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Authorization, Clock, Identity, Moment, Secret, SystemClock,
};
use wml_auth_iam::Claims;

use crate::token_text;

/// One token, for as long as it lives.
///
/// A JWT says when that ends. It is not sent any more then, because a service answers an expired token as it answers
/// a wrong one; the error names the date. Nobody knows it of any other token: that is handed out for good. A token
/// that a service refused is handed out again, as there is no other.
///
/// ```
/// use wml_auth_bearer::StaticBearer;
/// use wml_auth_core::{AuthProvider, AuthRequest, Secret};
///
/// let provider = StaticBearer::new(Secret::from("Bearer abc"))?;
/// let authorization = provider.ready(&AuthRequest::new()).ok_or("not at hand")?;
/// assert_eq!(authorization.header_value(), "Bearer abc");
/// assert!(StaticBearer::new(Secret::from("abc\n")).unwrap_err().is_misconfigured());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct StaticBearer {
    authorization: Authorization,
    life: Option<Life>,
    clock: Arc<dyn Clock>,
}

/// A life by two clocks: over when either says so.
#[derive(Clone, Copy)]
struct Life {
    ends: SystemTime,
    known_since: Moment,
}

impl StaticBearer {
    /// Takes a token, with or without `Bearer` before it.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is empty or holds anything but visible ASCII: white space, a line break,
    /// a control character. A token that has already expired is accepted here and refused when it is asked for.
    pub fn new(token: Secret) -> Result<Self, AuthError> {
        let token = token_text::from_text(token.expose()).map_err(|fault| {
            AuthError::misconfigured(format!("the bearer token cannot be sent: {fault}"))
                .with_hint("copy it again, on one line and without quotes or blanks around it")
        })?;
        let ends = Claims::decode(&token).and_then(|claims| claims.expires_at);
        let identity = Identity::new("bearer", "a given value", &[("token", token.expose())]);
        let authorization = Authorization::bearer(&token)?.with_identity(identity);
        let authorization = ends.into_iter().fold(authorization, Authorization::with_expiry);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let life = ends.map(|ends| Life { ends, known_since: clock.now() });
        Ok(Self { authorization, life, clock })
    }

    /// Tells the time by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.life = self.life.map(|life| Life { known_since: clock.now(), ..life });
        self.clock = clock;
        self
    }

    /// When the token expires, if it says so.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.life.map(|life| life.ends)
    }

    /// What is left of its life, where that is less than the request needs.
    fn too_little(&self, request: &AuthRequest) -> Option<Duration> {
        let left = self.life?.left(self.clock.now());
        let needed = request.min_lifetime().unwrap_or_default();
        (left.is_zero() || left < needed).then_some(left)
    }
}

impl Life {
    fn left(&self, now: Moment) -> Duration {
        let at = |moment: Moment| self.ends.duration_since(moment.wall).unwrap_or_default();
        at(now).min(at(self.known_since).saturating_sub(now.since(self.known_since)))
    }
}

#[async_trait]
impl AuthProvider for StaticBearer {
    async fn authorize(&self, request: &AuthRequest) -> Result<Authorization, AuthError> {
        let Some(left) = self.too_little(request) else {
            return Ok(self.authorization.clone());
        };
        let date = self.expires_at().map(httpdate::fmt_http_date).unwrap_or_default();
        let error = if left.is_zero() {
            AuthError::misconfigured(format!("the bearer token expired on {date}"))
        } else {
            AuthError::misconfigured(format!("the bearer token expires on {date}, sooner than is asked for"))
        };
        Err(error.with_hint("give a new token, or an API key, from which tokens are made as they are needed"))
    }

    fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        match self.too_little(request) {
            Some(_) => None,
            None => Some(self.authorization.clone()),
        }
    }
}

impl fmt::Debug for StaticBearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticBearer").field("authorization", &self.authorization).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::token_text::tests::jwt;

    #[derive(Debug)]
    struct HandSet(Mutex<Moment>);

    impl HandSet {
        fn at(wall: u64) -> Arc<Self> {
            let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(wall);
            Arc::new(Self(Mutex::new(Moment { wall, monotonic: Duration::ZERO })))
        }

        fn pass(&self, wall: i64, monotonic: u64) {
            let mut now = self.0.lock().unwrap();
            let by = Duration::from_secs(wall.unsigned_abs());
            now.wall = if wall < 0 { now.wall - by } else { now.wall + by };
            now.monotonic += Duration::from_secs(monotonic);
        }
    }

    impl Clock for HandSet {
        fn now(&self) -> Moment {
            *self.0.lock().unwrap()
        }
    }

    fn until_5000(clock: &Arc<HandSet>) -> StaticBearer {
        let token = Secret::new(jwt(r#"{"exp":5000}"#));
        StaticBearer::new(token).unwrap().with_clock(clock.clone())
    }

    fn is_ready(provider: &StaticBearer) -> bool {
        provider.ready(&AuthRequest::new()).is_some()
    }

    #[tokio::test]
    async fn a_jwt_is_handed_out_until_it_expires() {
        let clock = HandSet::at(4000);
        let provider = until_5000(&clock);
        assert!(is_ready(&provider));
        clock.pass(999, 999);
        assert!(is_ready(&provider));
        clock.pass(1, 1);
        assert!(!is_ready(&provider));
        let error = provider.authorize(&AuthRequest::new()).await.unwrap_err();
        assert!(error.is_misconfigured() && error.message().contains("01 Jan 1970 01:23:20"), "{error}");
    }

    #[test]
    fn it_has_expired_when_either_clock_says_so() {
        let clock = HandSet::at(4000);
        let provider = until_5000(&clock);
        clock.pass(-3000, 1000);
        assert!(!is_ready(&provider), "the wall clock was put back");
        let clock = HandSet::at(4000);
        let provider = until_5000(&clock);
        clock.pass(1000, 0);
        assert!(!is_ready(&provider), "the monotonic clock stood still");
    }

    #[tokio::test]
    async fn less_than_what_is_asked_for_is_not_handed_out() {
        let provider = until_5000(&HandSet::at(4000));
        let asking = |seconds| AuthRequest::new().with_min_lifetime(Duration::from_secs(seconds));
        assert!(provider.ready(&asking(1000)).is_some());
        assert!(provider.ready(&asking(1001)).is_none());
        assert!(provider.authorize(&asking(1001)).await.unwrap_err().message().contains("sooner"));
    }

    #[tokio::test]
    async fn an_opaque_token_is_handed_out_for_good() {
        let clock = HandSet::at(4000);
        let provider = StaticBearer::new(Secret::from("opaque")).unwrap().with_clock(clock.clone());
        clock.pass(1_000_000_000, 1_000_000_000);
        assert!(is_ready(&provider));
        let authorization = provider.authorize(&AuthRequest::new()).await.unwrap();
        assert_eq!((authorization.expires_at(), authorization.identity().kind()), (None, "bearer"));
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_being_shown() {
        for text in ["", "Bearer ", "hunter2\n", "hunter2\r\nx: y", "hunter2 ", "hunter2 x", "hunter2\u{e9}"]
        {
            let error = StaticBearer::new(Secret::from(text)).unwrap_err();
            assert!(error.is_misconfigured() && !format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        assert!(!format!("{:?}", StaticBearer::new(Secret::from("hunter2")).unwrap()).contains("hunter2"));
    }
}
