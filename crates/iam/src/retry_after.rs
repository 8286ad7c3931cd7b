//! How long a server asks to be left alone.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// Reads `Retry-After`: seconds, or a date.
///
/// A date is compared with the `Date` of the same answer, so that the clock here does not matter; a date in the past
/// means now. A date without that `Date`, and anything else, says nothing.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some(until.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(retry_after_text: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after_text.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers)
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(read("7", None), Some(Duration::from_secs(7)));
        assert_eq!(read("0", None), Some(Duration::ZERO));
        let date = Some("Tue, 09 Jun 2026 10:11:12 GMT");
        assert_eq!(read("Tue, 09 Jun 2026 10:12:12 GMT", date), Some(Duration::from_secs(60)));
        assert_eq!(read("Tue, 09 Jun 2026 09:00:00 GMT", date), Some(Duration::ZERO));
    }

    #[test]
    fn garbage_says_nothing() {
        for text in ["", "-1", "1.5", "soon", "99999999999999999999999", "7 s"] {
            assert_eq!(read(text, None), None, "{text}");
        }
        assert_eq!(read("Tue, 09 Jun 2026 10:12:12 GMT", None), None);
        assert_eq!(read("Tue, 09 Jun 2026 10:12:12 GMT", Some("today")), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(text in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            let _ = read(&text, Some(&date));
        }
    }
}
