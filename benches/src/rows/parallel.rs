//! Many tasks on few threads, one contender for all, a token in the cache.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::rows::runtime;
use crate::rows::warm::{Round, calls, filled};
use crate::{Contender, Issuer};

const TASKS: u32 = 64;

struct Parallel<C> {
    contender: Arc<C>,
    calls: u32,
    _issuer: Issuer,
    runtime: Runtime,
}

const ROUND: Duration = Duration::from_millis(60);

/// Builds a contender on a runtime with this many workers and fills its cache.
pub fn prepare<C: Contender>(workers: usize) -> Box<dyn Round> {
    let runtime = runtime(workers);
    let (contender, issuer) = runtime.block_on(filled::<C>());
    let mut parallel = Parallel { contender: Arc::new(contender), calls: 50, _issuer: issuer, runtime };
    let once = parallel.run().max(1.0);
    parallel.calls = (ROUND.as_nanos() as f64 / once / f64::from(TASKS)).clamp(10.0, 100_000.0) as u32;
    Box::new(parallel)
}

impl<C: Contender> Round for Parallel<C> {
    /// Nanoseconds of the whole for one call.
    fn run(&mut self) -> f64 {
        let each = self.calls;
        let contender = Arc::clone(&self.contender);
        let time = self.runtime.block_on(async move {
            let mut tasks = JoinSet::new();
            let start = Instant::now();
            for _ in 0..TASKS {
                let contender = Arc::clone(&contender);
                tasks.spawn(async move { calls(&*contender, each).await });
            }
            while let Some(ended) = tasks.join_next().await {
                ended.expect("a task that ends");
            }
            start.elapsed()
        });
        time.as_secs_f64() * 1e9 / f64::from(each * TASKS)
    }
}
