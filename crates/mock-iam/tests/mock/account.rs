//! What an account prescribes, and how much may be in it.

use serde_json::json;
use wml_auth_mock_iam::MockIam;

use crate::assertions::management_error;
use crate::client::{access_token, ask, get};

#[tokio::test]
async fn settings_change_for_those_who_know_the_revision() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let (user, service) =
        (access_token(&cloud, &fixture.api_key).await, access_token(&cloud, &fixture.service_api_key).await);
    let path = format!("/v1/accounts/{}/settings/identity", fixture.account_id);
    let before = get(&path).bearer(&service).send(&cloud).await.ok(200);
    assert_eq!((&before["mfa"], &before["account_id"]), (&json!("NONE"), &json!(fixture.account_id)));
    assert!(before.get("history").is_none());

    let tag = before["entity_tag"].as_str().unwrap();
    let change = ask("PUT", &path).json(json!({ "mfa": "TOTP" }));
    let put = |tag: &str, who: &str| change.clone().header("If-Match", tag).bearer(who);
    management_error(&change.clone().bearer(&user).send(&cloud).await, 400, "bad_request");
    management_error(&put(tag, &service).send(&cloud).await, 403, "insufficent_permissions");
    let after = put(tag, &user).send(&cloud).await.ok(200);
    assert_eq!(after["mfa"], "TOTP");
    assert_eq!(put(tag, &user).send(&cloud).await.json()["status_code"], 409);
    put("*", &user).send(&cloud).await.ok(200);
    let unknown = ask("PUT", &path).header("If-Match", "*").bearer(&user).json(json!({ "colour": "blue" }));
    management_error(&unknown.send(&cloud).await, 400, "bad_request");

    let history = get(&format!("{path}?include_history=true")).bearer(&user).send(&cloud).await.ok(200);
    assert_eq!(history["history"].as_array().unwrap().len(), 3);
    let path = format!("/v1/accounts/{}/effective_settings/identity", fixture.account_id);
    assert_eq!(get(&path).bearer(&user).send(&cloud).await.ok(200)["effective"]["mfa"], "TOTP");
    management_error(
        &get("/v1/accounts/none/settings/identity").bearer(&user).send(&cloud).await,
        404,
        "not_found",
    );
}

#[tokio::test]
async fn limits_count_what_there_is() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let path = format!("/v1/accounts/{}/limits/identity", fixture.account_id);
    let asked = format!("{path}?apikeys_per_identity={}", fixture.iam_id);
    let limits = get(&asked).bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(limits["profiles"], json!({ "limit": 2000, "count": 1 }));
    let counted = json!([{ "iam_id": fixture.iam_id, "count": 1 }]);
    assert_eq!(limits["apikeys_per_identity"], json!({ "limit": 20, "identities": counted }));
}
