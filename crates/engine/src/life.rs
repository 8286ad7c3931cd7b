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

/// What both clocks can show for sure.
const CENTURY: Duration = Duration::from_secs(3_153_600_000);

impl Life {
    /// A life of `span` that began at `start`; of a century, if it is said to be longer.
    pub(crate) fn new(start: Moment, span: Duration) -> Self {
        let span = span.min(CENTURY);
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
    /// And of this machine:
    ///
    /// | what happened meanwhile | rule |
    /// | --- | --- |
    /// | the source says when it came, and that is still to come | another clock's reading: it counts from the request |
    /// | the wall clock was set back | it counts from the earlier time |
    /// | the wall clock was set forward, or the machine slept, past its end | an error that may pass: ask again |
    ///
    /// # Errors
    ///
    /// An [`AuthError::invalid_answer`] for the rows that say so, an [`AuthError::unreachable`] for the last one.
    pub(crate) fn of(
        token: &AccessToken,
        asked: Moment,
        now: Moment,
        policy: &Policy,
    ) -> Result<Self, AuthError> {
        let start = start(token.received(), asked, now);
        let by_date = token.expires_at().map(|date| {
            // Both readings are of the time of the answer, so the length of the exchange does not count.
            let issuers_now = token.server_time().unwrap_or(now.wall);
            date.duration_since(issuers_now).unwrap_or_default()
        });
        let meanwhile = now.since(start);
        let span = match (token.expires_in(), by_date) {
            (Some(life), Some(Duration::ZERO)) if token.server_time().is_none() => life,
            (Some(life), Some(left)) => life.min(left.saturating_add(meanwhile)),
            (Some(life), None) => life,
            (None, Some(left)) => left.saturating_add(meanwhile),
            (None, None) => return Err(AuthError::invalid_answer("the token came without any expiry")),
        };
        let span = span.min(policy.longest_life);
        let life = Self::new(start, span);
        if life.left(now) <= policy.guard {
            if life.end.monotonic.saturating_sub(now.monotonic) > policy.guard {
                let jumped = "the clock of this machine jumped while the token was on its way";
                return Err(AuthError::unreachable(jumped));
            }
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

/// From when a token's life is counted, on the safe side.
fn start(received: Option<Moment>, asked: Moment, now: Moment) -> Moment {
    let start = received.filter(|at| at.monotonic <= now.monotonic).unwrap_or(asked);
    let by_now = now.wall.checked_sub(now.since(start)).unwrap_or(start.wall);
    Moment { wall: start.wall.min(by_now), ..start }
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

    /// F26, F28, F29
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

    /// F25
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
        // By its own clock the token is dead, whatever it says beside that.
        let dead =
            token().with_expires_in(secs(3600)).with_expires_at(at(0).wall).with_server_time(at(0).wall);
        assert_eq!(span(&dead), None);
        // It did not say what its clock shows, but it did say how long.
        let silent = token().with_expires_in(secs(3600)).with_expires_at(at(0).wall - secs(3600));
        assert_eq!(span(&silent), Some(3600));
        // However long the exchange took.
        let slow = Life::of(&silent, at(0), at(5), &Policy::default()).unwrap();
        assert_eq!((slow.span, slow.left(at(5))), (secs(3600), secs(3595)));
    }

    /// A date that was written without its zone, and read as if it had another, comes out hours off. (F27)
    #[test]
    fn a_date_of_another_zone_neither_prolongs_a_life_nor_ends_it() {
        for hours in 1..=12_u64 {
            let hour = token().with_expires_in(secs(3600));
            let east = hour.clone().with_expires_at(at(3600).wall + secs(hours * 3600));
            let west = hour.with_expires_at(at(3600).wall - secs(hours * 3600));
            assert_eq!((span(&east), span(&west)), (Some(3600), Some(3600)), "{hours} hours off");
        }
    }

    #[test]
    fn life_counts_from_the_request_unless_the_source_knows_better() {
        let slow = Life::of(&token().with_expires_in(secs(100)), at(0), at(30), &Policy::default()).unwrap();
        assert_eq!(slow.left(at(30)), secs(70));
        let known = token().with_expires_in(secs(100)).with_received(at(30));
        assert_eq!(Life::of(&known, at(0), at(30), &Policy::default()).unwrap().left(at(30)), secs(100));
    }

    /// F23, F24
    #[test]
    fn either_clock_ends_it() {
        let life = Life::new(at(0), secs(100));
        assert_eq!(life.left(at(40)), secs(60));
        let slept = Moment { wall: at(200).wall, monotonic: secs(1) };
        let set_back = Moment { wall: at(0).wall - secs(5000), monotonic: secs(200) };
        assert_eq!((life.left(slept), life.left(set_back)), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn a_receipt_is_believed_unless_it_is_still_to_come() {
        let hour = token().with_expires_in(secs(3600));
        let left = |received| {
            let token = hour.clone().with_received(received);
            Life::of(&token, at(100), at(110), &Policy::default()).map(|life| life.left(at(110)).as_secs())
        };
        assert_eq!(left(at(110)).unwrap(), 3600);
        assert_eq!(left(at(10)).unwrap(), 3500, "it lay about before");
        assert_eq!(left(at(111)).unwrap(), 3590, "another clock");
        let calendar_ahead = Moment { wall: at(9000).wall, ..at(110) };
        assert_eq!(left(calendar_ahead).unwrap(), 3600);
    }

    #[test]
    fn a_jump_of_the_wall_clock_during_the_exchange() {
        let hour = token().with_expires_in(secs(3600));
        let policy = Policy::default();
        let after = |wall| Moment { wall, monotonic: secs(1) };
        // Set back by two hours: it ends an hour after the request, by the new time.
        let back = after(at(1).wall - secs(7200));
        assert_eq!(Life::of(&hour, at(0), back, &policy).unwrap().end.wall, at(3600).wall - secs(7200));
        // Set forward, or asleep, past the end: nothing is wrong with the issuer, so it may be asked again.
        let forward = Life::of(&hour, at(0), after(at(7201).wall), &policy).unwrap_err();
        assert!(forward.is_retryable(), "{forward}");
        // It came with too little in the first place: that is the issuer's answer.
        let short = token().with_expires_in(secs(10));
        assert!(Life::of(&short, at(0), after(at(7201).wall), &policy).unwrap_err().is_invalid_answer());
        assert!(Life::of(&short, at(0), at(0), &policy).unwrap_err().is_invalid_answer());
    }

    #[test]
    fn an_endless_life_ends_after_a_century() {
        let life = Life::new(at(0), Duration::MAX);
        assert_eq!((life.span, life.left(at(0))), (CENTURY, CENTURY));
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
