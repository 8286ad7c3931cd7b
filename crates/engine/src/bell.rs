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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn all_who_listen_are_woken_once_and_one_answers() {
        let (bell, count) = (Bell::new(), Arc::new(Count::default()));
        let waker = Waker::from(Arc::clone(&count));
        assert!(bell.answer(), "whoever comes first begins");
        bell.listen(1, &waker);
        bell.listen(1, &waker);
        bell.listen(2, &waker);
        Waker::from(Arc::clone(&bell)).wake_by_ref();
        assert_eq!(count.0.load(Ordering::SeqCst), 2);
        assert!(bell.answer() && !bell.answer());
        Waker::from(Arc::clone(&bell)).wake();
        assert_eq!(count.0.load(Ordering::SeqCst), 2, "nobody has come back to listen");
        assert!(bell.answer());
    }

    #[test]
    fn it_rings_on_until_somebody_answers() {
        let (bell, count) = (Bell::new(), Arc::new(Count::default()));
        bell.listen(1, &Waker::from(Arc::clone(&count)));
        bell.ring_on();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        bell.listen(1, &Waker::from(Arc::clone(&count)));
        assert!(bell.answer());
        bell.ring_on();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn callers_who_left_take_no_room() {
        let bell = Bell::new();
        for ticket in 0..1000 {
            bell.listen(ticket, Waker::noop());
            bell.leave(ticket);
        }
        assert!(lock(&bell.inner).listeners.is_empty());
    }
}
