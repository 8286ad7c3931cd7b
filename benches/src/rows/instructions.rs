//! Warm calls for a tool that counts instructions. Two runs with different numbers of calls tell what one costs.

use std::hint::black_box;

use tokio::runtime::Builder;
use tokio::task::unconstrained;

use crate::Contender;
use crate::rows::warm::filled;

/// Builds a contender, fills its cache and calls it this often.
pub fn run<C: Contender>(calls: usize) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (contender, _issuer) = filled::<C>().await;
        unconstrained(async {
            for _ in 0..calls {
                black_box(contender.header().await).expect("a header");
            }
        })
        .await;
    });
}
