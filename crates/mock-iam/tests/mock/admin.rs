//! Control over HTTP, as a test in another process has it.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use wml_auth_mock_iam::{MockIam, Scenario};

use crate::assertions::oidc_error;
use crate::client::{Ask, Reply, apikey, ask, get, post};

async fn start() -> MockIam {
    let scenario: Scenario =
        "[[keys]]\nname = \"spare\"\n\n[[rules]]\nroute = \"keys\"\nanswer = { status = 418 }"
            .parse()
            .unwrap();
    MockIam::builder().scenario(scenario).admin(true).start().await.unwrap()
}

async fn admin(cloud: &MockIam, ask: Ask) -> Reply {
    let address = cloud.admin_url().unwrap().trim_start_matches("http://");
    ask.exchange(TcpStream::connect(address).await.unwrap()).await.unwrap()
}

fn fingerprint(secret: &str) -> String {
    let digest = digest(&SHA256, secret.as_bytes());
    let hex = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("sha256:{hex}")
}

#[tokio::test]
async fn it_is_off_unless_asked_for_and_never_on_the_clouds_port() {
    let cloud = MockIam::start().await.unwrap();
    assert_eq!((cloud.admin_url(), &cloud.fixture().admin_url), (None, &None));
    let cloud = start().await;
    assert_eq!(cloud.fixture().admin_url.as_deref(), cloud.admin_url());
    assert_eq!(admin(&cloud, get("/healthz")).await.ok(200), json!({ "status": "ok" }));
    assert_eq!(admin(&cloud, get("/openapi.json")).await.ok(200)["openapi"], "3.1.0");
    assert_eq!(get("/healthz").send(&cloud).await.status, 404);
    assert_eq!(admin(&cloud, apikey("x")).await.status, 404, "and the cloud is not on its port");
    assert_eq!(admin(&cloud, get("/reset")).await.status, 405);
    assert_eq!(cloud.journal().requests().len(), 1, "control is not recorded");
}

#[tokio::test]
async fn the_journal_shows_what_was_asked_and_no_secret() {
    let cloud = start().await;
    let key = &cloud.fixture().api_key;
    let answer =
        apikey(key).header("IAM-ApiKey", key).header("User-Agent", "probe").send(&cloud).await.ok(200);
    let token = answer["access_token"].as_str().unwrap();
    get(&format!("/v2/spaces?limit=1&apikey={key}")).bearer(token).basic("apikey", key).send(&cloud).await;
    let shown = admin(&cloud, get("/journal")).await;
    assert!(!shown.text().contains(key.as_str()) && !shown.text().contains(token));
    let shown = shown.ok(200);
    let [first, second] = shown["requests"].as_array().unwrap().as_slice() else { panic!("{shown}") };
    assert_eq!((&first["path"], &first["status"]), (&"/identity/token".into(), &200.into()));
    assert_eq!(first["form"]["apikey"], fingerprint(key).as_str());
    assert_eq!(first["headers"]["iam-apikey"], first["form"]["apikey"]);
    assert_eq!(first["form"]["grant_type"], "urn:ibm:params:oauth:grant-type:apikey");
    assert_eq!(first["headers"]["user-agent"], "probe");
    assert_eq!((&second["query"]["limit"], &second["form"]), (&"1".into(), &Value::Null));
    assert_eq!(second["query"]["apikey"], fingerprint(key).as_str());
    assert_eq!(admin(&cloud, ask("DELETE", "/journal")).await.status, 204);
    assert!(cloud.journal().requests().is_empty());
}

#[tokio::test]
async fn a_bearer_token_can_be_recognised() {
    let cloud = start().await;
    get("/v2/spaces").bearer("some-token").send(&cloud).await;
    let shown = admin(&cloud, get("/journal")).await.ok(200);
    let expected = format!("Bearer {}", fingerprint("some-token"));
    assert_eq!(shown["requests"][0]["headers"]["authorization"], expected.as_str());
}

#[tokio::test]
async fn the_clock_is_moved() {
    let cloud = start().await;
    let hands = json!({ "set": 1_725_266_520, "advance": 60, "date_skew": 3600, "token_skew": -60 });
    let now = admin(&cloud, post("/clock").json(hands)).await.ok(200)["now"].as_i64().unwrap();
    assert!((1_725_266_580..1_725_266_590).contains(&now), "{now}");
    let reply = apikey(&cloud.fixture().api_key).send(&cloud).await;
    assert!(reply.header("date").starts_with("Mon, 02 Sep 2024 09:4"));
    assert!(reply.ok(200)["expiration"].as_i64().unwrap() < 1_725_266_590 + 3600 - 50);
    assert_eq!(admin(&cloud, post("/clock").json(json!({ "advanse": 1 }))).await.status, 400);
    assert_eq!(admin(&cloud, post("/clock").body("no")).await.status, 400);
}

