//! Whatever a token server answers: a clear error, at once, without a secret, and the key goes nowhere else.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use wml_auth::{AuthError, AuthRequest};
use wml_auth_mock_iam::{Answer, MockIam, Route};
use wml_auth_tests::Rig;

async fn answer_to(answer: Answer) -> (AuthError, Rig) {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Token).always(answer);
    let key = rig.cloud.fixture().api_key.clone();
    let credentials = rig.api_key(&key);
    let patience = Duration::from_secs(20);
    let answer = tokio::time::timeout(patience, credentials.authorize(&AuthRequest::new())).await;
    assert!(answer.is_ok(), "it hangs");
    let error = answer.unwrap().unwrap_err();
    let shown = format!("{error} {error:?} {:?} {:?}", error.hint(), error.service_message());
    assert!(!shown.contains(&key), "{shown}");
    assert!(shown.contains("127.0.0.1"), "does not say where: {shown}");
    (error, rig)
}

#[tokio::test]
async fn a_200_that_is_no_token_is_an_invalid_answer() {
    let answers = [
        ("a page", Answer::html(200, "<html><title>Sign in to the guest network</title></html>")),
        ("nothing", Answer::status(200)),
        ("{}", Answer::bytes(200, "{}")),
        ("null", Answer::bytes(200, "null")),
        ("a list", Answer::bytes(200, "[1,2]")),
        ("half an object", Answer::bytes(200, r#"{"access_token":"abc"#)),
        ("a number for a token", Answer::bytes(200, r#"{"access_token":7,"expires_in":3600}"#)),
        ("no token", Answer::without_token()),
        ("an empty token", Answer::token("")),
        ("a token with a newline", Answer::token("abc\ndef")),
        ("a token with NUL", Answer::token("abc\0def")),
        ("no life", Answer::bytes(200, r#"{"access_token":"opaque"}"#)),
        ("a life of zero", Answer::bytes(200, r#"{"access_token":"opaque","expires_in":0}"#)),
        ("a life of less", Answer::bytes(200, r#"{"access_token":"opaque","expires_in":-5}"#)),
        ("not UTF-8", Answer::bytes(200, vec![0xff, 0xfe, 0x00])),
        ("10 MiB", Answer::huge(10 * 1024 * 1024)),
    ];
    for (name, answer) in answers {
        let (error, rig) = answer_to(answer).await;
        assert!(error.is_invalid_answer(), "{name}: {error:?}");
        assert_eq!(rig.cloud.journal().token_requests(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_redirect_is_refused_and_the_key_does_not_follow_it() {
    for status in [301, 302, 303, 307, 308] {
        let trap = MockIam::start().await.unwrap();
        let location = format!("{}/identity/token", trap.url());
        let (error, _rig) = answer_to(Answer::redirect(status, &location)).await;
        assert!(error.is_invalid_answer(), "{status}: {error:?}");
        assert_eq!(trap.journal().requests().len(), 0, "{status}: the other host was asked");
    }
}

#[tokio::test]
async fn a_busy_server_is_retryable_and_a_broken_connection_too() {
    for (name, answer) in [
        ("429", Answer::status(429).header("Retry-After", "3")),
        ("500", Answer::html(500, "<h1>oops</h1>")),
        ("502", Answer::html(502, "<!DOCTYPE html><h1>Bad Gateway</h1>")),
        ("503", Answer::status(503)),
    ] {
        let (error, _rig) = answer_to(answer).await;
        assert!(error.is_retryable() && !error.is_unreachable(), "{name}: {error:?}");
        assert_eq!(error.retry_after().is_some(), name == "429", "{name}");
    }
    let (error, _rig) = answer_to(Answer::close()).await;
    assert!(error.is_unreachable(), "{error:?}");
}

#[tokio::test]
async fn a_gateways_404_is_not_taken_for_a_refused_key() {
    let page = "<html><title>Error</title><h1>An 404 error occurred in iam-gateway.</h1></html>";
    let (error, _rig) = answer_to(Answer::html(404, page)).await;
    assert!(!error.is_rejected_credential(), "{error:?}");
}

#[tokio::test]
async fn the_issuers_words_cannot_repeat_the_key_or_drive_the_terminal() {
    let rig = Rig::start().await;
    let key = rig.cloud.fixture().api_key.clone();
    let body = format!(r#"{{"errorCode":"BXNIM0415E","errorMessage":"no key {key}\u001b[2J\r\n here"}}"#);
    rig.cloud.on(Route::Token).always(Answer::bytes(400, body));
    let error = rig.api_key(&key).authorize(&AuthRequest::new()).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(error.is_rejected_credential() && !shown.contains(&key) && !shown.contains('\u{1b}'), "{shown}");
}

#[tokio::test]
async fn a_key_of_any_characters_arrives_as_it_is() {
    let rig = Rig::start().await;
    let key = "a+key&with%20all=the é characters, 44 of them";
    let error = rig.api_key(key).authorize(&AuthRequest::new()).await.unwrap_err();
    assert_eq!(error.code(), Some("BXNIM0415E"));
    let requests = rig.cloud.journal().requests();
    assert_eq!(requests[0].form("apikey").as_deref(), Some(key));
}
