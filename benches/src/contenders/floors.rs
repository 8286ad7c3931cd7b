//! The least that could be done. None of them renews anything.

use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use http::HeaderValue;
use tokio::sync::{OnceCell, watch};

use crate::client::{Client, Refusal};
use crate::{Contender, Early, Issuer, Kind};

const NO_EARLY: Result<Early, &'static str> = Err("a floor renews nothing");
const WARM: &[&str] = &["warm", "instructions", "parallel"];

async fn first(client: &Client) -> Result<(HeaderValue, Duration), Refusal> {
    let issued = client.token().await?;
    let mut header = HeaderValue::try_from(issued.header_text()).expect("a token fit for a header");
    header.set_sensitive(true);
    Ok((header, issued.life()))
}

async fn first_header(issuer: &Issuer) -> HeaderValue {
    first(&issuer.client()).await.expect("an issuer that issues").0
}

/// A pointer and a clone.
pub(crate) struct BareArcSwap(ArcSwap<HeaderValue>);

impl Contender for BareArcSwap {
    const NAME: &'static str = "arc-swap, clone";
    const KIND: Kind = Kind::Floor;
    const ROWS: &'static [&'static str] = WARM;
    const EARLY: Result<Early, &'static str> = NO_EARLY;

    async fn build(issuer: &Issuer) -> Self {
        Self(ArcSwap::from_pointee(first_header(issuer).await))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        Ok(HeaderValue::clone(&self.0.load()))
    }
}

/// The same, and a look at both clocks.
pub(crate) struct ClockedArcSwap(ArcSwap<(HeaderValue, SystemTime, Instant)>);

impl Contender for ClockedArcSwap {
    const NAME: &'static str = "arc-swap, both clocks, clone";
    const KIND: Kind = Kind::Floor;
    const ROWS: &'static [&'static str] = WARM;
    const EARLY: Result<Early, &'static str> = NO_EARLY;

    async fn build(issuer: &Issuer) -> Self {
        let (header, life) = first(&issuer.client()).await.expect("an issuer that issues");
        Self(ArcSwap::from_pointee((header, SystemTime::now() + life, Instant::now() + life)))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        let current = self.0.load();
        let (header, wall, monotonic) = &**current;
        if SystemTime::now() >= *wall || Instant::now() >= *monotonic {
            return Err("expired".to_owned());
        }
        Ok(header.clone())
    }
}

/// Tokio's channel for the latest value.
pub(crate) struct Watch {
    latest: watch::Receiver<HeaderValue>,
    _sender: watch::Sender<HeaderValue>,
}

impl Contender for Watch {
    const NAME: &'static str = "tokio watch, clone";
    const KIND: Kind = Kind::Floor;
    const ROWS: &'static [&'static str] = WARM;
    const EARLY: Result<Early, &'static str> = NO_EARLY;

    async fn build(issuer: &Issuer) -> Self {
        let (sender, latest) = watch::channel(first_header(issuer).await);
        Self { latest, _sender: sender }
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        Ok(self.latest.borrow().clone())
    }
}

/// The standard library's lock.
pub(crate) struct Locked(RwLock<HeaderValue>);

impl Contender for Locked {
    const NAME: &'static str = "std RwLock, clone";
    const KIND: Kind = Kind::Floor;
    const ROWS: &'static [&'static str] = WARM;
    const EARLY: Result<Early, &'static str> = NO_EARLY;

    async fn build(issuer: &Issuer) -> Self {
        Self(RwLock::new(first_header(issuer).await))
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        self.0.read().map(|header| header.clone()).map_err(|error| error.to_string())
    }
}

/// Tokio's cell that is filled once, by the first who asks.
pub(crate) struct Once {
    client: Client,
    cell: OnceCell<Arc<HeaderValue>>,
}

impl Contender for Once {
    const NAME: &'static str = "tokio OnceCell";
    const KIND: Kind = Kind::Floor;
    const ROWS: &'static [&'static str] = &["herd"];
    const EARLY: Result<Early, &'static str> = NO_EARLY;

    async fn build(issuer: &Issuer) -> Self {
        Self { client: issuer.client(), cell: OnceCell::new() }
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        let fetch = || async { first(&self.client).await.map(|(header, _)| Arc::new(header)) };
        let header = self.cell.get_or_try_init(fetch).await.map_err(|refusal| format!("{refusal:?}"))?;
        Ok(HeaderValue::clone(header))
    }
}
