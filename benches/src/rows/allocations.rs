//! What a warm call asks of the allocator.

use stats_alloc::Region;
use tokio::runtime::Builder;

use crate::Contender;
use crate::counting::ALLOCATOR;
use crate::rows::warm::{calls, filled};

const CALLS: u32 = 1_000;

/// Allocations, and enlargements of one, for each call.
pub fn run<C: Contender>() -> f64 {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (contender, _issuer) = filled::<C>().await;
        calls(&contender, CALLS).await;
        let region = Region::new(ALLOCATOR);
        calls(&contender, CALLS).await;
        let change = region.change();
        (change.allocations + change.reallocations) as f64 / f64::from(CALLS)
    })
}
