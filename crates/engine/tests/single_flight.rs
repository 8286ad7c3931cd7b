//! One fetch at a time, whoever comes and goes.

mod support;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use support::{Deed, NoRuntime, Source, block_on, settle};
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

/// The driver leaves, its heir leaves before it was polled, and the third still finishes.
#[test]
fn the_work_is_passed_on_past_an_heir_who_leaves() {
    let source = Source::new([Deed::Slow(3, Box::new(Deed::Token("kept")))]);
    let credentials = Credentials::new(Engine::builder(source.clone()).runtime(NoRuntime).build());
    let mut context = Context::from_waker(Waker::noop());
    let mut driver = Box::pin(credentials.authorize(&ANY));
    let mut heir = Box::pin(credentials.authorize(&ANY));
    assert!(driver.as_mut().poll(&mut context).is_pending());
    assert!(heir.as_mut().poll(&mut context).is_pending());

    let woken = Arc::new(support_waker::Count::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut third = Box::pin(credentials.authorize(&ANY));
    assert!(third.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());

    drop(driver);
    assert_eq!(woken.count(), 0, "the heir comes first");
    drop(heir);
    assert_eq!(woken.count(), 1, "then the third");
    assert_eq!(block_on(third).unwrap().expose_token(), "kept");
    assert_eq!(source.calls(), 1);
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

mod support_waker {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    #[derive(Default)]
    pub(super) struct Count(AtomicUsize);

    impl Count {
        pub(super) fn count(&self) -> usize {
            self.0.load(Ordering::SeqCst)
        }
    }

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}
