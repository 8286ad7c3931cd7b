//! Seconds since 1970.

use std::time::{Duration, SystemTime};

/// The last second of the year 9999: later than any date that is meant, and still one that every clock can hold.
const LAST: u64 = 253_402_300_799;

/// The date so many seconds after the start of 1970. What lies before that is its start; what lies after the year
/// 9999 is its end.
pub(crate) fn date(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0).min(LAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_beyond_the_calendar() {
        assert_eq!(date(i64::MIN), SystemTime::UNIX_EPOCH);
        assert_eq!(date(7), SystemTime::UNIX_EPOCH + Duration::from_secs(7));
        assert!(date(i64::MAX).checked_add(Duration::from_secs(3600)).is_some());
    }
}
