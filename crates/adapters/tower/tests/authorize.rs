//! What the service does with requests and answers.

mod support;

use std::task::{Context, Poll, Waker};

use http::{Request, Response, StatusCode};
use tokio::task::JoinSet;
use tower::{Layer as _, Service as _, ServiceBuilder, ServiceExt as _};
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, Credentials};
use wml_auth_mock_iam::{Answer, Role, Route};
use wml_auth_tower::AuthorizeLayer;

use support::{Http, Rig, Strict, credentials, unauthorized};

#[tokio::test]
async fn a_request_carries_the_token() {
    let rig = Rig::start().await;
    let answer = rig.service().oneshot(rig.scoring()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let token = rig.authorization().await;
    let requests = rig.cloud.journal().requests();
    assert_eq!(requests.last().unwrap().header("authorization"), token.header_value().to_str().ok());
    assert_eq!(rig.counts(), (1, 1));
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_request_sent_once_more() {
    let rig = Rig::start().await;
    rig.revoked().await;
    let scoring = rig.scoring();
    let answer = rig.service().oneshot(scoring.clone()).await.unwrap();
    assert_eq!((answer.status(), rig.counts()), (StatusCode::OK, (2, 2)));
    assert_eq!(rig.cloud.journal().requests().last().unwrap().body(), scoring.body());
}

#[tokio::test]
async fn what_is_about_something_else_is_the_callers() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Predictions).then(unauthorized("authentication_no_token"));
    let answer = rig.service().oneshot(rig.scoring()).await.unwrap();
    assert_eq!((answer.status(), rig.counts()), (StatusCode::UNAUTHORIZED, (1, 1)));

    let fixture = rig.cloud.fixture();
    rig.cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, Role::Viewer);
    let service = rig.layer(credentials(&rig.cloud, &fixture.service_api_key)).layer(Http::new());
    let answer = service.oneshot(rig.scoring()).await.unwrap();
    assert_eq!((answer.status(), rig.counts()), (StatusCode::FORBIDDEN, (2, 2)));
}

#[tokio::test]
async fn a_refusal_can_be_something_else() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Predictions).then(Answer::status(419));
    let layer = rig.layer(rig.credentials.clone());
    let layer = layer.with_refusal(|answer: &Response<Vec<u8>>| answer.status().as_u16() == 419);
    let answer = layer.layer(Http::new()).oneshot(rig.scoring()).await.unwrap();
    assert_eq!((answer.status(), rig.counts()), (StatusCode::OK, (2, 2)));
}

#[tokio::test]
async fn a_late_401_does_not_evict_a_newer_token() {
    let rig = Rig::start().await;
    let old = rig.revoked().await;
    let barrier = rig.cloud.hold(Route::Predictions);
    let late = tokio::spawn(rig.service().oneshot(rig.scoring()));
    barrier.arrived(1).await;
    rig.credentials.reject(&old);
    let newer = rig.authorization().await;
    barrier.release();
    assert_eq!(late.await.unwrap().unwrap().status(), StatusCode::OK);
    assert_eq!(rig.authorization().await.expose_token(), newer.expose_token());
    assert_eq!(rig.counts(), (2, 2));
}

#[tokio::test]
async fn the_same_token_again_ends_it() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Token).always(Answer::token("always-the-same"));
    let answer = rig.service().oneshot(rig.scoring()).await.unwrap();
    assert_eq!((answer.status(), rig.counts()), (StatusCode::UNAUTHORIZED, (1, 2)));
    assert!(String::from_utf8_lossy(answer.body()).contains("authentication_token_not_valid"));
}

#[tokio::test]
async fn the_second_401_is_the_callers() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Predictions).always(unauthorized("authentication_token_expired"));
    let answer = rig.service().oneshot(rig.scoring()).await.unwrap();
    assert_eq!((answer.status(), rig.counts()), (StatusCode::UNAUTHORIZED, (2, 2)));
}

#[tokio::test]
async fn a_hundred_refused_at_once_share_one_new_token() {
    let rig = Rig::start().await;
    rig.revoked().await;
    let barrier = rig.cloud.hold(Route::Predictions);
    let service = rig.service();
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        calls.spawn(service.clone().oneshot(rig.scoring()));
    }
    barrier.arrived(100).await;
    barrier.release();
    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(rig.counts(), (200, 2));
}

