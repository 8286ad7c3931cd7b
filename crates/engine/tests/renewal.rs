//! Early renewal, retries, bad tokens and rejection.

mod support;

use std::sync::Arc;
use std::time::Duration;

use support::{Deed, Diary, Source, settle};
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Credentials, Generation};
use wml_auth_engine::{Phase, RetryBudget};

const ANY: AuthRequest = AuthRequest::new();
const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn a_slow_renewal_delays_nobody() {
    let source = Source::new([Deed::Token("old"), Deed::Gated(Box::new(Deed::Token("new")))]);
    let engine = source.engine().build();
    engine.authorize(&ANY).await.unwrap();
    tokio::time::advance(50 * MINUTE).await;
    assert_eq!(engine.status().phase, Phase::Due);
    for _ in 0..100 {
        assert_eq!(engine.ready(&ANY).unwrap().expose_token(), "old");
    }
    settle().await;
    assert_eq!(source.calls(), 2, "one renewal was begun");
    source.gate.add_permits(1);
    settle().await;
    let renewed = engine.ready(&ANY).unwrap();
    assert_eq!((renewed.expose_token(), renewed.generation()), ("new", Generation(2)));
    assert_eq!(engine.status().phase, Phase::Fresh);
}

#[tokio::test(start_paused = true)]
async fn a_failing_renewal_fails_nobody_until_the_token_ends() {
    let down = Deed::Fail(AuthError::busy("down").with_status(503));
    let source = Source::new([Deed::Token("old"), down]);
    let diary = Diary::default();
    let credentials = Credentials::new(source.engine().observer(diary.clone()).build());
    credentials.authorize(&ANY).await.unwrap();
    tokio::time::advance(50 * MINUTE).await;
    for _ in 0..8 {
        assert_eq!(credentials.authorize(&ANY).await.unwrap().expose_token(), "old");
        settle().await;
        tokio::time::advance(MINUTE).await;
    }
    assert!(diary.lines().iter().any(|line| line == "ServedStale"), "{:?}", diary.lines());
    tokio::time::advance(2 * MINUTE).await;
    let error = credentials.authorize(&ANY).await.unwrap_err();
    assert!(error.is_retryable() && error.status() == Some(503), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again() {
    let busy = || Deed::Fail(AuthError::busy("busy").with_status(429));
    let source = Source::new([busy(), busy(), busy(), Deed::Token("at last")]);
    assert_eq!(source.credentials().authorize(&ANY).await.unwrap().expose_token(), "at last");
    assert_eq!(source.calls(), 4);

    let source = Source::new([busy()]);
    assert_eq!(source.credentials().authorize(&ANY).await.unwrap_err().status(), Some(429));
    assert_eq!(source.calls(), 4, "not for ever");
}

/// F34: however many callers press, one refresh asks four times, and the pauses grow from there.
#[tokio::test(start_paused = true)]
async fn callers_who_press_do_not_multiply_the_attempts() {
    let source = Source::new([Deed::Fail(AuthError::busy("busy").with_status(503))]);
    let credentials = source.credentials();
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.authorize(&ANY).await.is_err() })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap());
    }
    assert_eq!(source.calls(), 4);
}

/// F48: a connection that was reset while it lay idle is nobody's trouble.
#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_made_good_by_the_next() {
    let source = Source::new([Deed::Fail(AuthError::unreachable("reset by peer")), Deed::Token("fresh")]);
    let start = tokio::time::Instant::now();
    assert_eq!(source.credentials().authorize(&ANY).await.unwrap().expose_token(), "fresh");
    assert!(start.elapsed() <= Duration::from_millis(201), "{:?}", start.elapsed());
    assert_eq!(source.calls(), 2);
}

/// F47: an issuer that sends a byte a second is busy all the time and never done.
#[tokio::test(start_paused = true)]
async fn an_answer_that_trickles_in_is_given_up() {
    let source = Source::new([Deed::Trickle]);
    let start = tokio::time::Instant::now();
    assert!(source.credentials().authorize(&ANY).await.unwrap_err().is_unreachable());
    assert_eq!(start.elapsed().as_secs(), 30);
}

/// F9: with a token in hand the refresh has a shorter deadline, and nobody waits for it.
#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_is_given_up_after_fifteen_seconds() {
    let source = Source::new([Deed::Token("old"), Deed::Never]);
    let engine = source.engine().build();
    engine.authorize(&ANY).await.unwrap();
    tokio::time::advance(50 * MINUTE).await;
    assert!(engine.ready(&ANY).is_some());
    settle().await;
    tokio::time::advance(Duration::from_millis(14_900)).await;
    settle().await;
    assert!(engine.status().refreshing);
    tokio::time::advance(Duration::from_millis(200)).await;
    settle().await;
    assert!(!engine.status().refreshing && engine.ready(&ANY).is_some());
}

