//! The life of API keys and Service IDs.

use std::time::Duration;

use serde_json::{Value, json};
use wml_auth_mock_iam::MockIam;

use crate::assertions::{management_error, oidc_error};
use crate::client::{access_token, apikey, ask, get, post};

async fn with_admin() -> (MockIam, String) {
    let cloud = MockIam::start().await.unwrap();
    let bearer = access_token(&cloud, &cloud.fixture().api_key).await;
    (cloud, bearer)
}

fn text<'a>(answer: &'a Value, member: &str) -> &'a str {
    answer[member].as_str().unwrap()
}

#[tokio::test]
async fn a_key_is_made_used_disabled_locked_and_deleted() {
    let (cloud, bearer) = with_admin().await;
    let iam_id = cloud.fixture().iam_id.as_str();
    let body = json!({ "name": "rotated", "iam_id": iam_id, "description": "second" });
    let reply = post("/v1/apikeys").bearer(&bearer).json(body).send(&cloud).await;
    let made = reply.ok(201);
    assert_eq!(reply.header("etag"), text(&made, "entity_tag"));
    let (id, key) = (text(&made, "id"), text(&made, "apikey"));
    assert!(id.starts_with("ApiKey-") && key.len() == 44);
    assert_eq!(made["created_at"].as_str().unwrap().len(), "2020-11-10T12:28+0000".len());
    apikey(key).send(&cloud).await.ok(200);

    let path = format!("/v1/apikeys/{id}");
    let read = get(&path).bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(read["apikey"], "", "the value is shown once");
    assert_eq!(read["name"], "rotated");

    let call = |method: &str, end: &str| ask(method, &format!("{path}{end}")).bearer(&bearer);
    call("POST", "/disable").send(&cloud).await.ok(204);
    oidc_error(&apikey(key).send(&cloud).await, 400, "BXNIM0462E");
    call("DELETE", "/disable").send(&cloud).await.ok(204);
    apikey(key).send(&cloud).await.ok(200);

    call("POST", "/lock").send(&cloud).await.ok(204);
    management_error(&call("DELETE", "").send(&cloud).await, 409, "entity_locked");
    apikey(key).send(&cloud).await.ok(200);
    call("DELETE", "/lock").send(&cloud).await.ok(204);

    call("DELETE", "").send(&cloud).await.ok(204);
    oidc_error(&apikey(key).send(&cloud).await, 400, "BXNIM0415E");
    management_error(&call("GET", "").send(&cloud).await, 404, "not_found");
}

