//! Every way to log in to Cloud Pak for Data.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wml_auth_mock_iam::{Answer, MockIam, Route, TokenAnswer};

use crate::assertions::wml_error;
use crate::client::{Ask, Reply, VERSION, get, post};
use crate::jwt::claims;

fn authorize(body: Value) -> Ask {
    post("/icp4d-api/v1/authorize").json(body)
}

#[track_caller]
fn cp4d_error(reply: &Reply, status: u16) {
    let body = reply.ok(status);
    assert_eq!(body["_messageCode_"], status.to_string(), "{body}");
    assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
}

fn deployment(cloud: &MockIam) -> Ask {
    get(&format!("/ml/v4/deployments/{}?{VERSION}", cloud.fixture().deployment_id))
}

/// Watson Machine Learning and the platform take the token; IAM's own services do not.
async fn is_good(cloud: &MockIam, token: &Value) {
    let token = token.as_str().unwrap();
    deployment(cloud).bearer(token).send(cloud).await.ok(200);
    get(&format!("/v2/spaces/{}", cloud.fixture().space_id)).bearer(token).send(cloud).await.ok(200);
    assert_eq!(get("/v1/apikeys").bearer(token).send(cloud).await.status, 401);
}

#[tokio::test]
async fn a_user_logs_in_with_a_password_or_an_api_key_below_any_prefix() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let (user, password, key) = (&fixture.username, &fixture.password, &fixture.api_key);
    for path in [
        "/v1/authorize",
        "/icp4d-api/v1/authorize",
        "//icp4d-api/v1/authorize",
        "/zen/icp4d-api/v1/authorize",
        "/v1/authorize/v1/authorize",
    ] {
        for body in [
            json!({ "username": user, "password": password }),
            json!({ "username": user, "api_key": key }),
            json!({ "username": user, "password": null, "api_key": key, "account_id": null }),
            json!({ "username": user, "password": password, "api_key": null, "account_id": "999" }),
        ] {
            // IBM's library for Go ends its JSON with a newline.
            let answer = post(path).body(format!("{body}\n")).send(&cloud).await.ok(200);
            assert_eq!((&answer["_messageCode_"], &answer["message"]), (&json!("200"), &json!("success")));
            let claims = claims(answer["token"].as_str().unwrap());
            assert_eq!((&claims["username"], &claims["sub"]), (&json!(user), &json!(user)));
            assert_eq!((&claims["iss"], &claims["aud"]), (&json!("KNOXSSO"), &json!("DSX")));
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
        }
    }
    let service = json!({ "username": fixture.service_id, "api_key": fixture.service_api_key });
    let answer = authorize(service).send(&cloud).await.ok(200);
    is_good(&cloud, &answer["token"]).await;
    assert_eq!(cloud.journal().requests_to(&Route::Cp4d), 21);
}

#[tokio::test]
async fn who_does_not_know_the_secret_gets_no_token() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let user = &fixture.username;
    for (body, status) in [
        (json!({ "username": user, "password": "guess" }), 401),
        (json!({ "username": "nobody", "password": fixture.password }), 401),
        (json!({ "username": user, "api_key": "guess" }), 401),
        (json!({ "username": user, "api_key": fixture.service_api_key }), 401),
        (json!({ "username": user }), 400),
        (json!({ "username": "", "password": fixture.password }), 400),
        (json!({ "password": fixture.password }), 400),
        (json!({ "username": user, "password": fixture.password, "api_key": fixture.api_key }), 400),
        (json!({ "username": user, "password": 7 }), 400),
        (json!([]), 400),
    ] {
        cp4d_error(&authorize(body).send(&cloud).await, status);
    }
    cp4d_error(&get("/icp4d-api/v1/authorize").send(&cloud).await, 405);
    assert!(cloud.identities().disable_key(&fixture.api_key));
    let disabled = json!({ "username": user, "api_key": fixture.api_key });
    cp4d_error(&authorize(disabled).send(&cloud).await, 401);
}

