//! What one identity weighs that has a token, among many.

use stats_alloc::Region;

use crate::counting::ALLOCATOR;
use crate::rows::runtime;
use crate::{Contender, Issuer};

/// Bytes that are still allocated, for each.
pub fn run<C: Contender>() -> f64 {
    runtime(1).block_on(async {
        let issuer = Issuer::start().await;
        // What is made once, such as a pool of connections, is made here.
        let kept = C::build(&issuer).await;
        kept.cold_header().await.expect("a first token");

        let mut all = Vec::with_capacity(C::WEIGHED);
        issuer.forget_requests();
        let region = Region::new(ALLOCATOR);
        for _ in 0..C::WEIGHED {
            let contender = C::build(&issuer).await;
            contender.cold_header().await.expect("a token");
            all.push(contender);
            // The server's memory of it is not the contender's.
            issuer.forget_requests();
        }
        let change = region.change();
        let left = change.bytes_allocated as f64 - change.bytes_deallocated as f64;
        left / C::WEIGHED as f64
    })
}
