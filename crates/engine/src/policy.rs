//! The numbers that an engine goes by.

use std::time::Duration;

/// When to renew, how long to try, and how long to leave the issuer alone.
///
/// The defaults suit IAM tokens that live an hour. Change what you need:
///
/// ```
/// use std::time::Duration;
/// use wml_auth_engine::Policy;
///
/// let policy = Policy { early: 0.5, ..Policy::default() };
/// assert_eq!(policy.deadline, Duration::from_secs(30));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "made to be written with update syntax")]
pub struct Policy {
    /// The part of a token's life after which it is renewed while callers go on using it. Default 0.8.
    pub early: f64,
    /// The part of a token's life by which each renewal is drawn forward at random, so that many processes that
    /// started together do not renew together. Default 0.05.
    pub jitter: f64,
    /// The least remaining life of a token that is handed out when the caller names none. Default 60 s; a token
    /// that lives for less than four times that is handed out down to a quarter of its life.
    pub min_lifetime: Duration,
    /// The least remaining life of any token that is handed out, whatever the caller names. Services refuse tokens in
    /// their last seconds. Default 10 s, which is what IBM's own cores keep.
    pub guard: Duration,
    /// The longest life that an issuer is believed. Default 24 h.
    pub longest_life: Duration,
    /// Total time for obtaining a token that callers wait for: all attempts and the pauses between them. Default 30 s.
    pub deadline: Duration,
    /// The same while a valid token is in hand. Default 15 s.
    pub early_deadline: Duration,
    /// How often the source is asked in one refresh that callers wait for. Default 4.
    pub attempts: u32,
    /// The same while a valid token is in hand. Default 1: nobody waits, and the next attempt comes a second to a second and a half later.
    pub early_attempts: u32,
    /// The longest pause before the first repetition; it doubles each time, and the pause taken is drawn at random
    /// below it. Default 200 ms.
    pub backoff: Duration,
    /// The longest that a `Retry-After` is obeyed. Default 5 min.
    pub longest_retry_after: Duration,
    /// How long a permanent refusal is answered from memory before the issuer is asked again; drawn from the upper
    /// half. It doubles with each refusal in a row up to eight times this. Default 5 s.
    pub refusal_memory: Duration,
    /// How many [`reject`](wml_auth_core::AuthProvider::reject)s in quick succession are believed. Default 3.
    pub rejections: u32,
    /// How long until one more `reject` is believed. Default 30 s.
    pub rejection_interval: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            early: 0.8,
            jitter: 0.05,
            min_lifetime: Duration::from_secs(60),
            guard: Duration::from_secs(10),
            longest_life: Duration::from_secs(24 * 60 * 60),
            deadline: Duration::from_secs(30),
            early_deadline: Duration::from_secs(15),
            attempts: 4,
            early_attempts: 1,
            backoff: Duration::from_millis(200),
            longest_retry_after: Duration::from_secs(5 * 60),
            refusal_memory: Duration::from_secs(5),
            rejections: 3,
            rejection_interval: Duration::from_secs(30),
        }
    }
}

impl Policy {
    /// The remaining life at which a token of this life is renewed early: soon enough that even a short one leaves time
    /// before callers would have to wait, but for that not before half its life. `roll` is a number from 0 to 1.
    pub(crate) fn early_at(&self, life: Duration, roll: f64) -> Duration {
        let part = (1.0 - self.early + self.jitter * roll).clamp(0.0, 1.0);
        scale(life, part).max(scale(self.least(None, life), 1.5).min(life / 2)).min(life)
    }

    /// The remaining life that a token of this life must have to be handed out.
    pub(crate) fn least(&self, asked: Option<Duration>, life: Duration) -> Duration {
        asked.unwrap_or_else(|| self.min_lifetime.min(life / 4)).max(self.guard)
    }

