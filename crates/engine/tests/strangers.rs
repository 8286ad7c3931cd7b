//! Code of others that misbehaves: observers, wakers, timers, sources, runtimes.
#![allow(clippy::panic, reason = "that is how it misbehaves")]

mod support;

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use support::{Deed, HandTime, NoRuntime, Source, block_on, give_way, poll_while_woken, settle, token};
use wml_auth_core::{
    AccessToken, AuthError, AuthProvider, AuthRequest, BoxFuture, Clock, Credentials, Event, Identity,
    Moment, Observer, TokenSource,
};
use wml_auth_engine::{Engine, Policy, Runtime};

const ANY: AuthRequest = AuthRequest::new();

struct Clumsy;

impl Observer for Clumsy {
    fn observe(&self, event: &Event<'_>) {
        panic!("cannot cope with {event:?}");
    }
}

/// F54
#[test]
fn an_observer_that_panics_costs_nobody_a_token() {
    let busy = || Deed::Fail(AuthError::busy("busy").with_retry_after(Duration::from_secs(60)));
    let source = Source::new([Deed::Token("first"), busy(), Deed::Token("second")]);
    let time = HandTime::default();
    let engine = source.bare_engine().clock(time.clone()).observer(Clumsy).build();
    let first = block_on(engine.authorize(&ANY)).unwrap();
    engine.reject(&first);
    assert!(block_on(engine.authorize(&ANY)).unwrap_err().is_retryable());
    time.pass(Duration::from_secs(60));
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "second");
    assert_eq!(source.calls(), 3);
}

struct Alarmist;

impl Wake for Alarmist {
    fn wake(self: Arc<Self>) {
        panic!("woken");
    }
}

