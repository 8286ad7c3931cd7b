//! What the server sends back: the APIs build these, and so do tests.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

/// One answer: a status, headers and a body, or a fault instead of them.
///
/// Values which cannot be sent (a status of 1, a header with a newline) turn into a plain 500 that says so, because a
/// test which scripts nonsense should fail where it can be seen and not inside the server.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_mock_iam::Answer;
///
/// let busy = Answer::status(429).header("Retry-After", "2");
/// let slow = Answer::html(502, "<h1>Bad Gateway</h1>").delayed(Duration::from_millis(5));
/// let revoked = Answer::iam_error("BXNIM0415E");
/// # let _ = (busy, slow, revoked);
/// ```
#[derive(Clone)]
pub struct Answer {
    pub(crate) content: Content,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) delay: Duration,
    pub(crate) fault: Option<Fault>,
}

/// Where the body comes from. All but `Bytes` need the request, and are filled in when there is one.
#[derive(Clone)]
pub(crate) enum Content {
    Bytes(Bytes),
    /// Whatever the server would have said.
    Normal,
    /// A token service error with this code.
    IamError(String),
    /// The token service's answer with this as `access_token`, or without that member.
    Token(Option<String>),
}

/// What goes wrong on the wire instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection ends in order, with nothing said.
    Close,
    /// The connection is torn down: the peer sees a reset.
    Reset,
}

impl Answer {
    fn new(content: Content) -> Self {
        Self {
            content,
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            delay: Duration::ZERO,
            fault: None,
        }
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

    /// A redirect to another place.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header(LOCATION.as_str(), location)
    }

    /// A 200 with this many bytes of one long JSON string.
    #[must_use]
    pub fn huge(length: usize) -> Self {
        let mut body = vec![b'x'; length];
        if let [first, .., last] = body.as_mut_slice() {
            (*first, *last) = (b'"', b'"');
        }
        Self::bytes(200, body).static_header(CONTENT_TYPE, "application/json")
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

    /// No answer: the connection is closed after the request was read.
    #[must_use]
    pub fn close() -> Self {
        Self { fault: Some(Fault::Close), ..Self::status(500) }
    }

    /// No answer: the connection is reset (TCP RST) after the request was read.
    #[must_use]
    pub fn reset() -> Self {
        Self { fault: Some(Fault::Reset), ..Self::status(500) }
    }

    /// Adds or replaces a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
                self
            }
            _ => Self::unsendable(&format!("the header {name} cannot be sent")),
        }
    }

    /// Sends this answer only after the delay, counted from when the request had been read and let through.
    #[must_use]
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) fn static_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// Takes the delay and the headers which a test put on an answer whose content came later.
    pub(crate) fn dressed_as(mut self, scripted: &Self) -> Self {
        self.headers.extend(scripted.headers.clone());
        self.delay = scripted.delay;
        self
    }

    pub(crate) fn body(&self) -> Bytes {
        match &self.content {
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
            Content::Normal => "normal".to_owned(),
            Content::IamError(code) => code.clone(),
            Content::Token(Some(token)) => format!("token of {} bytes", token.len()),
            Content::Token(None) => "no token".to_owned(),
        };
        f.debug_struct("Answer")
            .field("status", &self.status.as_u16())
            .field("content", &content)
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("delay", &self.delay)
            .field("fault", &self.fault)
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
    fn a_huge_answer_is_a_json_string_of_that_length() {
        let body = Answer::huge(1000).body();
        assert_eq!(body.len(), 1000);
        assert!(serde_json::from_slice::<String>(&body).is_ok());
        assert_eq!(Answer::huge(0).body().len(), 0);
        assert_eq!(Answer::huge(1).body().len(), 1);
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?}", Answer::token("swordfish").header("x-key", "swordfish"));
        assert!(!shown.contains("swordfish"), "{shown}");
    }
}
