//! Tokens on other terms than usual.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use wml_auth_mock_iam::{Answer, MockIam, Route, TokenAnswer};

use crate::assertions::oidc_error;
use crate::client::{apikey, get};

/// The answer, and header and claims of the token in it.
async fn answered(terms: TokenAnswer) -> (MockIam, [Value; 3]) {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).then(terms);
    let answer = apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
    let mut parts = answer["access_token"].as_str().unwrap().split('.');
    let mut part =
        || serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap()).unwrap();
    let (header, claims) = (part(), part());
    (cloud, [answer, header, claims])
}

async fn spaces_status(cloud: &MockIam, answer: &Value) -> u16 {
    get("/v2/spaces").bearer(answer["access_token"].as_str().unwrap()).send(cloud).await.status
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[tokio::test]
async fn a_life_can_be_short_and_in_the_past() {
    let (cloud, [answer, _, claims]) =
        answered(TokenAnswer::new().lifetime(Duration::from_secs(30)).issued(-3600)).await;
    assert_eq!(number(&claims["exp"]) - number(&claims["iat"]), 30);
    assert!((3590..=3610).contains(&(cloud.clock().epoch_seconds() - number(&claims["iat"]))));
    assert_eq!((&answer["expires_in"], &answer["expiration"]), (&30.into(), &claims["exp"]));
    assert_eq!(spaces_status(&cloud, &answer).await, 401);
}

#[tokio::test]
async fn the_answer_can_promise_what_the_token_does_not_keep() {
    let terms = TokenAnswer::new().lifetime(Duration::from_secs(60)).expires_in(7200).expiration(-1);
    let (cloud, [answer, _, claims]) = answered(terms).await;
    assert_eq!((&answer["expires_in"], &answer["expiration"]), (&7200.into(), &(-1).into()));
    assert_eq!(number(&claims["exp"]) - number(&claims["iat"]), 60);
    assert_eq!(spaces_status(&cloud, &answer).await, 200);
}

#[tokio::test]
async fn claims_can_be_missing() {
    let (cloud, [answer, _, claims]) =
        answered(TokenAnswer::new().without_claim("exp").without_claim("iat")).await;
    assert!(claims.get("exp").is_none() && claims.get("iat").is_none() && claims["sub"].is_string());
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(spaces_status(&cloud, &answer).await, 401);
}

#[tokio::test]
async fn a_kid_can_be_unknown() {
    let (cloud, [answer, header, _]) = answered(TokenAnswer::new().unknown_kid()).await;
    let keys = get("/identity/keys").send(&cloud).await.ok(200);
    assert!(keys["keys"].as_array().unwrap().iter().all(|key| key["kid"] != header["kid"]));
    assert_eq!(spaces_status(&cloud, &answer).await, 401);
}

#[tokio::test]
async fn a_refresh_token_can_be_empty() {
    let (_, [answer, ..]) = answered(TokenAnswer::new().refresh_token("")).await;
    assert_eq!(answer["refresh_token"], "");
}

#[tokio::test]
async fn other_terms_are_only_for_those_who_may_have_a_token() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).always(Answer::from(TokenAnswer::new()).header("x-more", "1"));
    let refused = apikey("no such key").send(&cloud).await;
    oidc_error(&refused, 400, "BXNIM0415E");
    assert_eq!(refused.header("x-more"), "1");
}

#[tokio::test]
async fn the_date_and_the_tokens_have_skews_of_their_own() {
    let cloud = MockIam::start().await.unwrap();
    cloud.clock().set(1_725_266_520);
    cloud.clock().skew_date(3600);
    cloud.clock().skew_tokens(-7200);
    let reply = apikey(&cloud.fixture().api_key).send(&cloud).await;
    assert!(reply.header("date").starts_with("Mon, 02 Sep 2024 09:42:0"), "{}", reply.header("date"));
    let answer = reply.ok(200);
    let expiration = number(&answer["expiration"]) - 1_725_266_520;
    assert!((-3600..-3590).contains(&expiration), "{expiration}");
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(spaces_status(&cloud, &answer).await, 200, "whoever checks it has the same clock");
}