#[tokio::test]
async fn tokens_outlive_the_key_they_came_from() {
    let (cloud, bearer) = with_admin().await;
    assert!(cloud.identities().delete_key(&cloud.fixture().api_key));
    get("/v1/apikeys").bearer(&bearer).send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_holder_can_ask_what_it_holds() {
    let (cloud, bearer) = with_admin().await;
    let details = get("/v1/apikeys/details").bearer(&bearer);
    let known =
        details.clone().header("IAM-ApiKey", &cloud.fixture().service_api_key).send(&cloud).await.ok(200);
    assert_eq!(known["iam_id"], cloud.fixture().iam_id.as_str());
    assert_eq!(known["account_id"], cloud.fixture().account_id.as_str());
    management_error(&details.clone().header("IAM-ApiKey", "wrong").send(&cloud).await, 404, "not_found");
    management_error(&details.send(&cloud).await, 400, "bad_request");
}

#[tokio::test]
async fn an_update_needs_the_current_revision() {
    let (cloud, bearer) = with_admin().await;
    let key = get("/v1/apikeys/details")
        .bearer(&bearer)
        .header("IAM-ApiKey", &cloud.fixture().api_key)
        .send(&cloud)
        .await
        .ok(200);
    let put = ask("PUT", &format!("/v1/apikeys/{}", text(&key, "id")))
        .bearer(&bearer)
        .json(json!({ "name": "new" }));
    management_error(&put.send(&cloud).await, 400, "bad_request");
    let put = |tag: &str| put.clone().header("If-Match", tag);
    let updated = put(text(&key, "entity_tag")).send(&cloud).await.ok(200);
    assert_eq!(updated["name"], "new");
    assert!(text(&updated, "entity_tag").starts_with("2-"));
    management_error(&put(text(&key, "entity_tag")).send(&cloud).await, 409, "conflict");
    put("*").send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_key_can_have_an_end() {
    let (cloud, bearer) = with_admin().await;
    // A quarter of an hour from now, by moving the clock to a known minute.
    cloud.clock().set_skew(1_725_266_520 - cloud.clock().epoch_seconds());
    let bearer_then = access_token(&cloud, &cloud.fixture().api_key).await;
    let body =
        json!({ "name": "short", "iam_id": cloud.fixture().iam_id, "expires_at": "2024-09-02T08:57+0000" });
    let made = post("/v1/apikeys").bearer(&bearer_then).json(body.clone()).send(&cloud).await.ok(201);
    assert_eq!(made["expires_at"], "2024-09-02T08:57+0000");
    apikey(text(&made, "apikey")).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(900));
    oidc_error(&apikey(text(&made, "apikey")).send(&cloud).await, 400, "BXNIM0462E");

    let mut wrong = body;
    wrong["expires_at"] = json!("next week");
    cloud.clock().set_skew(0);
    management_error(&post("/v1/apikeys").bearer(&bearer).json(wrong).send(&cloud).await, 400, "bad_request");
}

#[tokio::test]
async fn a_bad_create_is_refused() {
    let (cloud, bearer) = with_admin().await;
    let iam_id = cloud.fixture().iam_id.as_str();
    for body in [
        json!({ "name": "no identity" }),
        json!({ "iam_id": iam_id }),
        json!({ "name": "unknown identity", "iam_id": "iam-ServiceId-0" }),
        json!({ "name": "other account", "iam_id": iam_id, "account_id": "0" }),
        json!({ "name": "too short", "iam_id": iam_id, "apikey": "short" }),
        json!([]),
    ] {
        let reply = post("/v1/apikeys").bearer(&bearer).json(body.clone()).send(&cloud).await;
        assert_eq!(reply.status, 400, "{body}");
    }
    let taken = json!({ "name": "taken", "iam_id": iam_id, "apikey": cloud.fixture().service_api_key });
    management_error(&post("/v1/apikeys").bearer(&bearer).json(taken).send(&cloud).await, 409, "conflict");
}

#[tokio::test]
async fn an_identity_has_at_most_twenty_keys_and_they_come_in_pages() {
    let (cloud, bearer) = with_admin().await;
    let iam_id = cloud.fixture().iam_id.as_str();
    let body = json!({ "name": "more", "iam_id": iam_id });
    let create = post("/v1/apikeys").bearer(&bearer).json(body);
    for _ in 1..20 {
        create.send(&cloud).await.ok(201);
    }
    let refused = management_error(&create.send(&cloud).await, 422, "invalid_state");
    assert_eq!(refused["errors"][0]["message_code"], "BXNIM0151E");

    let (mut seen, mut path, mut pages) = (0, format!("/v1/apikeys?iam_id={iam_id}&pagesize=8"), 0);
    loop {
        let page = get(&path).bearer(&bearer).send(&cloud).await.ok(200);
        assert_eq!(page["limit"], 8);
        assert_eq!(page.get("previous").is_some(), pages > 0);
        seen += page["apikeys"].as_array().unwrap().len();
        pages += 1;
        match page["next"].as_str() {
            Some(next) => path = next.strip_prefix(cloud.url()).unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!((seen, pages), (20, 3));
    let users = get("/v1/apikeys").bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(users["apikeys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_service_id_is_made_with_a_key_and_takes_its_keys_along() {
    let (cloud, bearer) = with_admin().await;
    let body = json!({
        "account_id": cloud.fixture().account_id,
        "name": "nightly",
        "apikey": { "name": "first", "store_value": true },
    });
    // The SDKs send the slash.
    let made = post("/v1/serviceids/").bearer(&bearer).json(body).send(&cloud).await.ok(201);
    let (id, key) = (text(&made, "id"), text(&made["apikey"], "apikey"));
    assert_eq!(made["iam_id"], format!("iam-{id}"));
    assert_eq!(made["apikey"]["iam_id"], made["iam_id"]);
    apikey(key).send(&cloud).await.ok(200);
    let stored =
        get(&format!("/v1/apikeys/{}", text(&made["apikey"], "id"))).bearer(&bearer).send(&cloud).await;
    assert_eq!(stored.ok(200)["apikey"], key, "a stored value can be read again");

    let by_name = get("/v1/serviceids?name=nightly").bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(by_name["serviceids"].as_array().unwrap().len(), 1);
    let path = format!("/v1/serviceids/{id}");
    assert_eq!(get(&path).bearer(&bearer).send(&cloud).await.ok(200)["name"], "nightly");
    let put =
        ask("PUT", &path).bearer(&bearer).json(json!({ "description": "at night" })).header("If-Match", "*");
    assert_eq!(put.send(&cloud).await.ok(200)["description"], "at night");

    post(&format!("{path}/lock")).bearer(&bearer).send(&cloud).await.ok(204);
    management_error(&ask("DELETE", &path).bearer(&bearer).send(&cloud).await, 400, "entity_locked");
    ask("DELETE", &format!("{path}/lock")).bearer(&bearer).send(&cloud).await.ok(204);
    ask("DELETE", &path).bearer(&bearer).send(&cloud).await.ok(204);
    oidc_error(&apikey(key).send(&cloud).await, 400, "BXNIM0415E");
    management_error(&get(&path).bearer(&bearer).send(&cloud).await, 404, "not_found");
}

#[tokio::test]
async fn the_bearer_is_checked() {
    let (cloud, bearer) = with_admin().await;
    let list = get("/v1/serviceids");
    let missing = management_error(&list.send(&cloud).await, 401, "invalid_access_token");
    assert_eq!(missing["errors"][0]["message_code"], "BXNIM0308E");
    assert!(missing["status_code"].is_u64());
    assert!(missing["context"]["transaction_id"].is_string());
    management_error(&list.clone().bearer("x.y.z").send(&cloud).await, 401, "invalid_access_token");
    list.clone().bearer(&bearer).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(3600));
    management_error(&list.clone().bearer(&bearer).send(&cloud).await, 401, "invalid_access_token");
    cloud.clock().set_skew(0);
    cloud.identities().revoke_token(&bearer);
    management_error(&list.bearer(&bearer).send(&cloud).await, 401, "invalid_access_token");
}

#[tokio::test]
async fn a_service_id_manages_its_own_keys_only() {
    let (cloud, admin) = with_admin().await;
    let fixture = cloud.fixture();
    let service = access_token(&cloud, &fixture.service_api_key).await;
    let own = json!({ "name": "next", "iam_id": fixture.iam_id });
    post("/v1/apikeys").bearer(&service).json(own).send(&cloud).await.ok(201);
    let user = get("/v1/apikeys").bearer(&admin).send(&cloud).await.ok(200);
    let other = json!({ "name": "theft", "iam_id": user["apikeys"][0]["iam_id"] });
    let reply = post("/v1/apikeys").bearer(&service).json(other).send(&cloud).await;
    management_error(&reply, 403, "insufficent_permissions");
    let reply = post("/v1/serviceids")
        .bearer(&service)
        .json(json!({ "account_id": fixture.account_id, "name": "x" }))
        .send(&cloud)
        .await;
    management_error(&reply, 403, "insufficent_permissions");
    management_error(&get("/v1/nothing").bearer(&admin).send(&cloud).await, 404, "not_found");
    management_error(
        &ask("PATCH", "/v1/apikeys").bearer(&admin).send(&cloud).await,
        405,
        "method_not_allowed",
    );
}

#[tokio::test]
async fn keys_tell_what_happened_to_them_and_how_often_they_were_used() {
    let (cloud, bearer) = with_admin().await;
    let fixture = cloud.fixture();
    apikey(&fixture.service_api_key).send(&cloud).await.ok(200);
    apikey(&fixture.service_api_key).send(&cloud).await.ok(200);
    let list = format!("/v1/apikeys?iam_id={}&include_history=true", fixture.iam_id);
    let key = get(&list).bearer(&bearer).send(&cloud).await.ok(200)["apikeys"][0].clone();
    assert_eq!(key["history"][0]["action"], "create");
    assert_eq!(key["action_when_leaked"], "disable");
    assert_eq!(key.get("support_sessions"), None, "a Service ID has no sessions");
    assert_eq!(key.get("activity"), None);

    let path = format!("/v1/apikeys/{}", text(&key, "id"));
    post(&format!("{path}/lock")).bearer(&bearer).send(&cloud).await.ok(204);
    let full = format!("{path}?include_history=true&include_activity=true");
    let read = get(&full).bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(read["activity"]["authn_count"], 2);
    assert!(read["activity"]["last_authn"].as_str().unwrap().ends_with("+0000"));
    assert_eq!(read["history"][1]["action"], "lock");
    let plain = get(&path).bearer(&bearer).send(&cloud).await.ok(200);
    assert!(plain.get("history").is_none() && plain.get("activity").is_none());

    let service = format!("/v1/serviceids/{}?include_activity=true", fixture.service_id);
    let service = get(&service).bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(service["activity"]["authn_count"], 2);
}

#[tokio::test]
async fn what_happens_to_a_leaked_key_and_its_sessions_can_be_set() {
    let (cloud, bearer) = with_admin().await;
    let user = get("/v1/apikeys").bearer(&bearer).send(&cloud).await.ok(200)["apikeys"][0].clone();
    let create = |body: Value| post("/v1/apikeys").bearer(&bearer).json(body);
    let iam_id = &user["iam_id"];
    let body =
        json!({ "name": "cli", "iam_id": iam_id, "support_sessions": true, "action_when_leaked": "delete" });
    let made = create(body).send(&cloud).await.ok(201);
    assert_eq!((&made["support_sessions"], &made["action_when_leaked"]), (&json!(true), &json!("delete")));
    let put = ask("PUT", &format!("/v1/apikeys/{}", text(&made, "id")))
        .bearer(&bearer)
        .header("If-Match", "*")
        .json(json!({ "support_sessions": false, "action_when_leaked": "none" }));
    let put = put.send(&cloud).await.ok(200);
    assert_eq!((&put["support_sessions"], &put["action_when_leaked"]), (&json!(false), &json!("none")));

    for body in [
        json!({ "name": "x", "iam_id": cloud.fixture().iam_id, "support_sessions": true }),
        json!({ "name": "x", "iam_id": iam_id, "action_when_leaked": "sue" }),
        json!({ "name": "x", "iam_id": iam_id, "store_value": true }),
    ] {
        management_error(&create(body).send(&cloud).await, 400, "bad_request");
    }
}

#[tokio::test]
async fn a_key_is_born_locked_and_disabled_if_asked() {
    let (cloud, bearer) = with_admin().await;
    let body = json!({ "name": "later", "iam_id": cloud.fixture().iam_id });
    let create = post("/v1/apikeys").bearer(&bearer).json(body);
    let create = create.header("Entity-Lock", "true").header("Entity-Disable", "true");
    let made = create.send(&cloud).await.ok(201);
    assert_eq!((&made["locked"], &made["disabled"]), (&json!(true), &json!(true)));
    oidc_error(&apikey(text(&made, "apikey")).send(&cloud).await, 400, "BXNIM0462E");
}

#[tokio::test]
async fn a_key_long_past_its_end_is_gone_even_if_it_is_locked() {
    let (cloud, _) = with_admin().await;
    cloud.clock().set(1_725_266_520);
    let bearer = access_token(&cloud, &cloud.fixture().api_key).await;
    let body =
        json!({ "name": "short", "iam_id": cloud.fixture().iam_id, "expires_at": "2024-09-02T08:57+0000" });
    let made = post("/v1/apikeys").bearer(&bearer).header("Entity-Lock", "true").json(body);
    let made = made.send(&cloud).await.ok(201);
    let path = format!("/v1/apikeys/{}", text(&made, "id"));
    for (days, status) in [(89, 200), (2, 404)] {
        cloud.clock().advance(Duration::from_secs(days * 86_400));
        let bearer = access_token(&cloud, &cloud.fixture().api_key).await;
        assert_eq!(get(&path).bearer(&bearer).send(&cloud).await.status, status);
    }
}
