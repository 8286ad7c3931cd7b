//! A valid token whose renewal is due, and an issuer that is slow: what callers feel of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::rows::{millis, runtime, timed};
use crate::{Contender, Issuer, Outcome};

const CALLERS: usize = 4;
const HOUR: Duration = Duration::from_secs(3600);
const ISSUER_TAKES: Duration = Duration::from_millis(500);
const WATCHED: Duration = Duration::from_millis(1_500);
const LIMIT: Duration = Duration::from_secs(5);

/// The slowest call, in milliseconds.
pub fn run<C: Contender>() -> Outcome {
    let early = C::EARLY.map_err(str::to_owned)?;
    runtime(2).block_on(async {
        let issuer = Issuer::start().await;
        issuer.issue(early.life, Duration::ZERO);
        let contender = Arc::new(C::build(&issuer).await);
        contender.cold_header().await?;
        issuer.issue(HOUR, ISSUER_TAKES);
        sleep(early.opens_after).await;

        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let contender = Arc::clone(&contender);
            callers.spawn(async move {
                let (start, mut slowest, mut failed) = (Instant::now(), Duration::ZERO, 0);
                while start.elapsed() < WATCHED {
                    let (answer, time) = timed(&*contender, LIMIT).await;
                    slowest = slowest.max(time);
                    failed += u32::from(answer.is_err());
                    sleep(Duration::from_millis(1)).await;
                }
                (slowest, failed)
            });
        }
        let all = callers.join_all().await;
        let slowest = all.iter().map(|(slowest, _)| *slowest).max().unwrap_or_default();
        let errors: u32 = all.iter().map(|(_, failed)| failed).sum();
        let requests = issuer.requests().saturating_sub(1) as f64;
        Ok([("ms", millis(slowest)), ("errors", f64::from(errors)), ("requests", requests)].into())
    })
}
