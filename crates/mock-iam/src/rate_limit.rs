//! Too many requests: a token bucket for every caller.

use std::collections::HashMap;
use std::time::Duration;

use http::header::RETRY_AFTER;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::answer::Answer;
use crate::clock::http_date;

/// So many requests per caller in a time, and a 429 for all beyond, for [`OnRoute::limited`](crate::OnRoute::limited).
///
/// A caller is an API key, or else a bearer token. The bucket is full at first and refills steadily, on the server's
/// [clock](crate::Clock). IBM publishes neither limits nor what the refusal looks like, so both are free.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_mock_iam::{MockIam, RateLimit, RetryAfter, Route};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let cloud = MockIam::start().await?;
/// let limit = RateLimit::new(10, Duration::from_secs(60)).retry_after(RetryAfter::Date);
/// cloud.on(Route::Token).limited(limit);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it limits nothing until it is put on a route"]
pub struct RateLimit {
    burst: u32,
    per: Duration,
    retry_after: RetryAfter,
    body: LimitBody,
}

/// How a 429 says when to come again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RetryAfter {
    /// `Retry-After: 7`, rounded up.
    #[default]
    Seconds,
    /// `Retry-After: Mon, 02 Sep 2024 08:42:00 GMT`, on the clock of the `Date` header.
    Date,
    /// Not at all.
    Absent,
}

/// What a 429 has for a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LimitBody {
    /// The token service's envelope: `errorCode`, `errorMessage`.
    #[default]
    Oidc,
    /// A list of `errors`, as the management API and Watson Machine Learning have it.
    Errors,
    /// Nothing.
    Empty,
}

impl RateLimit {
    /// This many requests in this time.
    pub fn new(requests: u32, per: Duration) -> Self {
        Self { burst: requests.max(1), per, retry_after: RetryAfter::default(), body: LimitBody::default() }
    }

    /// How the refusal says when to come again: in seconds, if not told otherwise.
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// What the refusal has for a body: the token service's envelope, if not told otherwise.
    pub fn body(mut self, body: LimitBody) -> Self {
        self.body = body;
        self
    }

    /// The refusal of one who may come again after this time. No code of IAM's for it is public; the word is the mock's.
    fn refusal(&self, wait: Duration, date: Timestamp) -> Answer {
        let answer = match self.body {
            LimitBody::Empty => Answer::status(429),
            LimitBody::Oidc => Answer::json(
                429,
                json!({ "errorCode": "too_many_requests", "errorMessage": "Too many requests." }),
            ),
            LimitBody::Errors => Answer::json(
                429,
                json!({
                    "errors": [{ "code": "rate_limit_reached_requests", "message": "Too many requests." }],
                    "status_code": 429,
                }),
            ),
        };
        let seconds = wait.as_millis().div_ceil(1000);
        match self.retry_after {
            RetryAfter::Absent => answer,
            RetryAfter::Seconds => answer.header(RETRY_AFTER.as_str(), &seconds.to_string()),
            RetryAfter::Date => {
                let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
                let at = date.saturating_add(Duration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
                answer.header(RETRY_AFTER.as_str(), &http_date(at))
            }
        }
    }
}

/// A limit, and how full each caller's bucket is.
pub(crate) struct Buckets {
    limit: RateLimit,
    /// When a caller's bucket will be full again, in milliseconds: the generic cell rate algorithm.
    full_at: HashMap<String, i64>,
}

impl Buckets {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, full_at: HashMap::new() }
    }

    /// Takes one from the caller's bucket, or says that there is none.
    pub(crate) fn take(&mut self, caller: &str, now: Timestamp, date: Timestamp) -> Option<Answer> {
        let now = now.as_millisecond();
        let whole = i64::try_from(self.limit.per.as_millis()).unwrap_or(i64::MAX);
        let each = (whole / i64::from(self.limit.burst)).max(1);
        let full_at = self.full_at.entry(caller.to_owned()).or_insert(now);
        let after = (*full_at).max(now).saturating_add(each);
        let wait = after.saturating_sub(now).saturating_sub(each.saturating_mul(i64::from(self.limit.burst)));
        if wait > 0 {
            return Some(self.limit.refusal(Duration::from_millis(wait.unsigned_abs()), date));
        }
        *full_at = after;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_725_266_520 + seconds).unwrap()
    }

    fn waits(buckets: &mut Buckets, caller: &str, now: i64) -> Option<String> {
        let refusal = buckets.take(caller, at(now), at(now))?;
        Some(refusal.headers.get(RETRY_AFTER).map_or("", |value| value.to_str().unwrap()).to_owned())
    }

    #[test]
    fn a_bucket_empties_and_refills_steadily() {
        let mut buckets = Buckets::new(RateLimit::new(3, Duration::from_secs(30)));
        for _ in 0..3 {
            assert_eq!(waits(&mut buckets, "a", 0), None);
        }
        assert_eq!(waits(&mut buckets, "a", 0).as_deref(), Some("10"));
        assert_eq!(waits(&mut buckets, "a", 9).as_deref(), Some("1"));
        assert_eq!(waits(&mut buckets, "b", 0), None, "another caller has another bucket");
        assert_eq!(waits(&mut buckets, "a", 10), None);
        assert_eq!(waits(&mut buckets, "a", 10).as_deref(), Some("10"));
        for _ in 0..3 {
            assert_eq!(waits(&mut buckets, "a", 1000), None, "it holds no more than it did at first");
        }
        assert!(waits(&mut buckets, "a", 1000).is_some());
    }

    #[test]
    fn a_refusal_has_the_form_that_was_asked_for() {
        let limit = RateLimit::new(1, Duration::from_secs(60));
        let second = |limit| {
            let mut buckets = Buckets::new(limit);
            (waits(&mut buckets, "a", 0), waits(&mut buckets, "a", 0))
        };
        let date = "Mon, 02 Sep 2024 08:43:00 GMT".to_owned();
        assert_eq!(second(limit.retry_after(RetryAfter::Date)), (None, Some(date)));
        assert_eq!(second(limit.retry_after(RetryAfter::Absent)), (None, Some(String::new())));
        let wait = Duration::from_millis(1);
        assert_eq!(limit.body(LimitBody::Empty).refusal(wait, at(0)).body().len(), 0);
        let errors = limit.body(LimitBody::Errors).refusal(wait, at(0)).body();
        let errors: serde_json::Value = serde_json::from_slice(&errors).unwrap();
        assert_eq!(errors["status_code"], 429);
    }
}
