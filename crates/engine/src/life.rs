//! How long a token lives, from what its issuer said.

use std::time::{Duration, SystemTime};

use wml_auth_core::{AccessToken, AuthError, Moment};

use crate::Policy;

/// The span in which a token is valid, on both local clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    /// From receipt to expiry.
    pub(crate) span: Duration,
    /// When it ends, as either clock will show it.
    pub(crate) end: Moment,
}

impl Life {
    /// A life of `span` that began at `start`.
    pub(crate) fn new(start: Moment, span: Duration) -> Self {
        let wall = start.wall.checked_add(span).unwrap_or(start.wall);
        Self { span, end: Moment { wall, monotonic: start.monotonic.saturating_add(span) } }
    }

    /// Reads the life of a token that was asked for at `asked` and was here at `now`.
    ///
    /// | the issuer says | rule |
    /// | --- | --- |
    /// | a life and a date | the one that ends earlier |
    /// | a date, and its own clock | the date is moved by the difference between the clocks |
    /// | a date in the past by the local clock, a life, and not its own clock | the local clock is wrong: the life |
    /// | nothing | an error: a token is never taken to live for ever |
    /// | zero, less than zero, or less than the guard | an error: it could never be handed out |
    /// | more than the longest life believed | the longest life believed |
    ///
    /// # Errors
    ///
    /// An [`AuthError::invalid_answer`] for the rows that say so.
    pub(crate) fn of(
        token: &AccessToken,
        asked: Moment,
        now: Moment,
        policy: &Policy,
    ) -> Result<Self, AuthError> {
        let start = token.received().unwrap_or(asked);
        let by_date = token.expires_at().map(|date| {
            // Both readings are of the time of the answer, so the length of the exchange does not count.
            let issuers_now = token.server_time().unwrap_or(now.wall);
            let left = date.duration_since(issuers_now).unwrap_or_default();
            left.saturating_add(now.since(start))
        });
        let span = match (token.expires_in(), by_date) {
            (Some(life), Some(Duration::ZERO)) if token.server_time().is_none() => life,
            (Some(life), Some(date)) => life.min(date),
            (Some(life), None) => life,
            (None, Some(date)) => date,
            (None, None) => return Err(AuthError::invalid_answer("the token came without any expiry")),
        };
        let span = span.min(policy.longest_life);
        let life = Self::new(start, span);
        if life.left(now) <= policy.guard {
            let left = life.left(now).as_secs();
            return Err(AuthError::invalid_answer(format!("the token that came has only {left} s to live"))
                .with_hint("check the clock of this machine and the issuer's token lifetime"));
        }
        Ok(life)
    }

    /// What is left at `now`, by the clock that shows less; zero once either says that it has ended.
    pub(crate) fn left(&self, now: Moment) -> Duration {
        let by_wall = self.end.wall.duration_since(now.wall).unwrap_or_default();
        by_wall.min(self.end.monotonic.saturating_sub(now.monotonic))
    }

    /// The last moment, on each clock, at which this much of it is left.
    pub(crate) fn last_with(&self, left: Duration) -> Moment {
        Moment {
            wall: self.end.wall.checked_sub(left).unwrap_or(SystemTime::UNIX_EPOCH),
            monotonic: self.end.monotonic.saturating_sub(left),
        }
    }

