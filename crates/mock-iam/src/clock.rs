//! The server's own idea of time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

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

    /// The server's time in whole seconds since 1970.
    #[must_use]
    pub fn epoch_seconds(&self) -> i64 {
        self.now().as_second()
    }

    /// The one place where this crate reads the wall clock.
    #[allow(
        clippy::disallowed_methods,
        reason = "the mock is a machine of its own, and this is that machine's clock"
    )]
    pub(crate) fn now(&self) -> Timestamp {
        let millis = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        let shifted = millis.saturating_add(self.offset_millis.load(Ordering::Relaxed));
        // A test may ask for a year which no calendar has; the calendar's own end is near enough.
        Timestamp::from_millisecond(shifted).unwrap_or(if shifted < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

/// `Mon, 02 Sep 2024 08:42:00 GMT`, for the `Date` header.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
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
    fn an_absurd_offset_does_not_panic() {
        let clock = Clock::default();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
        clock.set_skew(i64::MIN);
        assert_eq!(clock.now(), Timestamp::MIN);
    }
}
