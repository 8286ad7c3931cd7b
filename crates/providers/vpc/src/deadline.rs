//! A time in which something has to happen.

use std::pin::pin;
use std::time::Duration;

use futures_timer::Delay;
use futures_util::future::{Either, select};

/// What comes of the work, unless it takes longer. Needs no runtime.
pub(crate) async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), Delay::new(time)).await {
        Either::Left((outcome, _)) => Some(outcome),
        Either::Right(_) => None,
    }
}
