//! Times as people write and read them.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};

/// Reads `90`, `90s`, `5m`, `1h30m`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let span = text
        .parse::<SignedDuration>()
        .map_err(|_| "write a time like `90`, `90s`, `5m` or `1h`".to_owned())?;
    Duration::try_from(span).map_err(|_| "a time cannot be negative".to_owned())
}

/// RFC 3339 in UTC, to the second: never local time, which has misled many a script.
pub(crate) fn rfc3339(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    Some(Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?.to_string())
}

/// Seconds since the epoch.
pub(crate) fn epoch(time: SystemTime) -> Option<u64> {
    Some(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs())
}

/// A span for people: `59 min 58 s`.
pub(crate) fn spoken(span: Duration) -> String {
    let seconds = span.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_seconds_or_with_units() {
        let seconds = |text| parse_duration(text).map(|time| time.as_secs());
        assert_eq!(seconds("90"), Ok(90));
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("5m"), Ok(300));
        assert_eq!(seconds("1h30m"), Ok(5400));
        assert!(seconds("soon").is_err() && seconds("-5m").is_err() && seconds("").is_err());
    }

    #[test]
    fn times_are_shown_in_utc() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!(rfc3339(time).as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!(rfc3339(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), None);
        assert_eq!(
            (spoken(Duration::from_secs(59)), spoken(Duration::from_secs(3599))),
            ("59 s".into(), "59 min 59 s".into())
        );
        assert_eq!(spoken(Duration::from_secs(7260)), "2 h 1 min");
    }
}
