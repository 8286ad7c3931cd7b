//! The server's own idea of time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use jiff::Timestamp;

/// The server's clock: the machine's, plus an offset which a test sets.
///
/// Everything the server says or decides about time comes from here: `iat`, `exp`, `expiration`, the `Date` header,
/// whether a token or a key has expired. Moving it forward ages every token at once, without waiting.
///
/// ```
/// use std::time::Duration;
///
/// # fn main() -> std::io::Result<()> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let cloud = wml_auth_mock_iam::MockIam::start().await?;
/// let before = cloud.clock().epoch_seconds();
/// cloud.clock().advance(Duration::from_secs(3600));
/// assert!(cloud.clock().epoch_seconds() >= before + 3600);
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_millis: Arc<AtomicI64>,
    date_skew: Arc<AtomicI64>,
    token_skew: Arc<AtomicI64>,
}

impl Clock {
    /// Moves the server's time forward, on top of what it was.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        // `fetch_update` with a closure that always answers cannot fail.
        let _ = self
            .offset_millis
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |offset| Some(offset.saturating_add(by)));
    }

    /// Puts the server's time this many seconds ahead of the machine's (behind, if negative), whatever it was before.
    pub fn set_skew(&self, seconds: i64) {
        self.offset_millis.store(seconds.saturating_mul(1000), Ordering::Relaxed);
    }

    /// Sets the server's time to this many seconds since 1970. It runs on from there.
    pub fn set(&self, epoch_seconds: i64) {
        let machine = Self::machine_millis();
        let offset = epoch_seconds.saturating_mul(1000).saturating_sub(machine);
        self.offset_millis.store(offset, Ordering::Relaxed);
    }

    /// Makes the `Date` header differ from the server's time by this many seconds, and nothing else.
    pub fn skew_date(&self, seconds: i64) {
        self.date_skew.store(seconds, Ordering::Relaxed);
    }

    /// Makes `iat`, `exp` and `expiration` differ from the server's time by this many seconds, and nothing else.
    ///
    /// Whoever checks a token here has the clock of whoever made it, so that a skewed token is good for as long as any.
    pub fn skew_tokens(&self, seconds: i64) {
        self.token_skew.store(seconds, Ordering::Relaxed);
    }

    /// Runs with the machine again, without any offset or skew.
    pub fn reset(&self) {
        for offset in [&self.offset_millis, &self.date_skew, &self.token_skew] {
            offset.store(0, Ordering::Relaxed);
        }
    }

    /// The server's time in whole seconds since 1970.
    #[must_use]
    pub fn epoch_seconds(&self) -> i64 {
        self.now().as_second()
    }

    pub(crate) fn now(&self) -> Timestamp {
        timestamp(self.now_millis())
    }

    /// What the `Date` header says.
    pub(crate) fn date(&self) -> Timestamp {
        self.skewed(&self.date_skew)
    }

    /// What is written into tokens, and by what they are checked.
    pub(crate) fn token_time(&self) -> Timestamp {
        self.skewed(&self.token_skew)
    }

    fn skewed(&self, seconds: &AtomicI64) -> Timestamp {
        let skew = seconds.load(Ordering::Relaxed).saturating_mul(1000);
        timestamp(self.now_millis().saturating_add(skew))
    }

    fn now_millis(&self) -> i64 {
        Self::machine_millis().saturating_add(self.offset_millis.load(Ordering::Relaxed))
    }

    /// The one place where this crate reads the wall clock.
    #[allow(
        clippy::disallowed_methods,
        reason = "the mock is a machine of its own, and this is that machine's clock"
    )]
    fn machine_millis() -> i64 {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A test may ask for a year which no calendar has; the calendar's own end is near enough.
fn timestamp(millis: i64) -> Timestamp {
    let end = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(end)
}

/// `Mon, 02 Sep 2024 08:42:00 GMT`, for the `Date` header.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The `Date` header, which is written once a second.
#[derive(Default)]
pub(crate) struct DateHeader(Mutex<Option<(i64, HeaderValue)>>);

impl DateHeader {
    pub(crate) fn at(&self, time: Timestamp) -> Option<HeaderValue> {
        let second = time.as_millisecond().div_euclid(1000);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|(written, _)| *written != second) {
            *last = Some((second, HeaderValue::from_str(&http_date(time)).ok()?));
        }
        last.as_ref().map(|(_, value)| value.clone())
    }
}

/// `02.09.2024 08:42:00:123 UTC`, for the context of a token service error.
pub(crate) fn context_time(at: Timestamp) -> String {
    let millis = at.as_millisecond().rem_euclid(1000);
    format!("{}:{millis:03} UTC", at.strftime("%d.%m.%Y %H:%M:%S"))
}

/// `2024-09-02T08:42+0000`: the identity services keep minutes, and a zone without a colon.
pub(crate) fn minute_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M+0000").to_string()
}

/// `2024-09-02T08:42:00.123Z`, for the platform and Watson Machine Learning.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    let millis = at.as_millisecond().rem_euclid(1000);
    format!("{}.{millis:03}Z", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// Reads what [`minute_time`] writes.
pub(crate) fn parse_minute_time(text: &str) -> Option<Timestamp> {
    jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M%z", text).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn every_api_has_its_own_way_to_write_a_time() {
        let at = at(1_725_266_520_007);
        assert_eq!(http_date(at), "Mon, 02 Sep 2024 08:42:00 GMT");
        assert_eq!(context_time(at), "02.09.2024 08:42:00:007 UTC");
        assert_eq!(minute_time(at), "2024-09-02T08:42+0000");
        assert_eq!(rfc3339(at), "2024-09-02T08:42:00.007Z");
    }

    #[test]
    fn a_minute_time_can_be_read_back() {
        let at = at(1_725_266_520_000);
        assert_eq!(parse_minute_time(&minute_time(at)), Some(at));
        assert_eq!(parse_minute_time("tomorrow"), None);
    }

    #[test]
    fn advance_adds_and_skew_replaces() {
        let clock = Clock::default();
        let start = clock.epoch_seconds();
        clock.advance(Duration::from_secs(1000));
        clock.advance(Duration::from_secs(1000));
        assert!((2000..2010).contains(&(clock.epoch_seconds() - start)));
        clock.set_skew(-50);
        assert!((-50..-40).contains(&(clock.epoch_seconds() - start)));
    }

    #[test]
    fn the_skews_are_apart_from_the_time_and_from_each_other() {
        let clock = Clock::default();
        clock.set(1_725_266_520);
        clock.skew_date(-300);
        clock.skew_tokens(7200);
        let times = [clock.now(), clock.date(), clock.token_time()].map(|at| at.as_second() - 1_725_266_520);
        assert!((0..10).contains(&times[0]), "{times:?}");
        assert!((-300..-290).contains(&times[1]), "{times:?}");
        assert!((7200..7210).contains(&times[2]), "{times:?}");
        clock.reset();
        assert_eq!(clock.now().as_second() / 10, clock.date().as_second() / 10);
        assert!(clock.epoch_seconds() > 1_725_266_520 + 1000);
    }

    #[test]
    fn an_absurd_offset_does_not_panic() {
        let clock = Clock::default();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
        clock.set_skew(i64::MIN);
        assert_eq!(clock.now(), Timestamp::MIN);
        clock.skew_date(i64::MAX);
        clock.skew_tokens(i64::MIN);
        clock.set(i64::MIN);
        assert_eq!(clock.token_time(), Timestamp::MIN);
    }
}
