//! A source that does as it is told, a time that a test controls, and an executor without a runtime.
#![allow(dead_code, unreachable_pub, reason = "each test file includes this and uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use wml_auth_core::{
    AccessToken, AuthError, BoxFuture, Clock, Credentials, Event, Identity, Moment, Observer, Secret,
    TokenSource,
};
use wml_auth_engine::{Engine, EngineBuilder, Runtime};

/// What the source does when it is asked.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A token of this text, for an hour.
    Token(&'static str),
    /// A token of this text and life.
    Short(&'static str, Duration),
    Fail(AuthError),
    /// Waits for a permit of [`Source::gate`], then does the other thing.
    Gated(Box<Deed>),
    /// Gives way to others so many times, then does the other thing.
    Slow(usize, Box<Deed>),
    PanicAtOnce,
    PanicLater,
    Never,
    /// Goes on and on, a second at a time.
    Trickle,
}

/// Does its deeds in order; the last of them again and again.
#[derive(Clone)]
pub struct Source {
    deeds: Arc<Mutex<VecDeque<Deed>>>,
    calls: Arc<AtomicUsize>,
    pub gate: Arc<Semaphore>,
    name: &'static str,
}

impl Source {
    pub fn new(deeds: impl IntoIterator<Item = Deed>) -> Self {
        let deeds = Arc::new(Mutex::new(deeds.into_iter().collect()));
        Self { deeds, calls: Arc::default(), gate: Arc::new(Semaphore::new(0)), name: "test" }
    }

    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// An engine on this source, on Tokio's time.
    pub fn engine(&self) -> EngineBuilder {
        let time = TokioTime::default();
        // A budget of its own: tests must not run each other out of theirs.
        Engine::builder(self.clone()).clock(time.clone()).runtime(time).retry_budget(Arc::default())
    }

    /// An engine on this source whose callers drive everything.
    pub fn bare_engine(&self) -> EngineBuilder {
        Engine::builder(self.clone()).runtime(NoRuntime)
    }

    pub fn credentials(&self) -> Credentials {
        Credentials::new(self.engine().build())
    }
}

#[async_trait]
impl TokenSource for Source {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mut deed = {
            let mut deeds = self.deeds.lock().unwrap();
            if deeds.len() > 1 { deeds.pop_front().unwrap() } else { deeds[0].clone() }
        };
        loop {
            deed = match deed {
                Deed::Token(text) => return Ok(token(text, Duration::from_secs(3600))),
                Deed::Short(text, life) => return Ok(token(text, life)),
                Deed::Fail(error) => return Err(error),
                Deed::Gated(then) => {
                    self.gate.acquire().await.unwrap().forget();
                    *then
                }
                Deed::Slow(times, then) => {
                    give_way(times).await;
                    *then
                }
                Deed::PanicAtOnce => panic!("at once"),
                Deed::PanicLater => {
                    give_way(1).await;
                    panic!("later")
                }
                Deed::Never => std::future::pending().await,
                Deed::Trickle => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Deed::Trickle
                }
            }
        }
    }

    fn identity(&self) -> Identity {
        Identity::new("test", "nowhere", &[("name", self.name)])
    }
}

pub fn token(text: &'static str, life: Duration) -> AccessToken {
    AccessToken::new(Secret::from(text)).with_expires_in(life)
}

/// Pends so many times, waking itself each time.
pub async fn give_way(mut times: usize) {
    std::future::poll_fn(|context| {
        if times == 0 {
            return Poll::Ready(());
        }
        times -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Tokio's clock, which a test can pause and advance, and a wall clock that can be moved beside it.
#[derive(Clone, Debug, Default)]
pub struct TokioTime {
    start: Arc<Mutex<Option<tokio::time::Instant>>>,
    pub wall_ahead: Arc<Mutex<Duration>>,
}

impl Clock for TokioTime {
    fn now(&self) -> Moment {
        let monotonic = self.start.lock().unwrap().get_or_insert_with(tokio::time::Instant::now).elapsed();
        let wall = SystemTime::UNIX_EPOCH
            + Duration::from_secs(1_000_000)
            + monotonic
            + *self.wall_ahead.lock().unwrap();
        Moment { wall, monotonic }
    }
}

impl Runtime for TokioTime {
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool {
        tokio::spawn(work);
        true
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Both clocks, moved by hand.
#[derive(Clone, Debug, Default)]
pub struct HandTime {
    monotonic: Arc<Mutex<Duration>>,
    wall_ahead: Arc<Mutex<Duration>>,
}

impl HandTime {
    /// Time passes.
    pub fn pass(&self, time: Duration) {
        *self.monotonic.lock().unwrap() += time;
    }

    /// The wall clock alone goes on: the machine sleeps, or somebody sets the clock.
    pub fn wall_jumps(&self, time: Duration) {
        *self.wall_ahead.lock().unwrap() += time;
    }

    /// Somebody sets the clock back, by no more than it has jumped.
    pub fn wall_goes_back(&self, time: Duration) {
        *self.wall_ahead.lock().unwrap() -= time;
    }
}

impl Clock for HandTime {
    fn now(&self) -> Moment {
        let monotonic = *self.monotonic.lock().unwrap();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        Moment { wall: start + monotonic + *self.wall_ahead.lock().unwrap(), monotonic }
    }
}

/// Spawns nothing: callers drive everything.
pub struct NoRuntime;

impl Runtime for NoRuntime {
    fn spawn(&self, _: BoxFuture<'static, ()>) -> bool {
        false
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Runs a future on this thread, without any runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// Counts how often it was woken.
#[derive(Default)]
pub struct Alarm(AtomicUsize);

impl Alarm {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Polls a future for as long as it is woken, and no longer.
pub fn poll_while_woken<T>(mut future: std::pin::Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Poll<T> {
    let alarm = Arc::new(Alarm::default());
    let waker = Waker::from(Arc::clone(&alarm));
    loop {
        let woken = alarm.count();
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending if alarm.count() > woken => {}
            polled => return polled,
        }
    }
}

/// Keeps the names of what happened.
#[derive(Clone, Default)]
pub struct Diary(pub Arc<Mutex<Vec<String>>>);

impl Observer for Diary {
    fn observe(&self, event: &Event<'_>) {
        let name = format!("{event:?}");
        let name = name.split([' ', '{']).next().unwrap_or_default().to_owned();
        self.0.lock().unwrap().push(name);
    }
}

impl Diary {
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Lets every other task on this runtime run until it waits.
pub async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}
