//! Framing, order of checks, envelope and headers of `/identity/token`.

use std::time::Duration;

use serde_json::json;
use wml_auth_mock_iam::MockIam;

use crate::assertions::oidc_error;
use crate::client::{APIKEY, access_token, apikey, encode, get, post, token};

#[tokio::test]
async fn the_parameters_may_come_in_the_body_in_the_query_or_in_both() {
    let cloud = MockIam::start().await.unwrap();
    let key = cloud.fixture().api_key.as_str();
    let all = encode(&[("grant_type", APIKEY), ("apikey", key), ("response_type", "cloud_iam")]);
    let grant_type = encode(&[("grant_type", APIKEY)]);
    for request in [
        apikey(key),
        token(&[("apikey", key), ("scope", "ibm openid"), ("grant_type", APIKEY)]),
        post(&format!("/identity/token?{all}")),
        post(&format!("/identity/token?{grant_type}")).form(&[("apikey", key)]),
        post(&format!("/identity/token?{grant_type}")).form(&[("apikey", key), ("grant_type", APIKEY)]),
        post("/oidc/token").form(&[("grant_type", APIKEY), ("apikey", key)]),
        post("//identity/token").form(&[("grant_type", APIKEY), ("apikey", key)]),
        post("/identity/token").body(format!("grant_type={APIKEY}&apikey={key}")),
    ] {
        request.send(&cloud).await.ok(200);
    }
    assert_eq!(cloud.journal().token_requests(), 8);
}

#[tokio::test]
async fn a_space_may_be_a_plus_or_percent_20() {
    let cloud = MockIam::start().await.unwrap();
    let key = &cloud.fixture().api_key;
    for words in [
        "cloud_iam+delegated_refresh_token",
        "cloud_iam%20delegated_refresh_token",
        "cloud_iam,delegated_refresh_token",
    ] {
        let body = format!("grant_type={APIKEY}&apikey={key}&response_type={words}&receiver_client_ids=kube");
        let answer = post("/identity/token").body(body).send(&cloud).await.ok(200);
        assert!(answer["delegated_refresh_token"].is_string(), "{words}");
    }
}

#[tokio::test]
async fn a_key_that_was_not_escaped_is_understood() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let own = "brought+along%zz/with==all%41sorts-of-it";
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let key = json!({ "name": "own", "iam_id": fixture.iam_id, "apikey": own });
    post("/v1/apikeys").bearer(&bearer).json(key).send(&cloud).await.ok(201);

    post("/identity/token").body(format!("grant_type={APIKEY}&apikey={own}")).send(&cloud).await.ok(200);
    apikey(own).send(&cloud).await.ok(200);
    oidc_error(&apikey(&own.replace('+', " ")).send(&cloud).await, 400, "BXNIM0415E");
}

#[tokio::test]
async fn the_answer_has_iams_members() {
    let cloud = MockIam::start().await.unwrap();
    let now = cloud.clock().epoch_seconds();
    let answer = apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["refresh_token"], "not_supported");
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(answer["scope"], "ibm openid");
    let expiration = answer["expiration"].as_i64().unwrap();
    assert!((now + 3600..now + 3610).contains(&expiration));
    assert_eq!(answer.as_object().unwrap().len(), 6);
}

#[tokio::test]
async fn the_lifetime_can_be_chosen() {
    let cloud = MockIam::builder().token_lifetime(Duration::from_secs(900)).start().await.unwrap();
    let answer = apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
    assert_eq!(answer["expires_in"], 900);
}

#[tokio::test]
async fn the_checks_come_in_iams_order() {
    let cloud = MockIam::start().await.unwrap();
    let key = cloud.fixture().api_key.as_str();

    let answer = get("/identity/token").send(&cloud).await;
    let body = oidc_error(&answer, 405, "BXNIM0060E");
    assert_eq!(body["errorDetails"], "HTTP 405 Method Not Allowed");

    // Each of these is wrong in this way and in every later one.
    let body = oidc_error(&token(&[("response_type", "uaa")]).send(&cloud).await, 400, "BXNIM0109E");
    assert!(body["errorDetails"].as_str().unwrap().contains("grant_type"));

    let wrong_response_type =
        token(&[("grant_type", APIKEY), ("response_type", "uaa")]).basic("who", "knows").send(&cloud).await;
    let body = oidc_error(&wrong_response_type, 400, "BXNIM0106E");
    let details = body["errorDetails"].as_str().unwrap();
    assert!(details.contains("cloud_iam") && details.contains("delegated_refresh_token"), "{details}");

    let wrong_client = token(&[("grant_type", APIKEY)]).basic("who", "knows").send(&cloud).await;
    oidc_error(&wrong_client, 400, "BXNIM0310E");
    let wrong_secret = token(&[("grant_type", APIKEY)]).basic("bx", "guess").send(&cloud).await;
    oidc_error(&wrong_secret, 400, "BXNIM0310E");
    let no_scheme = token(&[("grant_type", APIKEY)]).header("Authorization", "bx").send(&cloud).await;
    oidc_error(&no_scheme, 400, "BXNIM0310E");

    let no_key = token(&[("grant_type", APIKEY), ("apikey", "")]).send(&cloud).await;
    let body = oidc_error(&no_key, 400, "BXNIM0109E");
    assert!(body["errorDetails"].as_str().unwrap().contains("apikey"));

    oidc_error(&apikey("no-such-key").send(&cloud).await, 400, "BXNIM0415E");
    assert!(cloud.identities().disable_key(key));
    oidc_error(&apikey(key).send(&cloud).await, 400, "BXNIM0462E");
    assert!(cloud.identities().enable_key(key));
    apikey(key).send(&cloud).await.ok(200);
}

