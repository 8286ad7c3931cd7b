//! Asking IAM whether a token or a key is good.

use std::time::Duration;

use serde_json::json;
use wml_auth_mock_iam::MockIam;

use crate::assertions::oidc_error;
use crate::client::{access_token, get, post};

#[tokio::test]
async fn a_token_is_active_until_it_expires_or_is_revoked() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let (one, two) =
        (access_token(&cloud, &fixture.service_api_key).await, access_token(&cloud, &fixture.api_key).await);
    let introspect = |token: &str| post("/identity/introspect").form(&[("token", token)]);
    let userinfo = |token: &str| get("/identity/userinfo").bearer(token);
    for ask in [introspect(&one), userinfo(&one)] {
        let body = ask.send(&cloud).await.ok(200);
        assert_eq!(body["active"], true);
        assert_eq!(body["iam_id"], fixture.iam_id.as_str());
        assert_eq!(body["realmId"], "iam");
        assert!(body.get("realmid").is_none() && body.get("jti").is_none());
    }
    cloud.identities().revoke_token(&one);
    for ask in [introspect(&one), userinfo(&one), introspect("x"), userinfo("x"), get("/identity/userinfo")] {
        assert_eq!(ask.send(&cloud).await.ok(200), json!({ "active": false }));
    }
    assert_eq!(userinfo(&two).send(&cloud).await.ok(200)["active"], true);
    cloud.clock().advance(Duration::from_secs(3600));
    assert_eq!(userinfo(&two).send(&cloud).await.ok(200), json!({ "active": false }));
}

#[tokio::test]
async fn a_key_is_active_until_it_is_disabled() {
    let cloud = MockIam::start().await.unwrap();
    let key = cloud.fixture().api_key.as_str();
    let ask = post(&format!("/identity/introspect?apikey={key}"));
    let body = ask.send(&cloud).await.ok(200);
    assert_eq!(
        (&body["active"], &body["account"]["bss"]),
        (&json!(true), &json!(cloud.fixture().account_id))
    );
    cloud.identities().disable_key(key);
    assert_eq!(ask.send(&cloud).await.ok(200), json!({ "active": false }));
    oidc_error(&get("/identity/introspect").send(&cloud).await, 405, "BXNIM0060E");
    assert_eq!(cloud.journal().token_requests(), 0);
}