#[tokio::test]
async fn keys_are_made_disabled_and_deleted() {
    let cloud = start().await;
    let made = admin(&cloud, post("/keys").json(json!({ "name": "new", "owner": "service" }))).await.ok(201);
    let key = made["api_key"].as_str().unwrap();
    assert_eq!(made["digest"], fingerprint(key).as_str());
    apikey(key).send(&cloud).await.ok(200);
    assert_eq!(admin(&cloud, post("/keys").json(json!({ "name": "new" }))).await.status, 409);
    assert_eq!(admin(&cloud, post("/keys/new/disable")).await.status, 204);
    oidc_error(&apikey(key).send(&cloud).await, 400, "BXNIM0462E");
    assert_eq!(admin(&cloud, post("/keys/new/enable")).await.status, 204);
    apikey(key).send(&cloud).await.ok(200);
    assert_eq!(admin(&cloud, ask("DELETE", "/keys/new")).await.status, 204);
    oidc_error(&apikey(key).send(&cloud).await, 400, "BXNIM0415E");
    assert_eq!(admin(&cloud, post("/keys/new/disable")).await.status, 404);
    assert_eq!(admin(&cloud, post("/keys/user/disable")).await.status, 204);
    oidc_error(&apikey(&cloud.fixture().api_key).send(&cloud).await, 400, "BXNIM0462E");
}

#[tokio::test]
async fn rules_are_added_replaced_and_forgotten() {
    let cloud = start().await;
    let keys = get("/identity/keys");
    assert_eq!(keys.send(&cloud).await.status, 418);
    let rule = |status: u16| json!([{ "route": "keys", "times": 1, "answer": { "status": status } }]);
    assert_eq!(admin(&cloud, post("/rules").json(rule(503))).await.ok(200)["rules"], 1);
    assert_eq!([keys.send(&cloud).await.status, keys.send(&cloud).await.status], [503, 418]);
    admin(&cloud, ask("PUT", "/rules").json(rule(500))).await.ok(200);
    assert_eq!([keys.send(&cloud).await.status, keys.send(&cloud).await.status], [500, 200]);
    let half = json!([{ "route": "keys", "answer": { "status": 500 } }, { "route": "keys", "key": "x", "answer": {} }]);
    let refused = admin(&cloud, ask("PUT", "/rules").json(half)).await.ok(400);
    assert!(refused["error"].as_str().unwrap().contains("`x`"), "{refused}");
    keys.send(&cloud).await.ok(200);
    admin(&cloud, post("/rules").json(rule(500))).await.ok(200);
    assert_eq!(admin(&cloud, ask("DELETE", "/rules")).await.status, 204);
    keys.send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_reset_makes_it_as_it_was() {
    let cloud = start().await;
    let before = cloud.fixture().clone();
    let next = cloud.identities().add_user_key();
    assert!(cloud.identities().delete_key(&before.keys["spare"]));
    cloud.clock().set(0);
    admin(&cloud, ask("DELETE", "/rules")).await;
    assert_eq!(admin(&cloud, post("/reset")).await.status, 204);
    apikey(&before.api_key).send(&cloud).await.ok(200);
    apikey(&before.keys["spare"]).send(&cloud).await.ok(200);
    oidc_error(&apikey(&next).send(&cloud).await, 400, "BXNIM0415E");
    assert_eq!(get("/identity/keys").send(&cloud).await.status, 418);
    assert!(cloud.clock().epoch_seconds() > 1_000_000);
    assert_eq!(cloud.identities().add_user_key(), next, "one seed, one sequence");
}

#[tokio::test]
async fn signing_keys_are_rotated_and_retired() {
    let cloud = start().await;
    let before = cloud.signing_keys();
    let after = admin(&cloud, post("/signing-keys")).await.ok(200);
    assert_eq!(after, admin(&cloud, get("/signing-keys")).await.ok(200));
    assert_eq!(after["kids"], json!(cloud.signing_keys()));
    assert_eq!(cloud.signing_keys().len(), before.len() + 1);
    assert_eq!(admin(&cloud, ask("DELETE", &format!("/signing-keys/{}", before[0]))).await.status, 204);
    assert_eq!(admin(&cloud, ask("DELETE", &format!("/signing-keys/{}", before[0]))).await.status, 404);
    admin(&cloud, post("/reset")).await;
    assert_eq!(cloud.signing_keys(), before);
}

#[tokio::test]
async fn metrics_count_by_route_and_status() {
    let cloud = start().await;
    for key in [&cloud.fixture().api_key, "wrong", "wrong"] {
        apikey(key).send(&cloud).await;
    }
    get("/nowhere").send(&cloud).await;
    let reply = admin(&cloud, get("/metrics")).await;
    assert!(reply.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = reply.text();
    for line in [
        "# TYPE wml_auth_mock_requests_total counter",
        r#"wml_auth_mock_requests_total{route="token",status="200"} 1"#,
        r#"wml_auth_mock_requests_total{route="token",status="400"} 2"#,
        r#"wml_auth_mock_requests_total{route="-",status="404"} 1"#,
        "wml_auth_mock_in_flight 0",
        "wml_auth_mock_peak_in_flight 1",
        "wml_auth_mock_api_keys 3",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} is not in:\n{text}");
    }
}

#[tokio::test]
async fn it_listens_where_it_is_told() {
    let Ok(cloud) = MockIam::builder().host("::1".parse().unwrap()).admin(true).start().await else {
        // A machine without IPv6 has nothing to show.
        return;
    };
    assert!(
        cloud.url().starts_with("http://[::1]:") && cloud.admin_url().unwrap().starts_with("http://[::1]:")
    );
    apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
}