#[tokio::test]
async fn nonsense_is_refused_in_iams_manner() {
    let cloud = MockIam::start().await.unwrap();
    let key = cloud.fixture().api_key.as_str();
    let unknown_grant = token(&[("grant_type", "magic"), ("apikey", key)]).send(&cloud).await;
    oidc_error(&unknown_grant, 400, "BXNIM0106E");
    let twice = token(&[("grant_type", APIKEY), ("apikey", key), ("apikey", "other")]).send(&cloud).await;
    oidc_error(&twice, 400, "BXNIM0106E");
    let as_json =
        post("/identity/token").json(json!({ "grant_type": APIKEY, "apikey": key })).send(&cloud).await;
    oidc_error(&as_json, 400, "BXNIM0109E");
    let other_account =
        token(&[("grant_type", APIKEY), ("apikey", key), ("account", "0")]).send(&cloud).await;
    oidc_error(&other_account, 400, "BXNIM0413E");
}

#[tokio::test]
async fn an_error_has_the_context_and_the_order_of_a_real_one() {
    let cloud = MockIam::start().await.unwrap();
    let reply = apikey("no-such-key").header("User-Agent", "probe/1").send(&cloud).await;
    let body = oidc_error(&reply, 400, "BXNIM0415E");
    assert_eq!(body["errorMessage"], "Provided API key could not be found.");
    let context = body["context"].as_object().unwrap();
    assert!(context.values().all(|value| value.is_string()), "{context:?}");
    assert_eq!(context["requestType"], "incoming.Identity_Token");
    assert_eq!(context["userAgent"], "probe/1");
    assert_eq!(context["url"], cloud.url());
    assert_eq!(context["instanceId"], context["host"]);
    assert!(context["startTime"].as_str().unwrap().ends_with(" UTC"));
    let text = reply.text();
    let position = |name: &str| text.find(&format!("\"{name}\"")).unwrap();
    assert!(
        position("errorCode") < position("errorMessage") && position("errorMessage") < position("context")
    );

    let legacy = post("/oidc/token").send(&cloud).await;
    assert_eq!(legacy.json()["context"]["requestType"], "incoming.OIDC_Token");
}

#[tokio::test]
async fn every_answer_has_iams_headers() {
    let cloud = MockIam::start().await.unwrap();
    for reply in [apikey(&cloud.fixture().api_key).send(&cloud).await, apikey("wrong").send(&cloud).await] {
        for (name, value) in [
            ("content-type", "application/json"),
            ("content-language", "en-US"),
            ("cache-control", "no-cache, no-store, must-revalidate"),
            ("expires", "0"),
            ("pragma", "no-cache"),
            ("x-content-type-options", "nosniff"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("ibm-cloud-service-name", "iam-identity"),
        ] {
            assert_eq!(reply.header(name), value, "{name}");
        }
        let transaction = reply.header("transaction-id");
        assert_eq!(reply.header("x-correlation-id"), transaction);
        let (pod, random) = transaction.split_once('-').unwrap();
        assert!(!pod.is_empty() && random.len() == 32, "{transaction}");
        assert_eq!(reply.header("x-request-id").len(), 36);
    }
    let followed = apikey("wrong").header("Transaction-Id", "actest-1").send(&cloud).await;
    assert_eq!(followed.header("transaction-id"), "actest-1");
    assert_eq!(oidc_error(&followed, 400, "BXNIM0415E")["context"]["requestId"], "actest-1");
}

#[tokio::test]
async fn the_date_header_follows_the_servers_clock() {
    let cloud = MockIam::start().await.unwrap();
    let real = cloud.clock().epoch_seconds();
    cloud.clock().set_skew(1_725_266_520 - real);
    let reply = get("/identity/keys").send(&cloud).await;
    assert!(reply.header("date").starts_with("Mon, 02 Sep 2024 08:42:"), "{}", reply.header("date"));
}

#[tokio::test]
async fn a_path_beside_the_token_endpoint_is_the_gateways() {
    let cloud = MockIam::start().await.unwrap();
    let reply = get("/identity/nothing").send(&cloud).await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("An 404 error occurred in iam-gateway."));
}

#[tokio::test]
async fn the_configuration_document_points_to_this_server() {
    let cloud = MockIam::start().await.unwrap();
    let document = get("/identity/.well-known/openid-configuration").send(&cloud).await.ok(200);
    assert_eq!(document["issuer"], "https://iam.cloud.ibm.com/identity");
    assert_eq!(document["token_endpoint"], format!("{}/identity/token", cloud.url()));
    assert_eq!(document["jwks_uri"], format!("{}/identity/keys", cloud.url()));
    assert!(document["grant_types_supported"].as_array().unwrap().contains(&json!(APIKEY)));
}