#[tokio::test]
async fn a_token_is_good_until_it_expires_or_is_revoked() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let body = json!({ "username": fixture.username, "password": fixture.password });
    let token = async || authorize(body.clone()).send(&cloud).await.ok(200)["token"].clone();
    let (one, two) = (token().await, token().await);
    assert_ne!(one, two);
    is_good(&cloud, &one).await;
    cloud.identities().revoke_token(one.as_str().unwrap());
    let reply = deployment(&cloud).bearer(one.as_str().unwrap()).send(&cloud).await;
    wml_error(&reply, 401, "authentication_token_not_valid");
    is_good(&cloud, &two).await;
    cloud.clock().advance(Duration::from_secs(3600));
    let reply = deployment(&cloud).bearer(two.as_str().unwrap()).send(&cloud).await;
    wml_error(&reply, 401, "authentication_token_expired");
}

#[tokio::test]
async fn a_foundational_token_is_changed_for_one_of_cloud_pak_for_data() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let login = |password: &str| {
        post("/idprovider/v1/auth/identitytoken").form(&[
            ("grant_type", "password"),
            ("username", &fixture.username),
            ("password", password),
            ("scope", "openid"),
        ])
    };
    let first = login(&fixture.password).send(&cloud).await.ok(200);
    assert_eq!((&first["token_type"], &first["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let token = first["access_token"].as_str().unwrap();
    let validate = |user: &str, token: &str| {
        get("/v1/preauth/validateAuth").header("username", user).header("iam-token", token)
    };
    let second = validate(&fixture.username, token).send(&cloud).await.ok(200);
    is_good(&cloud, &second["accessToken"]).await;
    let older = get("/v1/preauth/validateAuth").basic(&fixture.username, &fixture.password);
    is_good(&cloud, &older.send(&cloud).await.ok(200)["accessToken"]).await;

    // The first token is good for the second step alone.
    let reply = deployment(&cloud).bearer(token).send(&cloud).await;
    wml_error(&reply, 401, "authentication_token_not_valid");
    cp4d_error(&login("guess").send(&cloud).await, 401);
    cp4d_error(&validate("another", token).send(&cloud).await, 401);
    cp4d_error(&validate(&fixture.username, "x").send(&cloud).await, 401);
    cp4d_error(&validate(&fixture.username, second["accessToken"].as_str().unwrap()).send(&cloud).await, 401);
    cp4d_error(&get("/v1/preauth/validateAuth").send(&cloud).await, 401);
    cp4d_error(&get("/v1/preauth/validateAuth").basic(&fixture.username, "guess").send(&cloud).await, 401);
    let no_form = post("/idprovider/v1/auth/identitytoken").json(json!({ "grant_type": "password" }));
    cp4d_error(&no_form.send(&cloud).await, 400);
    let no_password = post("/idprovider/v1/auth/identitytoken")
        .form(&[("grant_type", "password"), ("username", &fixture.username)]);
    cp4d_error(&no_password.send(&cloud).await, 400);
    cloud.clock().advance(Duration::from_secs(3600));
    cp4d_error(&validate(&fixture.username, token).send(&cloud).await, 401);
}

#[tokio::test]
async fn a_service_logs_in_with_the_brokers_secret_or_for_its_instance() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let secret = fixture.broker_secret.as_str();
    for prefix in ["", "/zen-data/internal"] {
        let ask = get(&format!("{prefix}/v1/service_token")).header("secret", secret);
        is_good(&cloud, &ask.send(&cloud).await.ok(200)["token"]).await;
        cp4d_error(&get(&format!("{prefix}/v1/service_token")).send(&cloud).await, 401);
    }
    cp4d_error(&get("/v1/service_token").header("secret", "guess").send(&cloud).await, 401);
    let asked = "/v1/service_token?username=cpadmin&uid=7&display_name=A&permissions=a,b&expiration_time=12";
    let answer = get(asked).header("secret", secret).send(&cloud).await.ok(200);
    let claims = claims(answer["token"].as_str().unwrap());
    assert_eq!((&claims["username"], &claims["uid"]), (&json!("cpadmin"), &json!("7")));
    assert_eq!((&claims["display_name"], &claims["permissions"]), (&json!("A"), &json!(["a", "b"])));
    // Nobody here is called so: the token is good, but its holder is a member of nothing.
    let reply = deployment(&cloud).bearer(answer["token"].as_str().unwrap()).send(&cloud).await;
    wml_error(&reply, 403, "user_authorization_failed");
    cp4d_error(
        &get("/v1/service_token?expiration_time=soon").header("secret", secret).send(&cloud).await,
        400,
    );

    let instance = |id: &str| get(&format!("/v3/service_instances/{id}/token"));
    let good = instance(&fixture.instance_id).basic(&fixture.username, &fixture.api_key);
    is_good(&cloud, &good.send(&cloud).await.ok(200)["data"]["token"]).await;
    let wrong_key = instance(&fixture.instance_id).basic(&fixture.username, "guess");
    cp4d_error(&wrong_key.send(&cloud).await, 401);
    cp4d_error(&instance(&fixture.instance_id).send(&cloud).await, 401);
    let unknown = instance("1").basic(&fixture.username, &fixture.api_key);
    cp4d_error(&unknown.send(&cloud).await, 404);
}

#[tokio::test]
async fn a_zen_api_key_needs_no_token() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let zen = |ask: Ask, user: &str, key: &str| {
        ask.header("Authorization", &format!("ZenApiKey {}", STANDARD.encode(format!("{user}:{key}"))))
    };
    zen(deployment(&cloud), &fixture.username, &fixture.api_key).send(&cloud).await.ok(200);
    zen(get("/v2/spaces"), &fixture.service_id, &fixture.service_api_key).send(&cloud).await.ok(200);
    for (user, key) in [
        (&*fixture.username, "guess"),
        (&*fixture.username, &*fixture.service_api_key),
        ("nobody", &*fixture.api_key),
    ] {
        let reply = zen(deployment(&cloud), user, key).send(&cloud).await;
        wml_error(&reply, 401, "authentication_token_not_valid");
    }
    let unreadable = deployment(&cloud).header("Authorization", "ZenApiKey %%%").send(&cloud).await;
    wml_error(&unreadable, 401, "authentication_token_not_valid");
    let reply = zen(get("/v1/apikeys"), &fixture.username, &fixture.api_key).send(&cloud).await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn answers_are_scripted_as_for_the_token_path() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let ask = authorize(json!({ "username": fixture.username, "api_key": fixture.api_key }));
    cloud
        .on(Route::Cp4d)
        .then(Answer::status(503))
        .then(Answer::token("opaque"))
        .then(Answer::without_token())
        .then(TokenAnswer::new().lifetime(Duration::from_secs(9)))
        .then(TokenAnswer::new().without_claim("exp"));
    ask.send(&cloud).await.ok(503);
    let opaque = ask.send(&cloud).await.ok(200);
    assert_eq!(opaque, json!({ "_messageCode_": "200", "message": "success", "token": "opaque" }));
    assert!(ask.send(&cloud).await.ok(200).get("token").is_none());
    let short = claims(ask.send(&cloud).await.ok(200)["token"].as_str().unwrap());
    assert_eq!(short["exp"].as_i64().unwrap() - short["iat"].as_i64().unwrap(), 9);
    let endless = ask.send(&cloud).await.ok(200);
    assert!(claims(endless["token"].as_str().unwrap()).get("exp").is_none());

    let instance = format!("/v3/service_instances/{}/token", fixture.instance_id);
    cloud.on(Route::Cp4d).then(Answer::token("opaque"));
    assert_eq!(get(&instance).send(&cloud).await.ok(200), json!({ "data": { "token": "opaque" } }));
    cloud.on(Route::Cp4d).for_key(&fixture.api_key).always(Answer::status(429));
    ask.send(&cloud).await.ok(429);
    let other = json!({ "username": fixture.username, "password": fixture.password });
    authorize(other).send(&cloud).await.ok(200);
}
