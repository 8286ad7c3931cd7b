//! An issuer that notices two fetches at once, a clock moved by hand, and two runtimes.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use shuttle::future::{JoinHandle, block_on};
use shuttle::thread;
use wml_auth_core::{
    AccessToken, AuthError, AuthProvider as _, AuthRequest, BoxFuture, Clock, Generation, Identity, Moment,
    Secret, TokenSource,
};
use wml_auth_engine::{Engine, Policy, Runtime};

pub(crate) const ANY: AuthRequest = AuthRequest::new();

/// What the issuer does with the fetch of a number, from 1.
#[derive(Clone, Copy)]
pub(crate) enum Deed {
    Token,
    Busy,
    Refuse,
    Panic,
}

/// Answers each fetch after two turns. What it counts is not the checker's business, so the locks are the ordinary ones.
#[derive(Clone)]
pub(crate) struct Issuer {
    deeds: &'static [Deed],
    begun: Arc<AtomicUsize>,
    overlapped: Arc<AtomicBool>,
}

impl Issuer {
    /// Does these deeds in order, and hands out tokens from then on.
    pub(crate) fn new(deeds: &'static [Deed]) -> Self {
        Self { deeds, begun: Arc::default(), overlapped: Arc::default() }
    }

    /// How many fetches it has seen, of which no two were driven at the same time.
    pub(crate) fn begun(&self) -> usize {
        assert!(!self.overlapped.load(Ordering::SeqCst), "two fetches at once");
        self.begun.load(Ordering::SeqCst)
    }

    /// How many engines, fetches and tests still hold it.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.begun)
    }

    pub(crate) fn engine(&self, time: &Time, runtime: impl Runtime + 'static) -> Arc<Engine> {
        let policy = Policy { attempts: 1, early_attempts: 1, ..Policy::default() };
        let builder = Engine::builder(self.clone()).clock(time.clone()).runtime(runtime).policy(policy);
        Arc::new(builder.build())
    }
}

impl TokenSource for Issuer {
    fn fetch<'life0, 'async_trait>(&'life0 self) -> BoxFuture<'async_trait, Result<AccessToken, AuthError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(Exchange { issuer: self.clone(), number, turns: 2 })
    }

    fn identity(&self) -> Identity {
        Identity::new("model", "nowhere", &[])
    }
}

struct Exchange {
    issuer: Issuer,
    number: usize,
    turns: usize,
}

impl Future for Exchange {
    type Output = Result<AccessToken, AuthError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.note_others();
        // Others may go while the work is being polled.
        thread::yield_now();
        self.note_others();
        if self.turns > 0 {
            self.turns -= 1;
            let waker = context.waker().clone();
            match self.turns {
                0 => waker.wake(),
                // As the network would: at some time, from another thread.
                _ => drop(thread::spawn(move || waker.wake())),
            }
            return Poll::Pending;
        }
        let hour = Duration::from_secs(3600);
        Poll::Ready(match self.issuer.deeds.get(self.number - 1).unwrap_or(&Deed::Token) {
            Deed::Token => {
                Ok(AccessToken::new(Secret::new(format!("token-{}", self.number))).with_expires_in(hour))
            }
            Deed::Busy => Err(AuthError::busy("busy")),
            Deed::Refuse => Err(AuthError::rejected("refused")),
            // Past the hook that would report it as the scenario's failure.
            Deed::Panic => std::panic::resume_unwind(Box::new("the issuer fell over")),
        })
    }
}

impl Exchange {
    /// The engine would catch a panic here, so what is wrong is noted for later.
    fn note_others(&self) {
        if self.issuer.begun.load(Ordering::SeqCst) != self.number {
            self.issuer.overlapped.store(true, Ordering::SeqCst);
        }
    }
}

/// Both clocks, moved by hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    pub(crate) fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Time {
    fn now(&self) -> Moment {
        let monotonic = Duration::from_secs(self.0.load(Ordering::SeqCst));
        Moment { wall: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000) + monotonic, monotonic }
    }
}

/// Spawns nothing: callers drive everything. Nothing times out.
pub(crate) struct Callers;

impl Runtime for Callers {
    fn spawn(&self, _: BoxFuture<'static, ()>) -> bool {
        false
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Spawns tasks, and can shut down.
#[derive(Clone, Default)]
pub(crate) struct Tasks(Arc<Mutex<Vec<JoinHandle<()>>>>);

impl Tasks {
    /// Drops every task, wherever it stands.
    pub(crate) fn shut_down(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap());
        for task in tasks {
            task.abort();
        }
    }

    /// Waits until every task is done.
    pub(crate) fn finish(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap());
        for task in tasks {
            block_on(task).unwrap();
        }
    }
}

impl Runtime for Tasks {
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool {
        let task = shuttle::future::spawn(work);
        self.0.lock().unwrap().push(task);
        true
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// A thread that asks for a token, and which generation it got.
pub(crate) fn caller(engine: &Arc<Engine>) -> thread::JoinHandle<Result<Generation, AuthError>> {
    let engine = Arc::clone(engine);
    thread::spawn(move || block_on(engine.authorize(&ANY)).map(|authorization| authorization.generation()))
}

/// A thread that does something with the engine.
pub(crate) fn with<T: Send + 'static>(
    engine: &Arc<Engine>,
    work: impl FnOnce(&Engine) -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    let engine = Arc::clone(engine);
    thread::spawn(move || work(&engine))
}

/// A future that is dropped after so many polls.
pub(crate) struct LeavesAfter<F> {
    pub(crate) polls: usize,
    pub(crate) future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for LeavesAfter<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(left) = self.polls.checked_sub(1) else {
            self.future = None;
            return Poll::Ready(None);
        };
        self.polls = left;
        match &mut self.future {
            Some(future) => future.as_mut().poll(context).map(Some),
            None => Poll::Ready(None),
        }
    }
}

/// Asks for a token, and leaves at the poll of this number if it has not come by then.
pub(crate) fn leaves_after(polls: usize, engine: &Engine) -> Option<Result<Generation, AuthError>> {
    let future = Some(Box::pin(engine.authorize(&ANY)));
    let answer = block_on(LeavesAfter { polls, future })?;
    Some(answer.map(|authorization| authorization.generation()))
}
