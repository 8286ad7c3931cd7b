//! Absent goes on, broken stops, and every attempt is kept.

mod support;

use std::time::Duration;

use support::{Deed, Source};
use wml_auth_core::{AuthError, AuthProvider, AuthRequest};
use wml_auth_engine::Chain;

const ANY: AuthRequest = AuthRequest::new();

#[tokio::test]
async fn absent_goes_on_and_the_winner_is_asked_first_from_then_on() {
    let first = Source::new([Deed::Fail(AuthError::absent("no file"))]).named("first");
    let second = Source::new([Deed::Token("second")]).named("second");
    let third = Source::new([Deed::Token("third")]).named("third");
    let chain = Chain::new()
        .link("nothing", Err(AuthError::absent("not set")))
        .link("first", Ok(first.credentials()))
        .link("second", Ok(second.credentials()))
        .link("third", Ok(third.credentials()));
    assert!(chain.ready(&ANY).is_none());
    for _ in 0..3 {
        assert_eq!(chain.authorize(&ANY).await.unwrap().expose_token(), "second");
    }
    assert_eq!(chain.ready(&ANY).unwrap().expose_token(), "second");
    assert_eq!((first.calls(), second.calls(), third.calls()), (1, 1, 0));
}

#[tokio::test]
async fn broken_stops_and_says_what_was_passed_over() {
    let broken = Source::new([Deed::Fail(AuthError::rejected("refused").with_code("BXNIM0415E"))]);
    let spare = Source::new([Deed::Token("spare")]).named("spare");
    let chain = Chain::new()
        .link("environment", Err(AuthError::absent("not set")))
        .link("profile", Ok(broken.credentials()))
        .link("spare", Ok(spare.credentials()));
    let error = chain.authorize(&ANY).await.unwrap_err();
    assert_eq!(error.code(), Some("BXNIM0415E"));
    assert_eq!(error.attempts().iter().map(|attempt| &*attempt.name).collect::<Vec<_>>(), ["environment"]);
    assert_eq!(spare.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_winner_that_has_nothing_any_more_gives_way_and_one_that_fails_does_not() {
    let short = Deed::Short("first", Duration::from_secs(60));
    let gone = Source::new([short.clone(), Deed::Fail(AuthError::absent("unmounted"))]).named("gone");
    let failing = Source::new([short, Deed::Fail(AuthError::internal("broken"))]).named("failing");
    let spare = Source::new([Deed::Token("spare")]).named("spare");
    for (winner, answer) in [(gone, Some("spare")), (failing, None)] {
        let chain =
            Chain::new().link("winner", Ok(winner.credentials())).link("spare", Ok(spare.credentials()));
        assert_eq!(chain.names().collect::<Vec<_>>(), ["winner", "spare"]);
        assert_eq!(chain.authorize(&ANY).await.unwrap().expose_token(), "first");
        tokio::time::advance(Duration::from_secs(60)).await;
        let second = chain.authorize(&ANY).await;
        assert_eq!(second.as_ref().ok().map(|authorization| authorization.expose_token()), answer);
        assert!(second.is_ok() || winner.calls() == 2, "a failure is not asked about again");
    }
}

#[tokio::test]
async fn a_rejection_reaches_the_member_it_belongs_to() {
    let source = Source::new([Deed::Token("first"), Deed::Token("second")]);
    let other = Source::new([Deed::Fail(AuthError::absent("none"))]).named("other");
    let chain = Chain::new().link("other", Ok(other.credentials())).link("source", Ok(source.credentials()));
    let first = chain.authorize(&ANY).await.unwrap();
    chain.reject(&first);
    assert_eq!(chain.authorize(&ANY).await.unwrap().expose_token(), "second");
}

#[tokio::test]
async fn an_empty_chain_is_absent() {
    assert!(Chain::new().authorize(&ANY).await.unwrap_err().is_absent());
}
