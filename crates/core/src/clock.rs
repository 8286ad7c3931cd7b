//! Time as a capability.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

/// One reading of both clocks.
///
/// The wall clock is what servers speak of, and it can be set, stepped or simply wrong. The monotonic clock never
/// goes back, and on some systems it stops while the machine sleeps. A token has expired when **either** says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the calendar says.
    pub wall: SystemTime,
    /// Time since an origin that the clock chose; only differences mean anything.
    pub monotonic: Duration,
}

/// Where the time comes from.
///
/// Everything in wml-auth that depends on time takes a clock, so that a test can let an hour pass, put the wall
/// clock back by two, or let the machine sleep.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use wml_auth_core::{Clock, Moment};
///
/// #[derive(Debug)]
/// struct Noon;
///
/// impl Clock for Noon {
///     fn now(&self) -> Moment {
///         Moment { wall: SystemTime::UNIX_EPOCH + Duration::from_secs(43_200), monotonic: Duration::ZERO }
///     }
/// }
///
/// assert_eq!(Noon.now(), Noon.now());
/// ```
pub trait Clock: Debug + Send + Sync {
    /// Reads both clocks. Must not block.
    fn now(&self) -> Moment;
}

/// The operating system's clocks.
///
/// They show some milliseconds: on Linux those are read that the kernel sets with each of its ticks (1 to 10 ms), because
/// every warm call reads both, and exact ones would be most of its cost. No expiry is known that exactly.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        now()
    }
}

#[cfg(target_os = "linux")]
fn now() -> Moment {
    use rustix::time::{ClockId, clock_gettime};

    fn since_origin(clock: ClockId) -> Duration {
        let time = clock_gettime(clock);
        // A wall clock that was set to before 1970 shows 1970. Nanoseconds are less than a second.
        Duration::new(time.tv_sec.max(0).unsigned_abs(), time.tv_nsec as u32)
    }

    let wall = SystemTime::UNIX_EPOCH.checked_add(since_origin(ClockId::RealtimeCoarse));
    Moment { wall: wall.unwrap_or(SystemTime::UNIX_EPOCH), monotonic: since_origin(ClockId::MonotonicCoarse) }
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::disallowed_methods, reason = "the one place where these are read")]
fn now() -> Moment {
    static ORIGIN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let monotonic = ORIGIN.get_or_init(std::time::Instant::now).elapsed();
    Moment { wall: SystemTime::now(), monotonic }
}

impl Moment {
    /// How long after `earlier` this is, by the monotonic clock; zero if it is not after it.
    pub fn since(&self, earlier: Moment) -> Duration {
        self.monotonic.saturating_sub(earlier.monotonic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the clock under test, beside the one it stands for")]
    fn the_system_clock_shows_what_the_calendar_says() {
        let (before, shown, after) = (SystemTime::now(), SystemClock.now().wall, SystemTime::now());
        let tick = Duration::from_millis(100);
        assert!(shown >= before - tick && shown <= after + tick);
    }

    #[test]
    fn time_between_is_by_the_monotonic_clock_and_never_negative() {
        let at = |secs| Moment { wall: SystemTime::UNIX_EPOCH, monotonic: Duration::from_secs(secs) };
        assert_eq!(at(10).since(at(7)), Duration::from_secs(3));
        assert_eq!(at(7).since(at(10)), Duration::ZERO);
    }

    #[test]
    fn the_system_clock_does_not_go_back() {
        let (first, second) = (SystemClock.now(), SystemClock.now());
        assert!(second.monotonic >= first.monotonic);
        assert_eq!(first.since(second), Duration::ZERO.max(first.monotonic.saturating_sub(second.monotonic)));
    }
}
