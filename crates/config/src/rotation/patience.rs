//! How long something may take, and how often it is tried.

use std::time::Duration;

use futures_timer::Delay;
use wml_auth_core::{Clock, Moment};

/// How long IAM may take to know a new key, or to answer at all, and how often it is asked.
///
/// The pauses double from the first to the longest. Of each pause a part is drawn by chance, at least half, so that
/// many rotations at once do not ask in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// The first pause. 250 ms unless set.
    pub first: Duration,
    /// The longest pause. 8 s unless set.
    pub longest: Duration,
    /// How long it may take in all. Two minutes unless set.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(250),
            longest: Duration::from_secs(8),
            total: Duration::from_secs(120),
        }
    }
}

impl Patience {
    /// The usual patience, but this long in all.
    pub fn total(total: Duration) -> Self {
        Self { total, ..Self::default() }
    }

    /// The same with these pauses.
    #[must_use]
    pub fn with_pauses(self, first: Duration, longest: Duration) -> Self {
        Self { first, longest, ..self }
    }

    pub(crate) fn begin(self, clock: &dyn Clock) -> Waiting<'_> {
        Waiting { patience: self, clock, start: clock.now(), next: self.first }
    }
}

/// Patience that is being used up.
pub(crate) struct Waiting<'c> {
    patience: Patience,
    clock: &'c dyn Clock,
    start: Moment,
    next: Duration,
}

impl Waiting<'_> {
    /// Waits for the next pause, or as long as was asked for. `false`, at once, when it would take too long.
    pub(crate) async fn pause(&mut self, asked: Option<Duration>) -> bool {
        let drawn = self.next.mul_f64(0.5 + 0.5 * fastrand::f64());
        self.next = self.next.saturating_mul(2).min(self.patience.longest);
        let pause = asked.unwrap_or_default().max(drawn);
        let spent = self.clock.now().since(self.start);
        if spent.saturating_add(pause) > self.patience.total {
            return false;
        }
        Delay::new(pause).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A second passes with every look.
    #[derive(Debug, Default)]
    struct Ticking(Mutex<Duration>);

    impl Clock for Ticking {
        fn now(&self) -> Moment {
            let mut passed = self.0.lock().unwrap();
            *passed += Duration::from_secs(1);
            Moment { wall: std::time::SystemTime::UNIX_EPOCH, monotonic: *passed }
        }
    }

    #[tokio::test]
    async fn it_ends() {
        let clock = Ticking::default();
        let tiny = Duration::from_nanos(1);
        let mut waiting = Patience::total(Duration::from_secs(5)).with_pauses(tiny, tiny).begin(&clock);
        let mut pauses = 0;
        while waiting.pause(None).await {
            pauses += 1;
        }
        assert_eq!(pauses, 4);
    }

    #[tokio::test]
    async fn whoever_asks_for_more_than_is_left_is_not_waited_for() {
        let clock = Ticking::default();
        let mut waiting = Patience::total(Duration::from_secs(5)).begin(&clock);
        assert!(!waiting.pause(Some(Duration::from_secs(3600))).await);
        assert!(!waiting.pause(Some(Duration::MAX)).await);
    }
}
