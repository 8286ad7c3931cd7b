//! One fetch at a time, whoever comes and goes.

mod support;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use support::{Alarm, Deed, NoRuntime, Source, block_on, poll_while_woken, settle};
use wml_auth_core::{AuthError, AuthRequest, Credentials};
use wml_auth_engine::Engine;

const ANY: AuthRequest = AuthRequest::new();

#[tokio::test]
async fn a_thousand_cold_callers_make_one_fetch() {
    let source = Source::new([Deed::Gated(Box::new(Deed::Token("shared")))]);
    let credentials = source.credentials();
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.authorize(&ANY).await.unwrap().expose_token().to_owned() })
        })
        .collect();
    settle().await;
    source.gate.add_permits(1000);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "shared");
    }
    assert_eq!(source.calls(), 1);
}

#[tokio::test]
async fn a_hundred_callers_share_one_failure_and_the_next_tries_again() {
    let refused = AuthError::rejected("refused").with_code("BXNIM0415E");
    let failing = Deed::Gated(Box::new(Deed::Fail(refused)));
    let source = Source::new([failing.clone(), failing, Deed::Token("healed")]);
    let credentials = source.credentials();
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(
                async move { credentials.authorize(&ANY).await.unwrap_err().code().map(str::to_owned) },
            )
        })
        .collect();
    settle().await;
    source.gate.add_permits(1);
    for caller in callers {
        assert_eq!(caller.await.unwrap().as_deref(), Some("BXNIM0415E"));
    }
    assert_eq!(source.calls(), 1);
    // Answered from memory: the issuer is not asked.
    assert_eq!(credentials.authorize(&ANY).await.unwrap_err().code(), Some("BXNIM0415E"));
    assert_eq!(source.calls(), 1);
}

