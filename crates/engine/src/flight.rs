//! One piece of work that many callers wait for and any of them can drive.
//!
//! The work belongs to the flight, not to a caller. At any time one of the waiters is its *driver*: it polls the
//! work, and it alone is woken by it. When the driver goes away (its task was cancelled, its runtime shut
//! down), the next waiter takes over where it stopped. Where a runtime is at hand, one of the waiters is a spawned task.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use wml_auth_core::{AuthError, Authorization, BoxFuture, Clock, Moment};

/// What every waiter gets.
pub(crate) type Outcome = Result<Authorization, AuthError>;

/// The shared work.
pub(crate) struct Flight {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Taken out while the driver polls it, so that the lock is never held across a poll.
    work: Option<BoxFuture<'static, Outcome>>,
    outcome: Option<Outcome>,
    /// One place per waiter that ever joined; empty where it has gone or was not polled yet.
    wakers: Vec<Option<Waker>>,
    waiting: usize,
    driver: Option<usize>,
    /// When the last waiter left it unfinished.
    orphaned_at: Option<Moment>,
}

/// One caller's wait for a flight. Dropping it leaves the flight to the others.
pub(crate) struct Waiter {
    flight: Arc<Flight>,
    place: usize,
}

impl Flight {
    pub(crate) fn new(clock: Arc<dyn Clock>, work: BoxFuture<'static, Outcome>) -> Arc<Self> {
        let inner = Inner {
            work: Some(work),
            outcome: None,
            wakers: Vec::new(),
            waiting: 0,
            driver: None,
            orphaned_at: None,
        };
        Arc::new(Self { clock, inner: Mutex::new(inner) })
    }

    /// Joins the waiters.
    pub(crate) fn join(self: &Arc<Self>) -> Waiter {
        let mut inner = self.lock();
        inner.wakers.push(None);
        inner.waiting += 1;
        inner.orphaned_at = None;
        Waiter { flight: Arc::clone(self), place: inner.wakers.len() - 1 }
    }

    /// For how long nobody has driven it, after somebody had begun to.
    pub(crate) fn orphaned_for(&self) -> Option<Duration> {
        let orphaned_at = self.lock().orphaned_at?;
        Some(self.clock.now().since(orphaned_at))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing that can panic runs under this lock.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn finish(&mut self, outcome: Outcome) -> Vec<Waker> {
        self.outcome = Some(outcome);
        self.driver = None;
        std::mem::take(&mut self.wakers).into_iter().flatten().collect()
    }

    fn register(&mut self, place: usize, context: &Context<'_>) {
        if let Some(slot) = self.wakers.get_mut(place) {
            match slot {
                Some(waker) => waker.clone_from(context.waker()),
                None => *slot = Some(context.waker().clone()),
            }
        }
    }
}

impl Future for Waiter {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let mut inner = self.flight.lock();
        if let Some(outcome) = &inner.outcome {
            return Poll::Ready(outcome.clone());
        }
        inner.register(self.place, context);
        if *inner.driver.get_or_insert(self.place) != self.place {
            return Poll::Pending;
        }
        let Some(mut work) = inner.work.take() else { return Poll::Pending };
        drop(inner);
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        let outcome = match polled {
            Ok(Poll::Pending) => {
                self.flight.lock().work = Some(work);
                return Poll::Pending;
            }
            Ok(Poll::Ready(outcome)) => outcome,
            Err(_) => Err(AuthError::internal("obtaining a token panicked")),
        };
        // What the work owns may run code of its own when it is dropped: not under the lock.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(work)));
        let wakers = self.flight.lock().finish(outcome.clone());
        wakers.into_iter().for_each(Waker::wake);
        Poll::Ready(outcome)
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let now = self.flight.clock.now();
        let mut inner = self.flight.lock();
        inner.waiting = inner.waiting.saturating_sub(1);
        if inner.outcome.is_some() {
            return;
        }
        let mine = inner.wakers.get_mut(self.place).and_then(Option::take);
        if inner.waiting == 0 {
            inner.orphaned_at = Some(now);
        }
        let mut heir = None;
        if inner.driver == Some(self.place) {
            // The heir is named at once: should it leave before it is polled, it passes the work on in turn.
            let next =
                inner.wakers.iter().enumerate().find_map(|(place, waker)| Some((place, waker.clone()?)));
            inner.driver = next.as_ref().map(|(place, _)| *place);
            heir = next.map(|(_, waker)| waker);
        }
        drop(inner);
        drop(mine);
        if let Some(waker) = heir {
            waker.wake();
        }
    }
}

impl fmt::Debug for Flight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight").field("waiting", &self.lock().waiting).finish_non_exhaustive()
    }
}