#[tokio::test(start_paused = true)]
async fn what_will_not_pass_is_not() {
    let errors = [
        AuthError::absent("none"),
        AuthError::rejected("no"),
        AuthError::misconfigured("no"),
        AuthError::invalid_answer("what"),
    ];
    for error in errors {
        let source = Source::new([Deed::Fail(error)]);
        let credentials = source.credentials();
        assert!(credentials.authorize(&ANY).await.is_err());
        assert!(credentials.authorize(&ANY).await.is_err());
        assert_eq!(source.calls(), 1, "the second was answered from memory");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_when_there_is_time_and_told_when_there_is_not() {
    let busy = |secs| Deed::Fail(AuthError::busy("busy").with_retry_after(Duration::from_secs(secs)));
    let start = tokio::time::Instant::now();
    let source = Source::new([busy(7), Deed::Token("after")]);
    assert!(source.credentials().authorize(&ANY).await.is_ok());
    assert!((7.0..7.5).contains(&start.elapsed().as_secs_f64()), "{:?}", start.elapsed());

    let start = tokio::time::Instant::now();
    let source = Source::new([busy(120), Deed::Token("after")]);
    let credentials = source.credentials();
    assert!(credentials.authorize(&ANY).await.unwrap_err().is_retryable());
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    // Everybody else is held off too, and told for how long.
    let told = credentials.authorize(&ANY).await.unwrap_err().retry_after().unwrap();
    assert!((118..=120).contains(&told.as_secs()), "{told:?}");
    assert_eq!(source.calls(), 1);
    tokio::time::advance(told).await;
    assert!(credentials.authorize(&ANY).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_source_that_never_answers_is_given_up() {
    let source = Source::new([Deed::Never]);
    let start = tokio::time::Instant::now();
    let error = source.credentials().authorize(&ANY).await.unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn an_unsound_token_is_refused_and_replaces_nothing() {
    let bad = [
        Deed::Token(""),
        Deed::Token(" "),
        Deed::Token("a\nb"),
        Deed::Token("a\0b"),
        Deed::Token("é"),
        Deed::Short("dead", Duration::ZERO),
        Deed::Short("dying", Duration::from_secs(9)),
    ];
    for deed in bad {
        let source = Source::new([Deed::Token("good"), deed.clone()]);
        let credentials = source.credentials();
        credentials.authorize(&ANY).await.unwrap();
        tokio::time::advance(50 * MINUTE).await;
        assert_eq!(credentials.authorize(&ANY).await.unwrap().expose_token(), "good");
        settle().await;
        assert_eq!(source.calls(), 2);
        assert_eq!(credentials.authorize(&ANY).await.unwrap().expose_token(), "good", "{deed:?}");

        let source = Source::new([deed.clone()]);
        assert!(source.credentials().authorize(&ANY).await.unwrap_err().is_invalid_answer(), "{deed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_is_replaced_and_a_late_rejection_does_nothing() {
    let source = Source::new([Deed::Token("first"), Deed::Token("second"), Deed::Token("third")]);
    let engine = source.engine().build();
    let first = engine.authorize(&ANY).await.unwrap();
    engine.reject(&first);
    assert!(engine.ready(&ANY).is_none());
    let second = engine.authorize(&ANY).await.unwrap();
    assert_eq!(second.expose_token(), "second");
    engine.reject(&first);
    assert_eq!(engine.ready(&ANY).unwrap().expose_token(), "second");
    assert_eq!((source.calls(), engine.status().counts.rejections), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_rejection_of_somebody_elses_token_does_nothing() {
    let (ours, theirs) =
        (Source::new([Deed::Token("ours")]), Source::new([Deed::Token("theirs")]).named("them"));
    let (engine, other) = (ours.engine().build(), theirs.engine().build());
    engine.authorize(&ANY).await.unwrap();
    let foreign = other.authorize(&ANY).await.unwrap();
    engine.reject(&foreign);
    assert!(engine.ready(&ANY).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_caller_gets_the_life_it_asked_for_or_an_error() {
    let source = Source::new([Deed::Short("short", 10 * MINUTE), Deed::Short("short", 10 * MINUTE)]);
    let credentials = source.credentials();
    let long = AuthRequest::new().with_min_lifetime(30 * MINUTE);
    let error = credentials.authorize(&long).await.unwrap_err();
    assert!(error.is_misconfigured(), "{error:?}");
    assert!(credentials.authorize(&long).await.is_err());
    assert_eq!(source.calls(), 1, "asking again would bring the same");
    assert!(credentials.authorize(&ANY).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_multiplied_by_all_engines_of_an_issuer() {
    let budget = Arc::new(RetryBudget::default());
    let mut requests = 0;
    for _ in 0..100 {
        let source = Source::new([Deed::Fail(AuthError::busy("down").with_status(503))]);
        let engine = source.engine().retry_budget(Arc::clone(&budget)).build();
        assert!(engine.authorize(&ANY).await.is_err());
        requests += source.calls();
    }
    assert!((100..=120).contains(&requests), "{requests} requests by 100 engines");
}

#[tokio::test(start_paused = true)]
async fn a_program_that_builds_engine_upon_engine_is_told_once() {
    let source = Source::new([Deed::Token("t")]).named("crowd");
    let diary = Diary::default();
    for _ in 0..30 {
        drop(source.engine().observer(diary.clone()).build());
    }
    assert_eq!(diary.lines(), ["ManyEngines"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_shown_holds_the_token() {
    let source = Source::new([Deed::Token("t0k3n-in-hand")]);
    let engine = source.engine().build();
    let authorization = engine.authorize(&ANY).await.unwrap();
    let shown = format!("{engine:?} {:#?} {authorization:?}", engine.status());
    assert!(!shown.contains("t0k3n"), "{shown}");
}
