//! A token that the service refuses is replaced, and the request sent once more.

use std::time::Duration;

use wml_auth::AuthRequest;
use wml_auth_mock_iam::{Answer, Role, Route};
use wml_auth_tests::Rig;

#[tokio::test]
async fn a_revoked_token_costs_one_more_request_and_no_failure() {
    let rig = Rig::start().await;
    let credentials = rig.api_key(&rig.cloud.fixture().api_key);
    let first = credentials.authorize(&AuthRequest::new()).await.unwrap();
    rig.cloud.identities().revoke_token(first.expose_token());
    assert_eq!(rig.score(&credentials).await.unwrap().status(), 200);
    assert_eq!(rig.cloud.journal().token_requests(), 2);
    assert_ne!(
        credentials.authorize(&AuthRequest::new()).await.unwrap().expose_token(),
        first.expose_token()
    );
}

#[tokio::test]
async fn a_token_that_ended_for_the_service_alone_is_replaced() {
    let rig = Rig::start().await;
    let credentials = rig.api_key(&rig.cloud.fixture().api_key);
    assert_eq!(rig.score(&credentials).await.unwrap().status(), 200);
    rig.cloud.clock().advance(Duration::from_secs(3601));
    assert_eq!(rig.score(&credentials).await.unwrap().status(), 200);
    assert_eq!(rig.cloud.journal().token_requests(), 2);
}

#[tokio::test]
async fn a_403_is_not_about_the_token() {
    let rig = Rig::start().await;
    let fixture = rig.cloud.fixture();
    rig.cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, Role::Viewer);
    let credentials = rig.api_key(&fixture.service_api_key);
    for _ in 0..5 {
        assert_eq!(rig.score(&credentials).await.unwrap().status(), 403);
    }
    assert_eq!(rig.cloud.journal().token_requests(), 1);
}

#[tokio::test]
async fn a_service_that_refuses_every_token_does_not_start_a_storm() {
    let rig = Rig::start().await;
    let refusal = r#"{"errors":[{"code":"authentication_token_not_valid","message":"no"}],"trace":"t","status_code":401}"#;
    rig.cloud.on(Route::Predictions).always(Answer::bytes(401, refusal));
    let credentials = rig.api_key(&rig.cloud.fixture().api_key);
    for _ in 0..20 {
        assert_eq!(rig.score(&credentials).await.unwrap().status(), 401);
    }
    let fetches = rig.cloud.journal().token_requests();
    assert!(fetches <= 4, "{fetches} token requests for 20 refused calls");
}

#[tokio::test]
async fn a_deleted_key_is_said_to_be_gone() {
    let rig = Rig::start().await;
    let key = rig.cloud.identities().add_user_key();
    let credentials = rig.api_key(&key);
    let token = credentials.authorize(&AuthRequest::new()).await.unwrap();
    rig.cloud.identities().delete_key(&key);
    rig.cloud.identities().revoke_token(token.expose_token());
    let error = rig.score(&credentials).await.unwrap_err();
    assert_eq!(error.code(), Some("BXNIM0415E"), "{error}");
}
