//! How much repeating an issuer is spared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

/// A store of repetitions that the engines of one issuer draw from.
///
/// A first attempt is always made; each repetition of it takes one from the store, which holds ten and gets one more every
/// six seconds. So one hiccup is ridden out by everybody, and an outage is not answered by thousands of engines
/// with four requests each.
///
/// By default the engines of a process share a store by [issuer](wml_auth_core::Identity::issuer). Bring another with
/// [`EngineBuilder::retry_budget`](crate::EngineBuilder::retry_budget):
///
/// ```
/// use std::time::Duration;
/// use wml_auth_engine::RetryBudget;
///
/// let generous = RetryBudget::new(100, Duration::from_secs(1));
/// ```
#[derive(Debug)]
pub struct RetryBudget {
    capacity: u32,
    interval: Duration,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    repetitions: u32,
    /// The monotonic time up to which the store has been filled again.
    since: Duration,
}

impl RetryBudget {
    /// A store of `capacity` repetitions, full, that gets one more every `interval`.
    pub fn new(capacity: u32, interval: Duration) -> Self {
        Self { capacity, interval, spent: Mutex::default() }
    }

    /// The one that the engines of this issuer share.
    pub(crate) fn of_issuer(issuer: &str) -> Arc<Self> {
        static SHARED: OnceLock<Mutex<HashMap<Arc<str>, Weak<RetryBudget>>>> = OnceLock::new();
        let mut shared = SHARED.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(budget) = shared.get(issuer).and_then(Weak::upgrade) {
            return budget;
        }
        shared.retain(|_, budget| budget.strong_count() > 0);
        let budget = Arc::new(Self::default());
        shared.insert(issuer.into(), Arc::downgrade(&budget));
        budget
    }

    /// Takes one repetition out, if there is one. `now` is the monotonic time.
    pub(crate) fn withdraw(&self, now: Duration) -> bool {
        let mut spent = self.lock();
        let elapsed = now.saturating_sub(spent.since).as_nanos();
        let refilled = u32::try_from(elapsed / self.interval.as_nanos().max(1)).unwrap_or(u32::MAX);
        if spent.repetitions <= refilled {
            *spent = Spent { repetitions: 0, since: now };
        } else {
            spent.repetitions -= refilled;
            spent.since = spent.since.saturating_add(self.interval.saturating_mul(refilled));
        }
        let allowed = spent.repetitions < self.capacity;
        spent.repetitions = spent.repetitions.saturating_add(u32::from(allowed));
        allowed
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        // Nothing that can panic runs under this lock.
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for RetryBudget {
    /// Ten repetitions, and one more every six seconds.
    fn default() -> Self {
        Self::new(10, Duration::from_secs(6))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn it_runs_out_and_fills_again() {
        let budget = RetryBudget::new(3, 6 * SECOND);
        let withdrawn = |seconds: u32| budget.withdraw(SECOND * seconds);
        assert_eq!([0, 0, 1, 1, 5].map(withdrawn), [true, true, true, false, false]);
        assert_eq!([7, 7, 12, 18].map(withdrawn), [true, false, true, true]);
        assert_eq!([1000, 1000, 1000, 1000].map(withdrawn), [true, true, true, false]);
    }

    #[test]
    fn engines_of_one_issuer_share_one() {
        let (first, second) =
            (RetryBudget::of_issuer("https://a.test"), RetryBudget::of_issuer("https://a.test"));
        assert!(Arc::ptr_eq(&first, &second));
        assert!(!Arc::ptr_eq(&first, &RetryBudget::of_issuer("https://b.test")));
    }

    proptest! {
        #[test]
        fn no_more_is_given_than_it_holds_and_gets(
            capacity in 0..20_u32, interval in 1..10_u64, steps in proptest::collection::vec(0..30_u64, 1..100),
        ) {
            let budget = RetryBudget::new(capacity, SECOND * u32::try_from(interval).unwrap());
            let (mut now, mut given) = (0, 0);
            for step in steps {
                now += step;
                given += u64::from(budget.withdraw(Duration::from_secs(now)));
                prop_assert!(given <= u64::from(capacity) + now / interval);
            }
        }
    }
}
