//! One request, as a test looks at it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::secrecy::Redacted;

/// One request as it came, with what became of it.
///
/// Its `Debug` shows lengths and digests; the bytes themselves are behind the accessors.
#[derive(Clone)]
pub struct Recorded {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) status: Option<StatusCode>,
    pub(super) connection: u64,
}

impl Recorded {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path, as sent.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query, as sent, without the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// One header, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The exact bytes of the body; nothing if it was larger than the server reads.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The first parameter of this name in a form body, decoded.
    #[must_use]
    pub fn form(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The status it was answered with; `None` while it waits, and for good if the connection ended instead.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status.map(|status| status.as_u16())
    }

    /// Which connection it came on: two requests with the same number shared one.
    #[must_use]
    pub fn connection(&self) -> u64 {
        self.connection
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), Redacted(value.as_bytes())))
            .collect::<Vec<_>>();
        f.debug_struct("Recorded")
            .field("method", &self.method.as_str())
            .field("path", &self.path)
            .field("query", &self.query.as_deref().map(|query| Redacted(query.as_bytes())))
            .field("headers", &headers)
            .field("body", &Redacted(&self.body))
            .field("status", &self.status())
            .field("connection", &self.connection)
            .finish()
    }
}
