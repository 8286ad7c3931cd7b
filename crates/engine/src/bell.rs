//! Wakes everybody who waits for one piece of work.

use std::collections::BTreeMap;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Wake, Waker};

use crate::planted::{self, Defect};
use crate::sync::{Mutex, lock};

/// Rung by the work when it can go on. All who listen are woken, and the first to come and [`answer`](Self::answer)
/// drives the work.
///
/// Waking a single one would do less, and would trust it to come: but it may sit on a runtime that nobody drives.
///
/// Wakers are code of others. They are cloned, woken and dropped outside the lock, and one that panics keeps
/// none of the others from being woken.
pub(crate) struct Bell {
    inner: Mutex<Inner>,
}

struct Inner {
    /// Whether nobody has answered yet.
    rung: bool,
    /// By ticket. Only who listens at this time is in here, however many have come and gone.
    listeners: BTreeMap<u64, Waker>,
}

impl Bell {
    /// A bell that has been rung: whoever comes first begins.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { inner: Mutex::new(Inner { rung: true, listeners: BTreeMap::new() }) })
    }

    /// Has this waker woken by the next ring.
    pub(crate) fn listen(&self, ticket: u64, waker: &Waker) {
        let waker = waker.clone();
        let replaced = lock(&self.inner).listeners.insert(ticket, waker);
        drop(replaced);
    }

    /// Listens no more.
    pub(crate) fn leave(&self, ticket: u64) {
        let gone = lock(&self.inner).listeners.remove(&ticket);
        drop(gone);
    }

    /// Whether it was rung and nobody has answered yet. Now somebody has.
    pub(crate) fn answer(&self) -> bool {
        mem::take(&mut lock(&self.inner).rung)
    }

    /// Rings again, if nobody has answered the last time.
    pub(crate) fn ring_on(&self) {
        if lock(&self.inner).rung && !planted::has(Defect::NobodyCalledBack) {
            self.ring();
        }
    }

    /// Wakes all who listen.
    pub(crate) fn ring(&self) {
        let listeners = {
            let mut inner = lock(&self.inner);
            inner.rung = true;
            mem::take(&mut inner.listeners)
        };
        let most = if planted::has(Defect::BellForOne) { 1 } else { usize::MAX };
        for waker in listeners.into_values().take(most) {
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}
