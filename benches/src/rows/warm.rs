//! One thread, a token in the cache: what a header value costs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::unconstrained;

use crate::rows::runtime;
use crate::{Contender, Issuer};

/// A contender that is ready to be measured again and again, in turn with the others.
pub trait Round {
    /// Nanoseconds for one call, over a short while.
    fn run(&mut self) -> f64;
}

struct Warm<C> {
    contender: C,
    calls: u32,
    // Last, so that what runs in the background has its end after what it serves.
    _issuer: Issuer,
    runtime: Runtime,
}

/// A short while: long enough for the clock, short enough for many turns.
const ROUND: Duration = Duration::from_millis(20);

/// Builds a contender and fills its cache.
pub fn prepare<C: Contender>() -> Box<dyn Round> {
    let runtime = runtime(1);
    let (contender, issuer) = runtime.block_on(filled::<C>());
    let mut warm = Warm { contender, calls: 1_000, _issuer: issuer, runtime };
    let once = Duration::from_secs_f64(warm.run().max(1.0) / 1e9);
    warm.calls = (ROUND.as_nanos() / once.as_nanos().max(1)).clamp(100, 5_000_000) as u32;
    Box::new(warm)
}

impl<C: Contender> Round for Warm<C> {
    fn run(&mut self) -> f64 {
        let time = self.runtime.block_on(calls(&self.contender, self.calls));
        time.as_secs_f64() * 1e9 / f64::from(self.calls)
    }
}

/// A contender that has a token.
pub(crate) async fn filled<C: Contender>() -> (C, Issuer) {
    let issuer = Issuer::start().await;
    let contender = C::build(&issuer).await;
    contender.cold_header().await.expect("a first token");
    contender.header().await.expect("a header");
    (contender, issuer)
}

/// Calls one after the other. Tokio's budget for a task is lifted: it would bill those who use Tokio's locks for
/// calling them in a loop, which nobody does.
pub(crate) async fn calls<C: Contender>(contender: &C, calls: u32) -> Duration {
    unconstrained(async {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(contender.header().await).expect("a header");
        }
        start.elapsed()
    })
    .await
}