    /// When it ends, by the local wall clock.
    pub(crate) fn expires_at(&self) -> SystemTime {
        self.end.wall
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wml_auth_core::Secret;

    use super::*;

    fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn at(n: u64) -> Moment {
        Moment { wall: SystemTime::UNIX_EPOCH + secs(1_000_000 + n), monotonic: secs(n) }
    }

    fn token() -> AccessToken {
        AccessToken::new(Secret::from("t"))
    }

    fn span(token: &AccessToken) -> Option<u64> {
        Life::of(token, at(0), at(0), &Policy::default()).ok().map(|life| life.span.as_secs())
    }

    #[test]
    fn each_rule_of_the_table() {
        let date = |n| at(n).wall;
        assert_eq!(span(&token().with_expires_in(secs(3600))), Some(3600));
        assert_eq!(span(&token().with_expires_at(date(1800))), Some(1800));
        assert_eq!(span(&token().with_expires_in(secs(3600)).with_expires_at(date(1800))), Some(1800));
        assert_eq!(span(&token().with_expires_in(secs(900)).with_expires_at(date(1800))), Some(900));
        assert_eq!(span(&token()), None);
        assert_eq!(span(&token().with_expires_in(secs(0))), None);
        assert_eq!(span(&token().with_expires_in(secs(10))), None);
        assert_eq!(span(&token().with_expires_in(secs(11))), Some(11));
        assert_eq!(span(&token().with_expires_in(Duration::MAX)), Some(86_400));
        assert_eq!(span(&token().with_expires_at(SystemTime::UNIX_EPOCH)), None);
    }

    #[test]
    fn a_wrong_local_clock_is_seen_through() {
        // The issuer's clock is two hours behind ours, so its dates look long past.
        let behind = token()
            .with_expires_in(secs(3600))
            .with_expires_at(at(0).wall - secs(2 * 3600) + secs(3600))
            .with_server_time(at(0).wall - secs(2 * 3600));
        assert_eq!(span(&behind), Some(3600));
        // It is two hours ahead, so a dead token looks alive.
        let ahead =
            token().with_expires_at(at(0).wall + secs(7200)).with_server_time(at(0).wall + secs(7200));
        assert_eq!(span(&ahead), None);
        // It did not say what its clock shows, but it did say how long.
        let silent = token().with_expires_in(secs(3600)).with_expires_at(at(0).wall - secs(3600));
        assert_eq!(span(&silent), Some(3600));
    }

    #[test]
    fn life_counts_from_the_request_unless_the_source_knows_better() {
        let slow = Life::of(&token().with_expires_in(secs(100)), at(0), at(30), &Policy::default()).unwrap();
        assert_eq!(slow.left(at(30)), secs(70));
        let known = token().with_expires_in(secs(100)).with_received(at(30));
        assert_eq!(Life::of(&known, at(0), at(30), &Policy::default()).unwrap().left(at(30)), secs(100));
    }

    #[test]
    fn either_clock_ends_it() {
        let life = Life::new(at(0), secs(100));
        assert_eq!(life.left(at(40)), secs(60));
        let slept = Moment { wall: at(200).wall, monotonic: secs(1) };
        let set_back = Moment { wall: at(0).wall - secs(5000), monotonic: secs(200) };
        assert_eq!((life.left(slept), life.left(set_back)), (Duration::ZERO, Duration::ZERO));
    }

    proptest! {
        #[test]
        fn a_moment_kept_says_what_the_time_left_says(
            span in 11..100_u64, least in 1..100_u64, wall in 0..200_u64, monotonic in 0..200_u64,
        ) {
            let (life, least) = (Life::new(at(0), secs(span)), secs(least.min(span)));
            let (last, now) = (life.last_with(least), Moment { wall: at(wall).wall, monotonic: secs(monotonic) });
            let over = now.wall > last.wall || now.monotonic > last.monotonic;
            prop_assert_eq!(over, life.left(now) < least);
            let due = now.wall >= last.wall || now.monotonic >= last.monotonic;
            prop_assert_eq!(due, life.left(now) <= least);
        }

        #[test]
        fn no_answer_makes_it_panic_or_live_too_long(
            expires_in in proptest::option::of(any::<u64>()),
            expires_at in proptest::option::of(0..u64::MAX / 4),
            server_time in proptest::option::of(0..u64::MAX / 4),
            took in 0..100_u64,
        ) {
            let epoch = |n| SystemTime::UNIX_EPOCH.checked_add(secs(n));
            let mut token = token();
            if let Some(n) = expires_in { token = token.with_expires_in(secs(n)); }
            if let Some(date) = expires_at.and_then(epoch) { token = token.with_expires_at(date); }
            if let Some(date) = server_time.and_then(epoch) { token = token.with_server_time(date); }
            let policy = Policy::default();
            if let Ok(life) = Life::of(&token, at(0), at(took), &policy) {
                prop_assert!(life.left(at(took)) > policy.guard && life.span <= policy.longest_life);
                prop_assert!(expires_in.is_none_or(|n| life.span <= secs(n)));
            }
        }
    }
}
