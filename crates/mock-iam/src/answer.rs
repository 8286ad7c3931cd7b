//! What the server sends back: the APIs build these, and so do tests.

mod malformed;
mod token;
pub(crate) mod travel;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

pub use self::token::TokenAnswer;
use self::travel::Travel;

/// One answer: a status, headers and a body, how they travel, or a fault instead of them.
///
/// Values which cannot be sent (a status of 1, a header with a newline) turn into a plain 500 that says so, because a
/// test which scripts nonsense should fail where it can be seen and not inside the server.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_mock_iam::Answer;
///
/// let busy = Answer::status(429).header("Retry-After", "2");
/// let slow = Answer::gateway_502().delayed(Duration::from_millis(5));
/// let revoked = Answer::iam_error("BXNIM0415E");
/// let half = Answer::normal().closed_after(20);
/// # let _ = (busy, slow, revoked, half);
/// ```
#[derive(Clone)]
pub struct Answer {
    pub(crate) content: Content,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) travel: Travel,
}

/// Where the body comes from. All but `Bytes` and `Raw` need the request, and are filled in when there is one.
#[derive(Clone)]
pub(crate) enum Content {
    Bytes(Bytes),
    /// All that is sent: no status line, no headers.
    Raw(Bytes),
    /// Whatever the server would have said.
    Normal,
    /// The same with a token of other terms, where it is about a token.
    Issued(TokenAnswer),
    /// A token service error with this code.
    IamError(String),
    /// The token service's answer with this as `access_token`, or without that member.
    Token(Option<String>),
}

impl Answer {
    fn new(content: Content) -> Self {
        Self { content, status: StatusCode::OK, headers: HeaderMap::new(), travel: Travel::default() }
    }

    /// What the server would say anyway: for the second of three calls, or with a header or a delay added.
    #[must_use]
    pub fn normal() -> Self {
        Self::new(Content::Normal)
    }

    /// What the server would say anyway, but only after this time. Short for `Answer::normal().delayed(…)`.
    #[must_use]
    pub fn after(delay: Duration) -> Self {
        Self::normal().delayed(delay)
    }

    /// An empty body with this status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::bytes(status, Bytes::new())
    }

    /// A body of exactly these bytes, without a content type.
    #[must_use]
    pub fn bytes(status: u16, body: impl Into<Bytes>) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) => Self { status, ..Self::new(Content::Bytes(body.into())) },
            Err(_) => Self::unsendable(&format!("there is no status {status}")),
        }
    }

    /// A JSON body, of anything that serialises: `Answer::json(200, serde_json::Value::Null)`.
    #[must_use]
    pub fn json(status: u16, body: impl Serialize) -> Self {
        match serde_json::to_vec(&body) {
            Ok(body) => {
                Self::bytes(status, body).static_header(CONTENT_TYPE, "application/json; charset=utf-8")
            }
            Err(error) => Self::unsendable(&error.to_string()),
        }
    }

    /// An HTML page, as gateways send them.
    #[must_use]
    pub fn html(status: u16, page: impl Into<String>) -> Self {
        Self::bytes(status, page.into()).static_header(CONTENT_TYPE, "text/html; charset=utf-8")
    }

    /// A redirect to another place: a path of this host, another host such as a [`Trap`](crate::Trap), or the same URL
    /// again, which makes a loop of it.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header(LOCATION.as_str(), location)
    }

    /// A token service error: IAM's envelope around this code, with IAM's status and text where they are known.
    #[must_use]
    pub fn iam_error(code: &str) -> Self {
        Self::new(Content::IamError(code.to_owned()))
    }

    /// A successful token answer which carries this text as its `access_token`, whatever it is: nothing, an opaque
    /// word, a word with a newline.
    #[must_use]
    pub fn token(access_token: &str) -> Self {
        Self::new(Content::Token(Some(access_token.to_owned())))
    }

    /// A successful token answer with everything in it but the `access_token`.
    #[must_use]
    pub fn without_token() -> Self {
        Self::new(Content::Token(None))
    }

    /// Adds or replaces a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => self.known_header(&name, value),
            Err(_) => Self::unsendable(&format!("the header {name} cannot be sent")),
        }
    }

    /// The same under a name that needs no check.
    pub(crate) fn known_header(mut self, name: &HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self.headers.insert(name, value);
                self
            }
            Err(_) => Self::unsendable(&format!("the header {name} cannot be sent")),
        }
    }

    pub(crate) fn static_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// Takes the headers and the way of travelling which a test put on an answer whose content came later.
    pub(crate) fn dressed_as(mut self, scripted: &Self) -> Self {
        self.headers.extend(scripted.headers.clone());
        self.travel = scripted.travel;
        self
    }

    pub(crate) fn body(&self) -> Bytes {
        match &self.content {
            // This one has no body, and a length of 0 would be one header too many.
            _ if self.status == StatusCode::NO_CONTENT => Bytes::new(),
            Content::Bytes(body) => body.clone(),
            _ => Bytes::new(),
        }
    }

    fn unsendable(why: &str) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new(Content::Bytes(Bytes::from(format!("this answer cannot be sent: {why}"))))
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = match &self.content {
            Content::Bytes(body) => format!("{} bytes", body.len()),
            Content::Raw(bytes) => format!("{} bytes, raw", bytes.len()),
            Content::Normal => "normal".to_owned(),
            Content::Issued(_) => "normal, with other terms".to_owned(),
            Content::IamError(code) => code.clone(),
            Content::Token(Some(token)) => format!("token of {} bytes", token.len()),
            Content::Token(None) => "no token".to_owned(),
        };
        f.debug_struct("Answer")
            .field("status", &self.status.as_u16())
            .field("content", &content)
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("travel", &self.travel)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_becomes_a_500_that_says_so() {
        for answer in
            [Answer::status(1), Answer::status(200).header("a b", "c"), Answer::redirect(302, "a\nb")]
        {
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(answer.body().starts_with(b"this answer cannot be sent"));
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?}", Answer::token("swordfish").header("x-key", "swordfish"));
        assert!(!shown.contains("swordfish"), "{shown}");
    }
}
