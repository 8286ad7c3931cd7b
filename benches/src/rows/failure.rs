//! A cold cache, everybody at once, and an issuer that refuses for good; then it changes its mind.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::rows::{millis, runtime, timed};
use crate::{Contender, Issuer, Outcome};

const TASKS: usize = 100;
const HOUR: Duration = Duration::from_secs(3600);
const ISSUER_TAKES: Duration = Duration::from_millis(20);
const LIMIT: Duration = Duration::from_secs(10);
const HEALS_WITHIN: Duration = Duration::from_secs(12);

/// One refusal, and the time after it.
pub fn run<C: Contender>() -> Outcome {
    runtime(2).block_on(async {
        let issuer = Issuer::start().await;
        issuer.refuse(400, ISSUER_TAKES);
        let contender = Arc::new(C::build(&issuer).await);
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let contender = Arc::clone(&contender);
            tasks.spawn(async move { timed(&*contender, LIMIT).await });
        }
        tasks.join_all().await;
        let time = millis(start.elapsed());
        let requests = issuer.requests() as f64;

        issuer.issue(HOUR, Duration::ZERO);
        let mended = Instant::now();
        let mut healed_after = f64::INFINITY;
        while mended.elapsed() < HEALS_WITHIN {
            if timed(&*contender, Duration::from_secs(2)).await.0.is_ok() {
                healed_after = mended.elapsed().as_secs_f64();
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        let mut values = crate::Values::from([("requests", requests), ("ms", time)]);
        values.insert("heals", f64::from(u8::from(healed_after.is_finite())));
        if healed_after.is_finite() {
            values.insert("heals_s", healed_after);
        }
        Ok(values)
    })
}
