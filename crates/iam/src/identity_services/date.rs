//! Dates as the identity services write them: `2026-11-10T12:28+0000`.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serializer};

use crate::epoch;

const DAY: i64 = 86_400;

/// Reads a date: to the minute, or with seconds and fractions, in UTC by whichever name. `None` for anything else.
fn parse(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| number(part, if part.len() == 4 { 4 } else { 2 }));
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let time = ["+0000", "+00:00", "Z"].iter().find_map(|zone| time.strip_suffix(zone))?;
    // Fractions of a second are not kept.
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut time = time.splitn(3, ':').map(|part| number(part, 2));
    let (hour, minute, second) = (time.next()??, time.next()??, time.next().unwrap_or(Some(0))?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days_before(year, month, day) * DAY + hour * 3600 + minute * 60 + second.min(59);
    (seconds >= 0).then(|| epoch::date(seconds))
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Writes a date to the minute. A fraction of a minute is cut off; what lies before 1970 becomes its start.
fn format(date: SystemTime) -> String {
    let seconds = date.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let seconds = epoch::date(i64::try_from(seconds).unwrap_or(i64::MAX));
    let seconds = seconds.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let (mut days, minutes) = (seconds / 86_400, seconds % 86_400 / 60);
    let mut year = 1970;
    while days >= year_length(year).unsigned_abs() {
        days -= year_length(year).unsigned_abs();
        year += 1;
    }
    let mut month = 1;
    while days >= days_in(year, month).unsigned_abs() {
        days -= days_in(year, month).unsigned_abs();
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}T{:02}:{:02}+0000", days + 1, minutes / 60, minutes % 60)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn year_length(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days from the start of 1970 to this one.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(year_length).sum();
    let earlier: i64 = (year..1970).map(year_length).sum();
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    years - earlier + months + day - 1
}

/// A member that is a date; one that cannot be read counts as missing.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SystemTime>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.as_deref().and_then(parse))
}

pub(super) fn write<S: Serializer>(date: &Option<SystemTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.serialize_str(&format(*date)),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Option<SystemTime> {
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn each_way_to_write_a_date_is_read() {
        for text in [
            "2024-09-02T08:42+0000",
            "2024-09-02T08:42Z",
            "2024-09-02T08:42:00Z",
            "2024-09-02T08:42:00.123Z",
            "2024-09-02T08:42:00.123+00:00",
        ] {
            assert_eq!(parse(text), at(1_725_266_520), "{text}");
        }
        assert_eq!(parse("2024-02-29T00:00+0000"), at(1_709_164_800));
        assert_eq!(parse("1970-01-01T00:00+0000"), at(0));
    }

    #[test]
    fn what_is_no_date_in_utc_is_none() {
        for text in [
            "",
            "tomorrow",
            "2024-09-02",
            "2024-09-02T08:42",
            "2024-09-02T08:42+0100",
            "2023-02-29T00:00+0000",
            "2024-13-01T00:00+0000",
            "2024-00-01T00:00+0000",
            "2024-09-00T00:00+0000",
            "2024-09-02T24:00+0000",
            "2024-09-02T08:60+0000",
            "1969-12-31T23:59+0000",
            "+024-09-02T08:42+0000",
            "2024-9-02T08:42+0000",
            "2024-09-02T08+0000",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0_u64..253_402_300_799) {
            let date = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            prop_assert_eq!(parse(&format(date)), at(seconds - seconds % 60));
            // `Sun, 06 Nov 1994 08:49:37 GMT`: another calendar to compare with.
            let other = httpdate::fmt_http_date(date);
            let written = format(date);
            prop_assert_eq!(&other[5..7], &written[8..10]);
            prop_assert_eq!(&other[12..16], &written[0..4]);
            prop_assert_eq!(&other[17..22], &written[11..16]);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,30}") {
            let _ = parse(&text);
        }
    }
}
