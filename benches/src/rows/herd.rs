//! A cold cache, and everybody at once: how often the issuer is asked, and when the last one is served.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::rows::{millis, runtime, timed};
use crate::{Contender, Issuer, Outcome};

const TASKS: usize = 10_000;
const HOUR: Duration = Duration::from_secs(3600);
const ISSUER_TAKES: Duration = Duration::from_millis(50);
const LIMIT: Duration = Duration::from_secs(20);

/// One herd.
pub fn run<C: Contender>() -> Outcome {
    runtime(2).block_on(async {
        let issuer = Issuer::start().await;
        issuer.issue(HOUR, ISSUER_TAKES);
        let contender = Arc::new(C::build(&issuer).await);
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let contender = Arc::clone(&contender);
            tasks.spawn(async move { timed(&*contender, LIMIT).await.0.is_ok() });
        }
        let mut served = 0;
        while let Some(ended) = tasks.join_next().await {
            served += usize::from(ended.unwrap_or(false));
        }
        let time = millis(start.elapsed());
        Ok([("requests", issuer.requests() as f64), ("ms", time), ("served", served as f64)].into())
    })
}
