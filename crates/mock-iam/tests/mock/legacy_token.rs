//! Watson Machine Learning's own tokens, from before it took those of IAM, and the header of that time.

use std::time::Duration;

use serde_json::{Value, json};
use wml_auth_mock_iam::{Answer, MockIam, Route};

use crate::assertions::wml_error;
use crate::client::{Ask, VERSION, access_token, ask, get, post};
use crate::jwt::claims;

fn deployment(cloud: &MockIam) -> Ask {
    get(&format!("/ml/v4/deployments/{}?{VERSION}", cloud.fixture().deployment_id))
}

fn text(answer: &Value) -> String {
    answer["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn basic_credentials_give_a_token_and_a_token_a_newer_one() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    for path in ["/v3/identity/token", "/v2/identity/token"] {
        for (user, password) in [(&*fixture.username, &*fixture.password), ("apikey", &*fixture.api_key)] {
            let first = text(&get(path).basic(user, password).send(&cloud).await.ok(200));
            deployment(&cloud).bearer(&first).send(&cloud).await.ok(200);
            assert_eq!(claims(&first)["instanceId"], fixture.instance_id.as_str());
            let refresh = ask("PUT", path).json(json!({ "token": first }));
            let second = text(&refresh.send(&cloud).await.ok(200));
            assert_ne!(first, second);
            deployment(&cloud).bearer(&second).send(&cloud).await.ok(200);
        }
    }
    assert_eq!(cloud.journal().requests_to(&Route::LegacyToken), 8);
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let path = "/v3/identity/token";
    wml_error(&get(path).send(&cloud).await, 401, "invalid_credentials");
    wml_error(&get(path).bearer("x").send(&cloud).await, 401, "invalid_credentials");
    for (user, password) in [(&*fixture.username, "guess"), ("apikey", "guess"), ("x", &*fixture.password)] {
        wml_error(&get(path).basic(user, password).send(&cloud).await, 401, "invalid_credentials");
    }
    wml_error(&post(path).send(&cloud).await, 405, "method_not_allowed");
    let refresh = |token: &str| ask("PUT", path).json(json!({ "token": token }));
    wml_error(&refresh("x").send(&cloud).await, 401, "authentication_token_not_valid");
    let iam = access_token(&cloud, &fixture.api_key).await;
    wml_error(&refresh(&iam).send(&cloud).await, 401, "authentication_token_not_valid");
    wml_error(&ask("PUT", path).json(json!({})).send(&cloud).await, 400, "invalid_request");

    let token = text(&get(path).basic("apikey", &fixture.api_key).send(&cloud).await.ok(200));
    cloud.clock().advance(Duration::from_secs(3600));
    wml_error(&refresh(&token).send(&cloud).await, 401, "authentication_token_expired");
    let late = deployment(&cloud).bearer(&token).send(&cloud).await;
    wml_error(&late, 401, "authentication_token_expired");
    cloud.on(Route::LegacyToken).then(Answer::token("opaque"));
    assert_eq!(get(path).send(&cloud).await.ok(200), json!({ "token": "opaque" }));
}

#[tokio::test]
async fn an_instance_id_names_the_instance_or_none_yet() {
    let cloud = MockIam::start().await.unwrap();
    let token = access_token(&cloud, &cloud.fixture().api_key).await;
    let with = |id: &str| deployment(&cloud).bearer(&token).header("ML-Instance-ID", id);
    for id in [&*cloud.fixture().instance_id, "invalid", "openshift"] {
        with(id).send(&cloud).await.ok(200);
    }
    wml_error(&with("another").send(&cloud).await, 403, "no_associated_service_instance_error");
}
