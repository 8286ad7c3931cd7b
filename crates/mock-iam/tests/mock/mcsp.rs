//! MCSP, where watsonx on AWS logs in.

use std::time::Duration;

use serde_json::{Value, json};
use wml_auth_mock_iam::{Answer, MockIam, Route, TokenAnswer};

use crate::assertions::{oidc_error, wml_error};
use crate::client::{Ask, VERSION, get, post};
use crate::jwt::claims;

const V1: &str = "/siusermgr/api/1.0/apikeys/token";
const UNSCOPED: &str = "/api/2.0/apikeys/token";
const FLAGS: &str = "includeBuiltinActions=false&includeCustomActions=false&includeRoles=true\
                     &prefixRolesWithDefinitionScope=false";

fn login(path: &str, key: &str) -> Ask {
    post(path).json(json!({ "apikey": key }))
}

fn deployment(cloud: &MockIam) -> Ask {
    get(&format!("/ml/v4/deployments/{}?{VERSION}", cloud.fixture().deployment_id))
}

#[tokio::test]
async fn every_version_gives_a_token_that_watsonx_takes() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    for path in [
        V1,
        UNSCOPED,
        "/api/rest/mcsp/apikeys/token",
        &format!("/api/2.0/accounts/{}/apikeys/token?{FLAGS}", fixture.account_id),
        &format!("/api/2.0/subscriptions/id%2Fwith%20space/apikeys/token?{FLAGS}"),
        "/api/2.0/services/1/apikeys/token",
    ] {
        for (key, kind) in [(&fixture.api_key, "USER"), (&fixture.service_api_key, "SERVICEID")] {
            let answer = login(path, key).send(&cloud).await.ok(200);
            assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("jwt"), &json!(3600)));
            let token = answer["token"].as_str().unwrap();
            let claims = claims(token);
            assert_eq!(claims["exp"], answer["expiration"]);
            assert_eq!(claims["entityType"], kind);
            assert!(claims["aud"].is_string() && claims["nbf"].is_i64());
            assert_eq!(claims["sub"].as_str().unwrap().len(), 36);
            deployment(&cloud).bearer(token).send(&cloud).await.ok(200);
            get("/v2/spaces").bearer(token).send(&cloud).await.ok(200);
            assert_eq!(get("/v1/apikeys").bearer(token).send(&cloud).await.status, 401);
        }
    }
    assert_eq!(cloud.journal().requests_to(&Route::Mcsp), 12);
    assert_eq!(get("/api/2.0/jwks").send(&cloud).await.ok(200)["keys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_query_says_what_is_in_the_token() {
    let cloud = MockIam::start().await.unwrap();
    let key = &cloud.fixture().api_key;
    let told = async |query: &str, body: Value| {
        let path = format!("/api/2.0/accounts/a%2Fb/apikeys/token?{query}");
        let answer = post(&path).json(body).send(&cloud).await.ok(200);
        claims(answer["token"].as_str().unwrap())
    };
    let plain = told("", json!({ "apikey": key })).await;
    assert_eq!(plain["roles"], json!(["Editor"]));
    assert!(plain.get("actions").is_none() && plain.get("callerExt").is_none());
    let rich = told(
        "includeBuiltinActions=true&includeCustomActions=true&prefixRolesWithDefinitionScope=true",
        json!({ "apikey": key, "callerExtClaim": { "product": "wml" } }),
    )
    .await;
    assert_eq!(rich["roles"], json!(["accounts/a%2Fb:Editor"]));
    assert_eq!(rich["actions"].as_array().unwrap().len(), 2);
    assert_eq!(rich["callerExt"], json!({ "product": "wml" }));
    assert!(told("includeRoles=false", json!({ "apikey": key })).await.get("roles").is_none());
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let cloud = MockIam::start().await.unwrap();
    let key = cloud.fixture().api_key.as_str();
    for path in [V1, UNSCOPED, "/api/2.0/accounts/1/apikeys/token"] {
        oidc_error(&get(path).send(&cloud).await, 405, "BXNIM0060E");
        oidc_error(&login(path, "guess").send(&cloud).await, 400, "BXNIM0415E");
        oidc_error(&login(path, "").send(&cloud).await, 400, "BXNIM0109E");
        oidc_error(&post(path).json(json!({})).send(&cloud).await, 400, "BXNIM0109E");
        // What IBM's libraries for Go and Java send when a key has a quote in it.
        oidc_error(&post(path).body("{\"apikey\": \"a\"b\"}").send(&cloud).await, 400, "BXNIM0106E");
    }
    for path in ["/api/2.0/users/1/apikeys/token", "/api/2.0/accounts/1/apikeys/token?includeRoles=yes"] {
        oidc_error(&login(path, key).send(&cloud).await, 400, "BXNIM0106E");
    }
    assert!(cloud.identities().disable_key(key));
    oidc_error(&login(V1, key).send(&cloud).await, 400, "BXNIM0462E");
}

#[tokio::test]
async fn a_token_is_good_until_it_expires_or_is_revoked() {
    let cloud = MockIam::start().await.unwrap();
    let key = &cloud.fixture().api_key;
    let token = async || {
        let answer = login(UNSCOPED, key).send(&cloud).await.ok(200);
        answer["token"].as_str().unwrap().to_owned()
    };
    let (one, two) = (token().await, token().await);
    cloud.identities().revoke_token(&one);
    let reply = deployment(&cloud).bearer(&one).send(&cloud).await;
    wml_error(&reply, 401, "authentication_token_not_valid");
    deployment(&cloud).bearer(&two).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(3600));
    let reply = deployment(&cloud).bearer(&two).send(&cloud).await;
    wml_error(&reply, 401, "authentication_token_expired");
}

#[tokio::test]
async fn answers_are_scripted_as_for_the_token_path() {
    let cloud = MockIam::start().await.unwrap();
    let key = &cloud.fixture().api_key;
    cloud
        .on(Route::Mcsp)
        .then(Answer::status(502))
        .then(Answer::token("opaque"))
        .then(Answer::without_token())
        .then(TokenAnswer::new().lifetime(Duration::from_secs(9)).expires_in(7200));
    let ask = login(V1, key);
    ask.send(&cloud).await.ok(502);
    assert_eq!(ask.send(&cloud).await.ok(200)["token"], "opaque");
    assert!(ask.send(&cloud).await.ok(200).get("token").is_none());
    let short = ask.send(&cloud).await.ok(200);
    let claims = claims(short["token"].as_str().unwrap());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 9);
    assert_eq!(short["expires_in"], 7200);
    cloud.on(Route::Mcsp).for_key(key).always(Answer::status(429));
    ask.send(&cloud).await.ok(429);
    login(V1, &cloud.fixture().service_api_key).send(&cloud).await.ok(200);
}
