//! Clocks that disagree: with each other, with the issuer's, and with the timer.

mod support;

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use async_trait::async_trait;
use support::{Deed, HandTime, NoRuntime, Source, TokioTime, block_on, give_way, token};
use wml_auth_core::{
    AccessToken, AuthError, AuthProvider, AuthRequest, BoxFuture, Clock, Generation, Identity, TokenSource,
};
use wml_auth_engine::{Engine, Runtime};

const ANY: AuthRequest = AuthRequest::new();
const MINUTE: Duration = Duration::from_secs(60);

/// The machine sleeps between the arrival of the token and the caller's turn. (F23)
#[test]
fn a_waiter_who_comes_after_the_end_gets_a_new_token() {
    let source =
        Source::new([Deed::Slow(2, Box::new(Deed::Token("old"))), Deed::Token("new"), Deed::Token("newer")]);
    let time = HandTime::default();
    let engine = source.bare_engine().clock(time.clone()).build();
    let mut late = pin!(engine.authorize(&ANY));
    assert!(late.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "old");
    time.wall_jumps(120 * MINUTE);
    assert_eq!(block_on(late).unwrap().expose_token(), "new");
    assert_eq!(source.calls(), 2);
}

/// It has just as much left as anybody is handed: ten seconds.
#[test]
fn a_waiter_who_comes_at_the_last_moment_is_served() {
    let source = Source::new([Deed::Slow(2, Box::new(Deed::Token("old"))), Deed::Token("new")]);
    let time = HandTime::default();
    let engine = source.bare_engine().clock(time.clone()).build();
    let mut late = pin!(engine.authorize(&ANY));
    assert!(late.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "old");
    time.pass(Duration::from_secs(3590));
    assert_eq!(block_on(late).unwrap().expose_token(), "old");
    assert_eq!(source.calls(), 1);
}

/// A source during whose first exchange the wall clock jumps.
struct Jumpy {
    time: HandTime,
    inner: Source,
}

#[async_trait]
impl TokenSource for Jumpy {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        if self.inner.calls() == 0 {
            self.time.wall_jumps(120 * MINUTE);
        }
        self.inner.fetch().await
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }
}

/// Pauses end at once.
struct Hasty;

impl Runtime for Hasty {
    fn spawn(&self, _: BoxFuture<'static, ()>) -> bool {
        false
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        match time > Duration::from_secs(5) {
            true => Box::pin(std::future::pending()),
            false => Box::pin(give_way(1)),
        }
    }
}

/// The clock is set, or the machine sleeps, while the first token is on its way: nobody is failed for it. (F24)
#[test]
fn a_jump_during_the_exchange_costs_one_more_attempt() {
    let inner = Source::new([Deed::Token("dead on arrival"), Deed::Token("alive")]);
    let time = HandTime::default();
    let source = Jumpy { time: time.clone(), inner: inner.clone() };
    let engine = Engine::builder(source).clock(time).runtime(Hasty).build();
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "alive");
    assert_eq!(inner.calls(), 2);
}

/// A source that takes its time.
struct Slow {
    time: HandTime,
    takes: Duration,
    inner: Source,
}

#[async_trait]
impl TokenSource for Slow {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.time.pass(self.takes);
        self.inner.fetch().await
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }
}

/// What it brings has less left than a caller would wait for anew, and more than the guard: it is used. (F30)
#[test]
fn what_was_waited_for_is_used_though_it_came_late() {
    let inner = Source::new([Deed::Short("late", MINUTE)]);
    let time = HandTime::default();
    let source = Slow { time: time.clone(), takes: Duration::from_secs(48), inner: inner.clone() };
    let engine = Engine::builder(source).clock(time).runtime(NoRuntime).build();
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().expose_token(), "late");
    assert_eq!(inner.calls(), 1);
    // Who named a minimum, and waited, is told when it is not met.
    for (least, met) in [(12, true), (13, false)] {
        let inner = Source::new([Deed::Short("late", MINUTE)]);
        let time = HandTime::default();
        let source = Slow { time: time.clone(), takes: Duration::from_secs(48), inner: inner.clone() };
        let engine = Engine::builder(source).clock(time).runtime(NoRuntime).build();
        let request = AuthRequest::new().with_min_lifetime(Duration::from_secs(least));
        match block_on(engine.authorize(&request)) {
            Ok(authorization) => assert!(met && authorization.expose_token() == "late"),
            Err(error) => assert!(!met && error.is_misconfigured(), "{error}"),
        }
        assert_eq!(inner.calls(), 1);
    }
}

