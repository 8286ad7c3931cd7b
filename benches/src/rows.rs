//! The questions, one file each.

pub mod allocations;
pub mod early;
pub mod failure;
pub mod herd;
pub mod instructions;
pub mod memory;
pub mod outage;
pub mod parallel;
pub mod warm;

use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use crate::Contender;

/// A runtime with this many threads that do work; the one who waits for the end is not one of them.
fn runtime(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_all().build().expect("threads")
}

/// One call that gives up, and how long it took.
async fn timed<C: Contender>(
    contender: &C,
    limit: Duration,
) -> (Result<http::HeaderValue, String>, Duration) {
    let start = Instant::now();
    let answer = tokio::time::timeout(limit, contender.cold_header()).await;
    (answer.unwrap_or_else(|_| Err("gave up".to_owned())), start.elapsed())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
