//! One piece of work that many callers wait for and any of them can drive.
//!
//! The work belongs to the flight, not to a caller. When it can go on, all who wait are woken, and the first of them to
//! come polls it. So nobody depends on anybody else: a waiter may be dropped, its task may never be polled again, its
//! runtime may have been shut down or sit idle; whoever is left goes on where the work stopped. Where a runtime is at
//! hand, one of the waiters is a spawned task.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::process;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use wml_auth_core::{AuthError, BoxFuture, Clock, Moment};

use crate::bell::Bell;
use crate::fetch::Fetched;
use crate::planted::{self, Defect};
use crate::sync::{Mutex, lock};

/// What every waiter gets.
pub(crate) type Outcome = Result<Fetched, AuthError>;

type Work = BoxFuture<'static, Outcome>;

/// The shared work.
pub(crate) struct Flight {
    clock: Arc<dyn Clock>,
    bell: Arc<Bell>,
    /// A forked child has a copy of the flight, but none of the threads that moved it.
    process: u32,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Taken out while somebody polls it, so that the lock is never held across a poll.
    work: Option<Work>,
    outcome: Option<Outcome>,
    tickets: u64,
    waiting: usize,
    /// When the last waiter left it unfinished.
    orphaned_at: Option<Moment>,
}

/// One caller's wait for a flight. Dropping it leaves the flight to the others.
pub(crate) struct Waiter {
    flight: Arc<Flight>,
    ticket: u64,
}

/// What a waiter finds when it comes to look.
enum Find {
    Landed(Outcome),
    Work(Work),
    NothingToDo,
}

/// A flight that nobody has driven for this long is not resumed: its connection will not be what it was.
pub(crate) const STALE: Duration = Duration::from_secs(5);

impl Flight {
    pub(crate) fn new(clock: Arc<dyn Clock>, work: Work) -> Arc<Self> {
        let inner = Inner { work: Some(work), outcome: None, tickets: 0, waiting: 0, orphaned_at: None };
        Arc::new(Self { clock, bell: Bell::new(), process: this_process(), inner: Mutex::new(inner) })
    }

    /// Joins the waiters.
    pub(crate) fn join(self: &Arc<Self>) -> Waiter {
        let mut inner = lock(&self.inner);
        inner.tickets += 1;
        inner.waiting += 1;
        inner.orphaned_at = None;
        Waiter { flight: Arc::clone(self), ticket: inner.tickets }
    }

    /// Whether it is of no more use: left alone for too long, or begun by the process that this one was forked from.
    pub(crate) fn is_lost(&self, now: Moment) -> bool {
        let orphaned_at = lock(&self.inner).orphaned_at;
        self.process != this_process() || orphaned_at.is_some_and(|since| now.since(since) > STALE)
    }

    fn look(&self) -> Find {
        let mut inner = lock(&self.inner);
        if let Some(outcome) = &inner.outcome {
            return Find::Landed(outcome.clone());
        }
        match inner.work.is_some() && self.bell.answer() {
            true => inner.work.take().map_or(Find::NothingToDo, Find::Work),
            false => Find::NothingToDo,
        }
    }

    fn drive(&self, mut work: Work) -> Poll<Outcome> {
        let waker = Waker::from(Arc::clone(&self.bell));
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut Context::from_waker(&waker))));
        let outcome = match polled {
            Ok(Poll::Pending) => {
                lock(&self.inner).work = Some(work);
                // Whoever was woken meanwhile came and found the work gone.
                self.bell.ring_on();
                return Poll::Pending;
            }
            Ok(Poll::Ready(outcome)) => outcome,
            Err(_) => Err(AuthError::internal("obtaining a token panicked")),
        };
        // What the work owns may run code of its own when it is dropped: not under the lock.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(work)));
        lock(&self.inner).outcome = Some(outcome.clone());
        self.bell.ring();
        Poll::Ready(outcome)
    }
}

fn this_process() -> u32 {
    // Elsewhere nothing forks, and some platforms have no processes to tell apart.
    if cfg!(unix) { process::id() } else { 0 }
}

impl Future for Waiter {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let Self { flight, ticket } = &*self;
        // First listen, then look: what happens in between rings the bell.
        if !planted::has(Defect::LateListener) {
            flight.bell.listen(*ticket, context.waker());
        }
        let found = flight.look();
        if planted::has(Defect::LateListener) {
            flight.bell.listen(*ticket, context.waker());
        }
        match found {
            Find::Landed(outcome) => Poll::Ready(outcome),
            Find::Work(work) => flight.drive(work),
            Find::NothingToDo => Poll::Pending,
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.flight.bell.leave(self.ticket);
        let now = self.flight.clock.now();
        let mut inner = lock(&self.flight.inner);
        inner.waiting = inner.waiting.saturating_sub(1);
        if inner.waiting == 0 {
            inner.orphaned_at = Some(now);
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        // Given up unfinished, the source's future is dropped here, perhaps by a caller who has nothing to do with it.
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        let work = inner.work.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(work)));
    }
}

impl fmt::Debug for Flight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight").field("waiting", &lock(&self.inner).waiting).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[derive(Debug)]
    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Moment {
            at(0)
        }
    }

    fn at(millis: u64) -> Moment {
        Moment { wall: SystemTime::UNIX_EPOCH, monotonic: Duration::from_millis(millis) }
    }

    fn flight() -> Arc<Flight> {
        Flight::new(Arc::new(Stopped), Box::pin(std::future::pending()))
    }

    #[test]
    fn a_flight_is_lost_when_nobody_has_waited_for_five_seconds() {
        let flight = flight();
        let (first, second) = (flight.join(), flight.join());
        drop(first);
        assert!(!flight.is_lost(at(3_600_000)), "somebody waits");
        drop(second);
        assert!(!flight.is_lost(at(5000)) && flight.is_lost(at(5001)));
        let third = flight.join();
        assert!(!flight.is_lost(at(5001)), "somebody came");
        drop(third);
        assert!(flight.is_lost(at(5001)));
    }

    /// F53
    #[test]
    fn a_forked_child_does_not_go_on_with_its_parents_flight() {
        let mut flight = flight();
        assert!(!flight.is_lost(at(0)));
        Arc::get_mut(&mut flight).unwrap().process += 1;
        assert!(flight.is_lost(at(0)));
        assert_eq!(this_process(), if cfg!(unix) { process::id() } else { 0 });
    }

    /// Panics when it is dropped.
    struct Brittle;

    impl Drop for Brittle {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("broken"));
        }
    }

    /// F54
    #[test]
    fn work_that_panics_when_it_is_dropped_is_nobodys_trouble() {
        let brittle = Brittle;
        let work = async move {
            let _brittle = brittle;
            std::future::pending().await
        };
        drop(Flight::new(Arc::new(Stopped), Box::pin(work)));
    }

    /// F54
    #[test]
    fn work_that_panics_is_an_error_for_all() {
        let flight = Flight::new(
            Arc::new(Stopped),
            Box::pin(std::future::poll_fn(|_| std::panic::resume_unwind(Box::new("broken")))),
        );
        let mut context = Context::from_waker(Waker::noop());
        for mut waiter in [flight.join(), flight.join()] {
            let Poll::Ready(Err(error)) = Pin::new(&mut waiter).poll(&mut context) else {
                panic!("no error")
            };
            assert_eq!(error.message(), "obtaining a token panicked");
        }
    }
}