/// The calendar says that it has ended and nothing else has happened, or time has passed that the calendar denies. (F23, F24)
#[test]
fn either_clock_alone_ends_a_warm_call() {
    let warm = |time: &HandTime| {
        let engine = Source::new([Deed::Token("kept")]).bare_engine().clock(time.clone()).build();
        block_on(engine.authorize(&ANY)).unwrap();
        assert!(engine.ready(&ANY).is_some());
        engine
    };
    let calendar = HandTime::default();
    let engine = warm(&calendar);
    calendar.wall_jumps(120 * MINUTE);
    assert!(engine.ready(&ANY).is_none());

    let set_back = HandTime::default();
    set_back.wall_jumps(240 * MINUTE);
    let engine = warm(&set_back);
    set_back.wall_goes_back(120 * MINUTE);
    set_back.pass(61 * MINUTE);
    assert!(engine.ready(&ANY).is_none());
}

/// F30
#[test]
fn a_warm_call_serves_to_the_last_moment_and_no_longer() {
    let time = HandTime::default();
    let engine = Source::new([Deed::Token("kept")]).bare_engine().clock(time.clone()).build();
    block_on(engine.authorize(&ANY)).unwrap();
    time.pass(59 * MINUTE);
    assert!(engine.ready(&ANY).is_some());
    time.pass(Duration::from_millis(1));
    assert!(engine.ready(&ANY).is_none());
    let modest = AuthRequest::new().with_min_lifetime(Duration::ZERO);
    time.pass(Duration::from_millis(49_999));
    assert!(engine.ready(&modest).is_some());
    time.pass(Duration::from_millis(1));
    assert!(engine.ready(&modest).is_none());
}

/// From memory, an error that may pass says how long it still takes, and one that may not says nothing of the kind. (F36)
#[test]
fn what_is_answered_from_memory_counts_down() {
    let busy = AuthError::busy("busy").with_retry_after(MINUTE);
    for (error, told) in [(busy, Some(Duration::from_secs(40))), (AuthError::rejected("no"), None)] {
        let time = HandTime::default();
        let engine = Source::new([Deed::Fail(error)]).bare_engine().clock(time.clone()).build();
        assert!(block_on(engine.authorize(&ANY)).is_err());
        time.pass(if told.is_some() { Duration::from_secs(20) } else { Duration::from_secs(1) });
        assert_eq!(block_on(engine.authorize(&ANY)).unwrap_err().retry_after(), told);
    }
}

/// The engine's clock stands still, and the timer does not.
struct Frozen(TokioTime);

impl Runtime for Frozen {
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool {
        self.0.spawn(work)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(time)
    }
}

/// F47
#[tokio::test(start_paused = true)]
async fn the_deadline_holds_though_the_clock_stands_still() {
    let busy = || Deed::Fail(AuthError::busy("busy").with_retry_after(Duration::from_secs(9)));
    let source = Source::new([busy(), busy(), busy(), busy(), Deed::Never]);
    let start = tokio::time::Instant::now();
    let engine = Engine::builder(source.clone())
        .clock(HandTime::default())
        .runtime(Frozen(TokioTime::default()))
        .policy(wml_auth_engine::Policy { attempts: 100, ..Default::default() })
        .build();
    assert!(engine.authorize(&ANY).await.unwrap_err().is_unreachable());
    assert_eq!(start.elapsed().as_secs(), 30);
    assert_eq!(source.calls(), 4);
}

/// F32: the issuer has no other token than the one that the service refuses.
#[test]
fn a_token_that_comes_back_after_its_rejection_keeps_its_generation() {
    let source = Source::new([Deed::Token("sticky")]);
    let time = HandTime::default();
    let engine = source.bare_engine().clock(time.clone()).build();
    let mut last = block_on(engine.authorize(&ANY)).unwrap();
    for _ in 0..100 {
        engine.reject(&last);
        last = block_on(engine.authorize(&ANY)).unwrap();
        assert_eq!(last.generation(), Generation(1), "which says that there is no other");
    }
    assert_eq!(source.calls(), 2, "it was looked for once");
    time.pass(31 * Duration::from_secs(1));
    engine.reject(&last);
    block_on(engine.authorize(&ANY)).unwrap();
    assert_eq!(source.calls(), 3, "and now and then");
}

/// A token that says when it came, by a clock that runs ahead of ours.
struct Foreign(Duration);

#[async_trait]
impl TokenSource for Foreign {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let time = HandTime::default();
        time.pass(self.0);
        Ok(token("foreign", 60 * MINUTE).with_received(time.now()))
    }

    fn identity(&self) -> Identity {
        Identity::new("foreign", "nowhere", &[])
    }
}

#[test]
fn a_receipt_that_is_still_to_come_prolongs_nothing() {
    let time = HandTime::default();
    let engine = Engine::builder(Foreign(600 * MINUTE)).clock(time.clone()).runtime(NoRuntime).build();
    block_on(engine.authorize(&ANY)).unwrap();
    time.pass(60 * MINUTE);
    assert!(engine.ready(&ANY).is_none());
}
