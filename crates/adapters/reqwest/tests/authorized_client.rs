//! What an authorized client does with answers.

mod support;

use reqwest::{Body, StatusCode};
use tokio::task::JoinSet;
use wml_auth_mock_iam::{Answer, Role, Route};

use support::{INPUT, Rig, credentials, unauthorized};

/// A body that reqwest can send only once.
fn stream(text: &'static str) -> Body {
    Body::wrap(http_body_util::Full::new(bytes::Bytes::from_static(text.as_bytes())))
}

#[tokio::test]
async fn a_request_carries_the_token() {
    let rig = Rig::start().await;
    let answer = rig.client().post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let token = rig.authorization().await;
    let requests = rig.cloud.journal().requests();
    let scoring = requests.last().unwrap();
    assert_eq!(scoring.header("authorization"), token.header_value().to_str().ok());
    assert_eq!((scoring.body(), rig.token_requests()), (INPUT.as_bytes(), 1));
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_request_sent_once_more() {
    let rig = Rig::start().await;
    let client = rig.client();
    let refused = rig.revoked().await;
    let answer = client.post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!((rig.scorings(), rig.token_requests()), (2, 2));
    let requests = rig.cloud.journal().requests();
    let replay = requests.last().unwrap();
    assert_eq!(replay.body(), INPUT.as_bytes());
    assert_ne!(replay.header("authorization"), refused.header_value().to_str().ok());
}

#[tokio::test]
async fn a_challenge_is_enough_to_blame_the_token() {
    let rig = Rig::start().await;
    let challenge = Answer::status(401).header("WWW-Authenticate", r#"Bearer error="invalid_token""#);
    rig.cloud.on(Route::Predictions).then(challenge);
    let answer = rig.client().post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
    assert_eq!((answer.status(), rig.token_requests()), (StatusCode::OK, 2));
}

#[tokio::test]
async fn a_401_about_something_else_is_the_callers() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Predictions).always(unauthorized("authentication_no_token"));
    let client = rig.client();
    for _ in 0..5 {
        let answer = client.post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert!(answer.text().await.unwrap().contains("authentication_no_token"));
    }
    assert_eq!((rig.scorings(), rig.token_requests()), (5, 1));
}

#[tokio::test]
async fn a_403_is_not_about_the_token() {
    let rig = Rig::start().await;
    let fixture = rig.cloud.fixture();
    rig.cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, Role::Viewer);
    let client = rig.client_of(credentials(&rig.cloud, &fixture.service_api_key));
    for _ in 0..5 {
        let answer = client.post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
    assert_eq!((rig.scorings(), rig.token_requests()), (5, 1));
}

#[tokio::test]
async fn a_stream_is_not_sent_twice_but_its_token_is_rejected() {
    let rig = Rig::start().await;
    let client = rig.client();
    let refused = rig.revoked().await;
    let answer = client.post(&rig.scoring_path()).body(stream(INPUT)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.text().await.unwrap().contains("authentication_token_not_valid"));
    assert_eq!(rig.scorings(), 1);
    assert_ne!(rig.authorization().await.expose_token(), refused.expose_token());
    let answer = client.post(&rig.scoring_path()).body(stream(INPUT)).send().await.unwrap();
    assert_eq!((answer.status(), rig.token_requests()), (StatusCode::OK, 2));
}

#[tokio::test]
async fn a_late_401_does_not_evict_a_newer_token() {
    let rig = Rig::start().await;
    let client = rig.client();
    let old = rig.revoked().await;
    let barrier = rig.cloud.hold(Route::Predictions);
    let request = client.post(&rig.scoring_path()).body(INPUT);
    let late = tokio::spawn(request.send());
    barrier.arrived(1).await;
    rig.credentials.reject(&old);
    let newer = rig.authorization().await;
    barrier.release();
    assert_eq!(late.await.unwrap().unwrap().status(), StatusCode::OK);
    assert_eq!(rig.authorization().await.expose_token(), newer.expose_token());
    assert_eq!(rig.token_requests(), 2);
}

#[tokio::test]
async fn the_same_token_again_ends_it() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Token).always(Answer::token("always-the-same"));
    let answer = rig.client().post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.text().await.unwrap().contains("authentication_token_not_valid"));
    assert_eq!((rig.scorings(), rig.token_requests()), (1, 2));
}

#[tokio::test]
async fn the_second_401_is_the_callers() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Predictions).always(unauthorized("authentication_token_expired"));
    let client = rig.client();
    let answer = client.post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
    assert_eq!((answer.status(), rig.scorings()), (StatusCode::UNAUTHORIZED, 2));
    for _ in 0..20 {
        client.post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
    }
    assert!(rig.token_requests() <= 5, "{} token requests for 21 refused calls", rig.token_requests());
}

#[tokio::test]
async fn a_hundred_refused_at_once_share_one_new_token() {
    let rig = Rig::start().await;
    let client = rig.client();
    rig.revoked().await;
    let barrier = rig.cloud.hold(Route::Predictions);
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        calls.spawn(client.post(&rig.scoring_path()).body(INPUT).send());
    }
    barrier.arrived(100).await;
    barrier.release();
    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }
    assert_eq!((rig.scorings(), rig.token_requests()), (200, 2));
}

#[tokio::test]
async fn a_login_that_fails_on_the_way_is_said() {
    let rig = Rig::start().await;
    let key = rig.cloud.identities().add_user_key();
    let client = rig.client_of(credentials(&rig.cloud, &key));
    assert!(client.get(&rig.deployment_path()).send().await.unwrap().status().is_success());
    rig.cloud.identities().delete_key(&key);
    rig.cloud.on(Route::Deployments).always(unauthorized("authentication_token_expired"));
    let error = client.get(&rig.deployment_path()).send().await.unwrap_err();
    assert_eq!(error.as_auth().and_then(|error| error.code()), Some("BXNIM0415E"), "{error}");
    assert!(!format!("{error} {error:?} {client:?}").contains(&key));
}

#[tokio::test]
async fn what_was_peeked_at_is_still_there() {
    let rig = Rig::start().await;
    let long = format!(r#"{{"code":"x","padding":"{}"}}"#, "p".repeat(100_000));
    rig.cloud.on(Route::Deployments).then(Answer::bytes(401, long.clone()).header("x-kept", "yes"));
    let answer = rig.client().get(&rig.deployment_path()).send().await.unwrap();
    assert_eq!(answer.url().as_str(), format!("{}{}", rig.cloud.url(), rig.deployment_path()));
    assert_eq!(answer.headers()["x-kept"], "yes");
    assert_eq!(answer.content_length(), Some(long.len() as u64));
    assert!(answer.remote_addr().is_some());
    assert_eq!(answer.text().await.unwrap(), long);
}