/// F12: what is slow for one credential is nothing to another.
#[tokio::test]
async fn each_engine_has_a_flight_of_its_own() {
    let slow = Source::new([Deed::Gated(Box::new(Deed::Token("slow")))]).named("slow");
    let fast = Source::new([Deed::Token("fast")]).named("fast");
    let (slow_credentials, fast_credentials) = (slow.credentials(), fast.credentials());
    let waiting = tokio::spawn(async move { slow_credentials.authorize(&ANY).await });
    settle().await;
    assert_eq!(slow.calls(), 1);
    assert_eq!(fast_credentials.authorize(&ANY).await.unwrap().expose_token(), "fast");
    assert!(!waiting.is_finished());
    slow.gate.add_permits(1);
    assert_eq!(waiting.await.unwrap().unwrap().expose_token(), "slow");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_heals_by_itself() {
    let source = Source::new([Deed::Fail(AuthError::rejected("refused")), Deed::Token("healed")]);
    let credentials = source.credentials();
    assert!(credentials.authorize(&ANY).await.is_err());
    tokio::time::advance(std::time::Duration::from_secs(6)).await;
    assert_eq!(credentials.authorize(&ANY).await.unwrap().expose_token(), "healed");
}

/// Each caller is dropped after so many polls, with nothing but callers to drive the fetch.
#[test]
fn a_caller_may_leave_at_any_await_point() {
    for leaves_after in 0..8 {
        let source = Source::new([Deed::Slow(5, Box::new(Deed::Token("kept")))]);
        let credentials = Credentials::new(Engine::builder(source.clone()).runtime(NoRuntime).build());
        let mut context = Context::from_waker(Waker::noop());
        let mut stays = pin!(credentials.authorize(&ANY));
        assert!(leaves_after % 2 == 1 || stays.as_mut().poll(&mut context).is_pending());
        {
            let mut leaves = pin!(credentials.authorize(&ANY));
            for _ in 0..leaves_after {
                if leaves.as_mut().poll(&mut context).is_ready() {
                    break;
                }
            }
        }
        assert_eq!(block_on(stays).unwrap().expose_token(), "kept", "left after {leaves_after} polls");
        assert_eq!(source.calls(), 1, "left after {leaves_after} polls");
    }
}

/// Who drove it leaves, who was woken to go on leaves too, and the third still finishes. (F10)
#[test]
fn the_work_goes_on_past_those_who_leave() {
    let source = Source::new([Deed::Slow(3, Box::new(Deed::Token("kept")))]);
    let credentials = Credentials::new(source.bare_engine().build());
    let mut context = Context::from_waker(Waker::noop());
    let mut first = Box::pin(credentials.authorize(&ANY));
    let mut second = Box::pin(credentials.authorize(&ANY));
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());

    let alarm = Arc::new(Alarm::default());
    let waker = Waker::from(Arc::clone(&alarm));
    let mut third = Box::pin(credentials.authorize(&ANY));
    assert!(third.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(alarm.count() > 0, "all who wait are told that the work can go on");

    drop(first);
    drop(second);
    assert_eq!(block_on(third).unwrap().expose_token(), "kept");
    assert_eq!(source.calls(), 1);
}

/// A task whose runtime sits idle has driven the fetch, and is neither polled again nor dropped. (F51)
#[test]
fn a_task_that_nobody_polls_holds_nobody_up() {
    for polls in 0..5 {
        let source = Source::new([Deed::Slow(5, Box::new(Deed::Token("kept")))]);
        let credentials = Credentials::new(source.bare_engine().build());
        let mut idle = Box::pin(credentials.authorize(&ANY));
        for _ in 0..polls {
            assert!(idle.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        let Poll::Ready(answer) = poll_while_woken(pin!(credentials.authorize(&ANY))) else {
            panic!("the other caller waits for a task that nobody polls")
        };
        assert_eq!(answer.unwrap().expose_token(), "kept");
        assert_eq!(source.calls(), 1);
        assert!(poll_while_woken(idle.as_mut()).is_ready(), "and it gets the same, should it come");
    }
}

#[test]
fn the_only_caller_may_leave_and_the_next_goes_on_with_the_same_fetch() {
    let source = Source::new([Deed::Slow(3, Box::new(Deed::Token("kept")))]);
    let credentials = Credentials::new(Engine::builder(source.clone()).runtime(NoRuntime).build());
    {
        let mut only = pin!(credentials.authorize(&ANY));
        assert!(only.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(block_on(credentials.authorize(&ANY)).unwrap().expose_token(), "kept");
    assert_eq!(source.calls(), 1);
}

#[tokio::test]
async fn a_panicking_source_is_an_error_and_frees_the_place() {
    for deed in [Deed::PanicAtOnce, Deed::PanicLater] {
        let source = Source::new([deed, Deed::Token("next")]);
        let credentials = source.credentials();
        assert!(credentials.authorize(&ANY).await.unwrap_err().to_string().contains("panicked"));
        assert_eq!(credentials.authorize(&ANY).await.unwrap().expose_token(), "next");
        assert_eq!(source.calls(), 2);
    }
}

#[test]
fn an_engine_outlives_the_runtime_it_was_first_used_on() {
    let source = Source::new([Deed::Gated(Box::new(Deed::Token("across")))]);
    let credentials = Credentials::new(Engine::new(source.clone()));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let first = runtime();
    first.block_on(async {
        let waiting = credentials.clone();
        tokio::spawn(async move { waiting.authorize(&ANY).await });
        settle().await;
    });
    drop(first);

    source.gate.add_permits(1);
    let second = runtime();
    assert_eq!(second.block_on(credentials.authorize(&ANY)).unwrap().expose_token(), "across");
    assert_eq!(source.calls(), 1, "the fetch begun on the first runtime was finished on the second");
}

#[test]
fn no_runtime_is_needed_at_all() {
    let source = Source::new([Deed::Slow(2, Box::new(Deed::Token("bare")))]);
    let credentials = Credentials::new(Engine::new(source));
    assert_eq!(block_on(credentials.authorize(&ANY)).unwrap().expose_token(), "bare");
}