#[tokio::test]
async fn another_origin_gets_the_request_as_it_came() {
    let rig = Rig::start().await;
    rig.elsewhere.on("/trap").always(unauthorized("authentication_token_expired"));
    let request = Request::get(format!("{}/trap", rig.elsewhere.url())).body(Vec::new()).unwrap();
    let answer = rig.service().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let trapped = rig.elsewhere.journal().requests();
    assert_eq!((trapped.len(), trapped[0].header("authorization")), (1, None));
    assert_eq!(rig.counts(), (0, 0));
}

#[tokio::test]
async fn two_layers_serve_two_origins() {
    let rig = Rig::start().await;
    let other = credentials(&rig.elsewhere, &rig.elsewhere.fixture().api_key);
    let other = AuthorizeLayer::new(other, rig.elsewhere.url().parse().unwrap());
    let service = ServiceBuilder::new().layer(rig.layer(rig.credentials.clone())).layer(other);
    let service = service.service(Http::new());
    for cloud in [&rig.cloud, &rig.elsewhere] {
        let answer = service.clone().oneshot(support::scoring(cloud)).await.unwrap();
        assert_eq!((answer.status(), cloud.journal().token_requests()), (StatusCode::OK, 1));
    }
}

#[tokio::test]
async fn a_mere_path_is_refused() {
    let rig = Rig::start().await;
    let error =
        rig.service().oneshot(Request::get("/v2/spaces").body(Vec::new()).unwrap()).await.unwrap_err();
    assert!(error.as_auth().unwrap().is_misconfigured(), "{error}");
    assert!(rig.cloud.journal().requests().is_empty());
}

#[tokio::test]
async fn an_error_tells_the_login_from_the_service() {
    let rig = Rig::start().await;
    let key = rig.cloud.identities().add_user_key();
    rig.cloud.identities().delete_key(&key);
    let service = rig.layer(credentials(&rig.cloud, &key)).layer(Http::new());
    let error = service.oneshot(rig.scoring()).await.unwrap_err();
    assert_eq!(error.as_auth().and_then(AuthError::code), Some("BXNIM0415E"));
    assert!(!format!("{error} {error:?}").contains(&key));

    rig.cloud.on(Route::Predictions).always(Answer::close());
    let error = rig.service().oneshot(rig.scoring()).await.unwrap_err();
    assert!(error.as_auth().is_none(), "{error}");
    assert!(error.into_inner().downcast_ref::<AuthError>().unwrap().is_unreachable());
}

#[tokio::test]
async fn it_stacks_with_towers_own_middleware() {
    let rig = Rig::start().await;
    rig.revoked().await;
    let service = ServiceBuilder::new()
        .concurrency_limit(1)
        .timeout(std::time::Duration::from_secs(60))
        .layer(rig.layer(rig.credentials.clone()))
        .concurrency_limit(1)
        .timeout(std::time::Duration::from_secs(60))
        .service(Http::new());
    let answer = service.oneshot(rig.scoring()).await.unwrap();
    assert_eq!((answer.status(), rig.counts()), (StatusCode::OK, (2, 2)));
}

#[tokio::test]
async fn every_call_below_was_announced() {
    let rig = Rig::start().await;
    rig.revoked().await;
    let mut service = rig.layer(rig.credentials.clone()).layer(Strict::new());
    for _ in 0..2 {
        let answer = service.ready().await.unwrap().call(rig.scoring()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert_eq!(rig.counts(), (3, 2));
}

/// Has nothing at hand, and never will.
struct Never;

#[async_trait::async_trait]
impl AuthProvider for Never {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn nothing_is_sent_before_there_is_a_token() {
    let rig = Rig::start().await;
    let mut service = rig.layer(Credentials::new(Never)).layer(Http::new());
    let mut call = Box::pin(service.ready().await.unwrap().call(rig.scoring()));
    let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending));
    drop(call);
    assert!(rig.cloud.journal().requests().is_empty());
}

#[test]
fn what_is_sent_between_threads_can_be() {
    fn is_send<T: Send>() {}
    is_send::<AuthorizeLayer>();
    is_send::<wml_auth_tower::Authorize<Http>>();
    is_send::<wml_auth_tower::AuthorizeFuture<Http, wml_auth_tower::KnownRefusals, Vec<u8>>>();
}
