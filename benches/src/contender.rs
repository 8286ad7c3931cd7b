//! A library, as the rows see it.

use std::future::Future;
use std::time::Duration;

use http::HeaderValue;

use crate::{Issuer, Kind};

/// A token whose early window opens soon after it was issued, by a contender's own rules.
#[derive(Clone, Copy, Debug)]
pub struct Early {
    /// The life of the token.
    pub life: Duration,
    /// When, after it was issued, the contender wants another.
    pub opens_after: Duration,
}

impl Early {
    /// In seconds.
    pub const fn new(life: u64, opens_after: u64) -> Self {
        Self { life: Duration::from_secs(life), opens_after: Duration::from_secs(opens_after) }
    }
}

/// A library used in its best documented way.
pub trait Contender: Sized + Send + Sync + 'static {
    /// Its name in the tables.
    const NAME: &'static str;
    /// Its part.
    const KIND: Kind = Kind::Peer;
    /// The rows in which it takes part; none named means all.
    const ROWS: &'static [&'static str] = &[];
    /// How to put it into its early window, or why it has none.
    const EARLY: Result<Early, &'static str>;
    /// How many of them are built to weigh one.
    const WEIGHED: usize = 1_000;

    /// Builds it on an issuer. Runs on a Tokio runtime.
    fn build(issuer: &Issuer) -> impl Future<Output = Self> + Send;

    /// The value of an `Authorization` header, ready to send.
    fn header(&self) -> impl Future<Output = Result<HeaderValue, String>> + Send;

    /// The same when the cache is cold or may be, if that has to be called differently.
    fn cold_header(&self) -> impl Future<Output = Result<HeaderValue, String>> + Send {
        self.header()
    }
}
