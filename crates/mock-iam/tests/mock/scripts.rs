//! Who is answered how: per key, by number, by chance, by quota, and before anybody knows them.

use std::time::Duration;

use serde_json::json;
use wml_auth_mock_iam::{Answer, LimitBody, MockIam, Propagation, RateLimit, RetryAfter, Route};

use crate::assertions::{management_error, oidc_error};
use crate::client::{access_token, apikey, get, post, token};

#[tokio::test]
async fn a_script_for_a_key_finds_it_wherever_it_is() {
    let cloud = MockIam::start().await.unwrap();
    let key = cloud.fixture().api_key.clone();
    cloud.on("/").for_key(&key).always(Answer::status(418));
    for ask in
        [apikey(&key), get("/ml/v4/deployments").basic("apikey", &key), get("/").header("IAM-ApiKey", &key)]
    {
        assert_eq!(ask.send(&cloud).await.status, 418);
    }
    apikey(&cloud.fixture().service_api_key).send(&cloud).await.ok(200);
    get("/identity/keys").basic("other", &key).send(&cloud).await.ok(200);
}

#[tokio::test]
async fn one_seed_fixes_what_chance_does() {
    let run = async |seed| {
        let cloud = MockIam::builder().seed(seed).start().await.unwrap();
        assert_eq!(cloud.seed(), seed);
        assert!(format!("{cloud:?}").contains(&format!("seed: {seed}")));
        cloud.on(Route::Keys).sometimes(0.5, Answer::status(503));
        let mut statuses = Vec::new();
        for _ in 0..32 {
            statuses.push(get("/identity/keys").send(&cloud).await.status);
        }
        statuses
    };
    let seven = run(7).await;
    assert_eq!(seven, run(7).await);
    assert_ne!(seven, run(8).await);
    assert!(seven.contains(&200) && seven.contains(&503), "{seven:?}");
}

#[tokio::test]
async fn a_limit_is_per_key_and_refills_with_the_servers_clock() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).limited(RateLimit::new(2, Duration::from_secs(60)));
    let key = cloud.fixture().api_key.clone();
    for _ in 0..2 {
        apikey(&key).send(&cloud).await.ok(200);
    }
    let refused = apikey(&key).send(&cloud).await;
    assert!(refused.ok(429)["errorCode"].is_string());
    assert_eq!(refused.header("retry-after"), "30");
    apikey(&cloud.fixture().service_api_key).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(30));
    apikey(&key).send(&cloud).await.ok(200);

    let limit =
        RateLimit::new(1, Duration::from_secs(3600)).retry_after(RetryAfter::Date).body(LimitBody::Errors);
    cloud.on(Route::Token).limited(limit);
    cloud.clock().set(1_725_266_520);
    apikey(&key).send(&cloud).await.ok(200);
    let refused = apikey(&key).send(&cloud).await;
    assert_eq!(refused.ok(429)["errors"][0]["code"], "rate_limit_reached_requests");
    assert!(
        refused.header("retry-after").starts_with("Mon, 02 Sep 2024 09:4"),
        "{}",
        refused.header("retry-after")
    );
}

#[tokio::test]
async fn a_new_key_is_unknown_for_a_time() {
    let cloud = MockIam::start().await.unwrap();
    cloud.identities().set_propagation(Propagation::after(Duration::from_secs(600)));
    let key = cloud.identities().add_user_key();
    oidc_error(&apikey(&key).send(&cloud).await, 400, "BXNIM0415E");
    let introspected = post("/identity/introspect").form(&[("apikey", &key)]).send(&cloud).await.ok(200);
    assert_eq!(introspected, json!({ "active": false }));
    apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(600));
    apikey(&key).send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_new_service_id_is_unknown_for_some_requests() {
    let cloud = MockIam::start().await.unwrap();
    let admin = access_token(&cloud, &cloud.fixture().api_key).await;
    cloud.identities().set_propagation(Propagation::after_requests(2));
    let service = cloud.identities().add_service_id("new");
    let path = format!("/v1/serviceids/{}", service.service_id);
    for _ in 0..2 {
        management_error(&get(&path).bearer(&admin).send(&cloud).await, 404, "not_found");
        oidc_error(&apikey(&service.api_key).send(&cloud).await, 400, "BXNIM0415E");
    }
    get(&path).bearer(&admin).send(&cloud).await.ok(200);
    apikey(&service.api_key).send(&cloud).await.ok(200);
    cloud.identities().set_propagation(Propagation::immediate());
    apikey(&cloud.identities().add_user_key()).send(&cloud).await.ok(200);
    assert_eq!(token(&[]).send(&cloud).await.status, 400);
}