    /// The pause before repetition number `nth` (from 0) within one refresh: full jitter.
    pub(crate) fn pause(&self, nth: u32, roll: f64) -> Duration {
        scale(doubled(self.backoff, nth.min(5)), roll)
    }

    /// How long to leave the issuer alone after failure number `nth` (from 0) in a row; an `early` one is a failure to
    /// renew a token that is still handed out.
    pub(crate) fn hold_off(&self, failure: Failure, early: bool, nth: u32, roll: f64) -> Duration {
        let wait = match failure.kind {
            FailureKind::Permanent => scale(doubled(self.refusal_memory, nth.min(3)), 0.5 + roll / 2.0),
            // A short outage is to be over for us when it is over for the issuer, and a long one is not to be fed. Nobody
            // waits for it meanwhile, so the issuer has at least a second's rest.
            FailureKind::Transient if early => {
                scale(doubled(Duration::from_secs(1), nth.saturating_sub(3).min(5)), 1.0 + roll / 2.0)
            }
            // The refresh itself already paused between its attempts, so whoever comes next may try at once.
            FailureKind::Transient if nth == 0 => Duration::ZERO,
            FailureKind::Transient => {
                scale(doubled(Duration::from_millis(500), nth.min(6)), 0.5 + roll / 2.0)
            }
        };
        wait.max(failure.retry_after.unwrap_or_default().min(self.longest_retry_after))
    }
}

/// A failed refresh, as far as time is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) retry_after: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Asking again would bring the same answer.
    Permanent,
    /// Asking again may help.
    Transient,
}

fn doubled(first: Duration, times: u32) -> Duration {
    first.saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX))
}

/// Nanosecond arithmetic that cannot panic, whatever the part.
fn scale(whole: Duration, part: f64) -> Duration {
    Duration::try_from_secs_f64(whole.as_secs_f64() * part.max(0.0)).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn an_hour_is_renewed_after_45_to_48_minutes() {
        let policy = Policy::default();
        let at = |roll| policy.early_at(HOUR, roll).as_secs_f64().round();
        assert_eq!((at(0.0), at(0.5), at(1.0)), (720.0, 810.0, 900.0));
    }

    #[test]
    fn a_short_life_is_renewed_in_time_but_not_at_once() {
        let policy = Policy::default();
        let at = |life| policy.early_at(Duration::from_secs(life), 0.0).as_secs_f64();
        assert_eq!((at(120), at(40), at(20), at(15)), (45.0, 15.0, 10.0, 7.5));
    }

    #[test]
    fn what_is_asked_for_counts_down_to_the_guard() {
        let policy = Policy::default();
        assert_eq!(policy.least(None, HOUR), Duration::from_secs(60));
        assert_eq!(policy.least(None, Duration::from_secs(120)), Duration::from_secs(30));
        assert_eq!(policy.least(None, Duration::from_secs(12)), Duration::from_secs(10));
        assert_eq!(policy.least(Some(Duration::ZERO), HOUR), Duration::from_secs(10));
        assert_eq!(policy.least(Some(Duration::from_secs(300)), HOUR), Duration::from_secs(300));
    }

    proptest! {
        #[test]
        fn no_number_makes_it_panic(
            early in any::<f64>(), jitter in any::<f64>(), roll in 0.0..1.0_f64, nth in any::<u32>(),
            secs in any::<u64>(), first in any::<bool>(), after in proptest::option::of(any::<u64>()),
        ) {
            let long = Duration::from_secs(secs);
            let policy = Policy { early, jitter, backoff: long, refusal_memory: long, ..Policy::default() };
            let retry_after = after.map(Duration::from_secs);
            for kind in [FailureKind::Permanent, FailureKind::Transient] {
                let wait = policy.hold_off(Failure { kind, retry_after }, first, nth, roll);
                prop_assert!(wait >= retry_after.unwrap_or_default().min(policy.longest_retry_after));
            }
            policy.pause(nth, roll);
            prop_assert!(policy.early_at(long, roll) <= long);
        }
    }
}
