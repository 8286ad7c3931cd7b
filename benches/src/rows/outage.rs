//! A valid token whose renewal is due, and an issuer that is down for three seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderValue;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::rows::{millis, runtime, timed};
use crate::{Contender, Early, Issuer, Outcome, Values};

const CALLERS: usize = 4;
const HOUR: Duration = Duration::from_secs(3600);
const OUTAGE: Duration = Duration::from_secs(3);
/// How long a renewal is waited for after the issuer is back.
const PATIENCE: Duration = Duration::from_secs(12);
const LIMIT: Duration = Duration::from_secs(5);

/// What one caller went through.
struct Felt {
    slowest: Duration,
    errors: u32,
    renewed: Option<Instant>,
}

/// One outage, watched until a caller has a new token.
pub fn run<C: Contender>() -> Outcome {
    let Early { life, opens_after } = C::EARLY.map_err(str::to_owned)?;
    runtime(2).block_on(async {
        let issuer = Issuer::start().await;
        issuer.issue(life, Duration::ZERO);
        let contender = Arc::new(C::build(&issuer).await);
        let first = contender.cold_header().await?;
        let before = issuer.requests();
        issuer.refuse(503, Duration::ZERO);
        sleep(opens_after).await;

        let start = Instant::now();
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            callers.spawn(call(Arc::clone(&contender), first.clone(), start + OUTAGE + PATIENCE));
        }
        sleep(OUTAGE).await;
        let requests = issuer.requests() - before;
        issuer.issue(HOUR, Duration::ZERO);
        let back = Instant::now();
        let felt = callers.join_all().await;

        let slowest = felt.iter().map(|felt| felt.slowest).max().unwrap_or_default();
        let errors: u32 = felt.iter().map(|felt| felt.errors).sum();
        let mut values = Values::from([
            ("ms", millis(slowest)),
            ("errors", f64::from(errors)),
            ("requests", requests as f64),
        ]);
        if let Some(renewed) = felt.iter().filter_map(|felt| felt.renewed).min() {
            values.insert("renewed_s", renewed.saturating_duration_since(back).as_secs_f64());
        }
        Ok(values)
    })
}

/// Calls until there is another token than the first, or it is too late.
async fn call<C: Contender>(contender: Arc<C>, first: HeaderValue, until: Instant) -> Felt {
    let mut felt = Felt { slowest: Duration::ZERO, errors: 0, renewed: None };
    while felt.renewed.is_none() && Instant::now() < until {
        let (answer, time) = timed(&*contender, LIMIT).await;
        felt.slowest = felt.slowest.max(time);
        match answer {
            Ok(header) if header != first => felt.renewed = Some(Instant::now()),
            Ok(_) => {}
            Err(_) => felt.errors += 1,
        }
        sleep(Duration::from_millis(5)).await;
    }
    felt
}
