//! What the server was asked, and what it said.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::request::Request;
use crate::route::Route;
use crate::secrecy::Redacted;

/// The record of every request of one server, in the order in which they arrived. Cheap to clone.
///
/// A request is in the journal from the moment it has been read completely; until it is answered it has no
/// [`status`](Recorded::status).
///
/// ```
/// use wml_auth_mock_iam::MockIam;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let cloud = MockIam::start().await?;
/// // … the code under test …
/// assert_eq!(cloud.journal().token_requests(), 0);
/// assert_eq!(cloud.journal().count("GET", "/v2/spaces"), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Journal {
    pages: Arc<Mutex<Pages>>,
}

#[derive(Default)]
struct Pages {
    requests: Vec<Recorded>,
    /// Which clearing of the journal this is, so that an answer does not land on a later request.
    volume: u64,
    in_flight: usize,
    peak_in_flight: usize,
}

/// One request as it came, with what became of it.
///
/// Its `Debug` shows lengths and digests; the bytes themselves are behind the accessors.
#[derive(Clone)]
pub struct Recorded {
    method: Method,
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    body: Bytes,
    status: Option<StatusCode>,
    connection: u64,
}

impl Journal {
    /// Every request since the start, or since [`clear`](Self::clear).
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.pages().requests.clone()
    }

    /// How many POSTs came to a token endpoint.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.count_where(|seen| seen.method == Method::POST && Route::Token.matches(&seen.path))
    }

    /// How many requests came to this part of the cloud, with whatever method.
    #[must_use]
    pub fn requests_to(&self, route: &Route) -> usize {
        self.count_where(|seen| route.matches(&seen.path))
    }

    /// How many requests came with this method to a path that starts like this.
    #[must_use]
    pub fn count(&self, method: &str, path_prefix: &str) -> usize {
        self.count_where(|seen| seen.method.as_str() == method && seen.path.starts_with(path_prefix))
    }

    /// The largest number of requests that were in flight at one moment, over all routes.
    #[must_use]
    pub fn peak_in_flight(&self) -> usize {
        self.pages().peak_in_flight
    }

    /// How many requests are in flight now.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.pages().in_flight
    }

    /// Forgets the requests; the peak starts again from those which are in flight.
    pub fn clear(&self) {
        let mut pages = self.pages();
        pages.requests.clear();
        pages.volume += 1;
        pages.peak_in_flight = pages.in_flight;
    }

    /// Writes down a request; the entry counts it as in flight until it is dropped.
    pub(crate) fn enter(&self, request: &Request) -> Entry {
        let mut pages = self.pages();
        pages.in_flight += 1;
        pages.peak_in_flight = pages.peak_in_flight.max(pages.in_flight);
        let entry = Entry { journal: self.clone(), volume: pages.volume, index: pages.requests.len() };
        pages.requests.push(Recorded {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            status: None,
            connection: request.connection,
        });
        entry
    }

    fn count_where(&self, wanted: impl Fn(&Recorded) -> bool) -> usize {
        self.pages().requests.iter().filter(|seen| wanted(seen)).count()
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One line of the journal while its request is in flight.
pub(crate) struct Entry {
    journal: Journal,
    volume: u64,
    index: usize,
}

impl Entry {
    pub(crate) fn answered(&self, status: StatusCode) {
        let mut pages = self.journal.pages();
        if pages.volume == self.volume
            && let Some(seen) = pages.requests.get_mut(self.index)
        {
            seen.status = Some(status);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.journal.pages().in_flight -= 1;
    }
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

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.pages();
        f.debug_struct("Journal")
            .field("requests", &pages.requests)
            .field("in_flight", &pages.in_flight)
            .field("peak_in_flight", &pages.peak_in_flight)
            .finish()
    }
}
