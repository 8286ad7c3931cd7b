//! What the server was asked, and what it said.

mod pages;
mod recorded;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, StatusCode};

use self::pages::{Glance, Pages};
pub use self::recorded::Recorded;
use crate::request::Request;
use crate::route::Route;

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
    book: Arc<Mutex<Book>>,
}

#[derive(Default)]
struct Book {
    pages: Pages,
    /// Which clearing of the journal this is, so that an answer does not land on a later request.
    volume: u64,
    in_flight: usize,
    peak_in_flight: usize,
}

impl Journal {
    /// Every request since the start, or since [`clear`](Self::clear).
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.book().pages.read()
    }

    /// How many POSTs came to a token endpoint.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.count_where(|seen| *seen.method == Method::POST && Route::Token.matches(seen.path))
    }

    /// How many requests came to this part of the cloud, with whatever method.
    #[must_use]
    pub fn requests_to(&self, route: &Route) -> usize {
        self.count_where(|seen| route.matches(seen.path))
    }

    /// How many requests came with this method to a path that starts like this.
    #[must_use]
    pub fn count(&self, method: &str, path_prefix: &str) -> usize {
        self.count_where(|seen| seen.method.as_str() == method && seen.path.starts_with(path_prefix))
    }

    /// The largest number of requests that were in flight at one moment, over all routes.
    #[must_use]
    pub fn peak_in_flight(&self) -> usize {
        self.book().peak_in_flight
    }

    /// How many requests are in flight now.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.book().in_flight
    }

    /// Forgets the requests; the peak starts again from those which are in flight.
    pub fn clear(&self) {
        let mut book = self.book();
        book.pages.clear();
        book.volume += 1;
        book.peak_in_flight = book.in_flight;
    }

    /// Writes down a request; the entry counts it as in flight until it is dropped.
    pub(crate) fn enter(&self, request: &Request) -> Entry {
        let mut book = self.book();
        book.in_flight += 1;
        book.peak_in_flight = book.peak_in_flight.max(book.in_flight);
        let line = book.pages.write(request);
        Entry { journal: self.clone(), volume: book.volume, line }
    }

    fn count_where(&self, wanted: impl Fn(Glance<'_>) -> bool) -> usize {
        self.book().pages.glances().filter(|seen| wanted(*seen)).count()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One line of the journal while its request is in flight.
pub(crate) struct Entry {
    journal: Journal,
    volume: u64,
    line: usize,
}

impl Entry {
    pub(crate) fn answered(&self, status: StatusCode) {
        let mut book = self.journal.book();
        if book.volume == self.volume {
            book.pages.answered(self.line, status);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.journal.book().in_flight -= 1;
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.book();
        f.debug_struct("Journal")
            .field("requests", &book.pages.read())
            .field("in_flight", &book.in_flight)
            .field("peak_in_flight", &book.peak_in_flight)
            .finish()
    }
}
