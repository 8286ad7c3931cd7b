//! Notices when a program builds an engine again and again for the same identity.
//!
//! An engine saves requests only while it is kept. A program that makes one per call asks the issuer for a token per
//! call, which is what gets accounts blocked, and nothing in its own results shows it.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use wml_auth_core::Identity;

/// So many engines for one identity within [`WINDOW`] are worth a warning.
const MANY: u32 = 10;
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// So many identities are watched; a program with more starts over.
const MOST: usize = 4096;

#[derive(Clone, Copy)]
struct Count {
    engines: u32,
    since: Duration,
}

/// Takes note of one more engine. Returns how many there have been, once, when that is too many.
pub(crate) fn count(identity: &Identity, now: Duration) -> Option<u32> {
    static COUNTS: OnceLock<Mutex<HashMap<Identity, Count>>> = OnceLock::new();
    let mut counts = COUNTS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if counts.len() >= MOST && !counts.contains_key(identity) {
        counts.clear();
    }
    let count = counts.entry(identity.clone()).or_insert(Count { engines: 0, since: now });
    if now.saturating_sub(count.since) > WINDOW {
        *count = Count { engines: 0, since: now };
    }
    count.engines = count.engines.saturating_add(1);
    (count.engines == MANY).then_some(MANY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_engine_in_ten_minutes_is_reported_once() {
        let identity = Identity::new("census", "here", &[]);
        let reported = |seconds| count(&identity, Duration::from_secs(seconds));
        let first: Vec<_> = (0..9).filter_map(reported).collect();
        assert_eq!((first.len(), reported(9), reported(10)), (0, Some(MANY), None));
        let later: Vec<_> = (0..9).filter_map(|n| reported(1000 + 601 * n)).collect();
        assert_eq!(later, [], "far apart");
    }
}