/// F54
#[test]
fn a_waker_that_panics_keeps_nobody_else_asleep() {
    let source = Source::new([Deed::Slow(3, Box::new(Deed::Token("kept")))]);
    let credentials = Credentials::new(source.bare_engine().build());
    let waker = Waker::from(Arc::new(Alarmist));
    let mut bad = pin!(credentials.authorize(&ANY));
    assert!(bad.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let mut good = pin!(credentials.authorize(&ANY));
    assert!(poll_while_woken(good.as_mut()).is_ready());
}

/// A waker that, when it is dropped, drops another caller's wait for the same token.
struct Entangled {
    #[expect(dead_code, reason = "it is there to be dropped")]
    other: Mutex<BoxFuture<'static, ()>>,
}

impl Wake for Entangled {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn a_waker_may_own_another_caller() {
    let source = Source::new([Deed::Slow(3, Box::new(Deed::Token("kept")))]);
    let credentials = Credentials::new(source.bare_engine().build());
    let owned = credentials.clone();
    let mut other: BoxFuture<'static, ()> = Box::pin(async move {
        let _ = owned.authorize(&ANY).await;
    });
    assert!(other.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let waker = Waker::from(Arc::new(Entangled { other: Mutex::new(other) }));

    let mut caller = pin!(credentials.authorize(&ANY));
    assert!(caller.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    // The last copy of that waker goes when this one takes its place.
    assert!(poll_while_woken(caller.as_mut()).is_ready());
}

struct BrokenTimer;

impl Runtime for BrokenTimer {
    fn spawn(&self, _: BoxFuture<'static, ()>) -> bool {
        false
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        panic!("no threads left");
    }
}

/// F54: and it is remembered, so that a caller who loops does not loop hot.
#[test]
fn a_timer_that_panics_is_a_failure_like_any_other() {
    let source = Source::new([Deed::Token("never asked for")]);
    let engine = Engine::builder(source).clock(HandTime::default()).runtime(BrokenTimer).build();
    for _ in 0..100 {
        assert!(block_on(engine.authorize(&ANY)).is_err());
    }
    let counts = engine.status().counts;
    assert_eq!((counts.refreshes, counts.failures), (2, 2), "the second failure in a row has a pause");
}

struct BrokenSpawner;

impl Runtime for BrokenSpawner {
    fn spawn(&self, _: BoxFuture<'static, ()>) -> bool {
        panic!("not today");
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// F54
#[test]
fn a_runtime_that_panics_is_as_good_as_none() {
    let source = Source::new([Deed::Token("first"), Deed::Token("second")]);
    let engine = Engine::builder(source).clock(HandTime::default()).runtime(BrokenSpawner).build();
    let first = block_on(engine.authorize(&ANY)).unwrap();
    engine.reject(&first);
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "second");
}

/// Panics at its fourth reading, which is the first thing that a fetch does: the engine read it when it was built, then
/// the caller, and the waiter that no runtime took.
#[derive(Debug, Default)]
struct BrokenClock(AtomicUsize);

impl Clock for BrokenClock {
    fn now(&self) -> Moment {
        assert_ne!(self.0.fetch_add(1, Ordering::SeqCst), 3, "stuck");
        Moment { wall: SystemTime::UNIX_EPOCH, monotonic: Duration::ZERO }
    }
}

/// F54
#[test]
fn a_clock_that_panics_frees_the_place() {
    let source = Source::new([Deed::Token("next")]);
    let engine = source.bare_engine().clock(BrokenClock::default()).build();
    assert!(block_on(engine.authorize(&ANY)).is_err());
    assert!(!engine.status().refreshing);
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "next");
}

/// Asks its own engine for a token, as a badly wired provider would.
struct Ouroboros(OnceLock<Weak<Engine>>);

#[async_trait]
impl TokenSource for Ouroboros {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        match self.0.get().and_then(Weak::upgrade) {
            Some(engine) => {
                engine.authorize(&ANY).await.map(|_| token("impossible", Duration::from_secs(60)))
            }
            None => Err(AuthError::absent("no engine")),
        }
    }

    fn identity(&self) -> Identity {
        Identity::new("ouroboros", "itself", &[])
    }
}

struct Lent(Arc<Ouroboros>);

impl TokenSource for Lent {
    fn fetch<'life0, 'async_trait>(&'life0 self) -> BoxFuture<'async_trait, Result<AccessToken, AuthError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        self.0.fetch()
    }

    fn identity(&self) -> Identity {
        self.0.identity()
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_waits_for_itself_runs_out_of_time() {
    let source = Arc::new(Ouroboros(OnceLock::new()));
    let time = support::TokioTime::default();
    let engine =
        Arc::new(Engine::builder(Lent(Arc::clone(&source))).clock(time.clone()).runtime(time).build());
    source.0.set(Arc::downgrade(&engine)).unwrap();
    assert!(engine.authorize(&ANY).await.unwrap_err().is_unreachable());
}

/// Counts how many of it there are.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Alive {
    alive: Arc<AtomicUsize>,
    polls: usize,
}

#[async_trait]
impl TokenSource for Alive {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.alive.fetch_add(1, Ordering::SeqCst);
        let _guard = Counted(Arc::clone(&self.alive));
        give_way(self.polls).await;
        Ok(token("alive", Duration::from_secs(3600)))
    }

    fn identity(&self) -> Identity {
        Identity::new("alive", "nowhere", &[])
    }
}

#[test]
fn an_engine_that_goes_takes_a_fetch_along_that_nobody_waits_for() {
    let alive = Arc::new(AtomicUsize::new(0));
    let source = Alive { alive: Arc::clone(&alive), polls: 9 };
    let engine = Engine::builder(source).runtime(NoRuntime).build();
    let mut caller: Pin<Box<_>> = Box::pin(engine.authorize(&ANY));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(caller);
    assert_eq!(alive.load(Ordering::SeqCst), 1, "it is kept for the next caller");
    drop(engine);
    assert_eq!(alive.load(Ordering::SeqCst), 0);
}

/// A spawned fetch ends by itself when the engine is gone. (F52)
#[tokio::test]
async fn an_engine_may_go_while_its_fetch_is_under_way() {
    let alive = Arc::new(AtomicUsize::new(0));
    let engine = Engine::new(Alive { alive: Arc::clone(&alive), polls: 9 });
    {
        let mut caller = pin!(engine.authorize(&ANY));
        assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    drop(engine);
    settle().await;
    assert_eq!(alive.load(Ordering::SeqCst), 0);
}

/// A runtime that takes work and drops it, as one does that shuts down. (F52)
struct Closing;

impl Runtime for Closing {
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool {
        drop(work);
        true
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_runtime_that_shuts_down_leaves_the_work_to_the_callers() {
    let source = Source::new([Deed::Slow(3, Box::new(Deed::Token("kept")))]);
    let engine = Engine::builder(source.clone()).runtime(Closing).build();
    let Poll::Ready(answer) = poll_while_woken(pin!(engine.authorize(&ANY))) else { panic!("left waiting") };
    assert_eq!(answer.unwrap().expose_token(), "kept");
}

/// An early renewal whose runtime went away is begun again on the next one, in good time. (F51, F59)
#[test]
fn an_early_renewal_outlives_its_runtime() {
    let source = Source::new([Deed::Token("old"), Deed::Token("new")]);
    let time = HandTime::default();
    let engine = Engine::builder(source.clone()).clock(time.clone()).build();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let serve = || engine.ready(&ANY).unwrap().expose_token().to_owned();

    let first = runtime();
    first.block_on(engine.authorize(&ANY)).unwrap();
    time.pass(Duration::from_secs(50 * 60));
    first.block_on(async { assert_eq!(serve(), "old") });
    drop(first);
    assert_eq!(source.calls(), 1, "the renewal was spawned, and dropped before it began");

    runtime().block_on(async {
        assert_eq!(serve(), "old");
        settle().await;
        assert_eq!(source.calls(), 1, "it may yet come");
        time.pass(Duration::from_secs(6));
        assert_eq!(serve(), "old");
        settle().await;
        assert_eq!(serve(), "new");
    });
    assert_eq!((source.calls(), engine.status().counts.refreshes), (2, 2));
}

/// F29
#[test]
fn endless_times_are_no_trouble() {
    let policy = Policy { deadline: Duration::MAX, longest_life: Duration::MAX, ..Policy::default() };
    let source = Source::new([Deed::Short("kept", Duration::MAX)]);
    let engine = Engine::builder(source).policy(policy).build();
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "kept");
    assert!(engine.ready(&ANY).is_some());
}

#[test]
fn a_token_of_a_mebibyte_is_a_token() {
    let long: &'static str = Box::leak("x".repeat(1 << 20).into_boxed_str());
    let engine = Source::new([Deed::Token(long)]).bare_engine().build();
    let authorization = block_on(engine.authorize(&ANY)).unwrap();
    assert_eq!(authorization.expose_token().len(), 1 << 20);
    assert!(format!("{engine:?} {authorization:?}").len() < 1000);
}
