//! A clock that the suite sets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wml_auth_core::{Clock, Moment, SystemClock};

/// The system's clock, and as much ahead of it as a check says. Clones share the setting.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ahead(Arc<Mutex<Duration>>);

impl Ahead {
    /// Lets this much time pass.
    pub(crate) fn pass(&self, time: Duration) {
        let mut ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead = ahead.saturating_add(time);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Moment {
        let ahead = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemClock.now();
        let wall = now.wall.checked_add(ahead).unwrap_or(now.wall);
        Moment { wall, monotonic: now.monotonic.saturating_add(ahead) }
    }
}
