//! To the identity services.

use serde_json::{Value, json};
use wml_auth_mock_iam::MockIam;

use crate::assertions::management_error;
use crate::client::{Ask, access_token, ask, get, post};

#[tokio::test]
async fn each_is_refused_as_the_management_api_refuses_it() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let new = |more: Value| {
        let mut key = json!({ "name": "a", "iam_id": fixture.iam_id });
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post("/v1/apikeys").json(key)
    };
    let made = new(json!({})).bearer(&bearer).send(&cloud).await.ok(201);
    let path = format!("/v1/apikeys/{}", made["id"].as_str().unwrap());
    let put = |body: Value| ask("PUT", &path).header("If-Match", "*").json(body);
    let text = |body: &str| post("/v1/apikeys").header("Content-Type", "application/json").body(body);
    let list = |query: &str| get(&format!("/v1/apikeys?{query}"));
    let invalid = [
        ("pagesize 0", list("pagesize=0")),
        ("pagesize 101", list("pagesize=101")),
        ("pagesize abc", list("pagesize=abc")),
        ("a page token of nobody's", list("pagetoken=x")),
        ("a filter of one word", list("filter=foo")),
        ("a filter with an operator that there is not", list("filter=name+eq+%22a%22")),
        ("a filter without its last quotation mark", list("filter=name+sw+%22a")),
        ("an order that there is not", list("order=up")),
        ("a property to sort by that there is not", list("sort=colour")),
        ("a scope that there is not", list("scope=world")),
        ("a type that there is not", list("type=robot")),
        ("half an object", text("{")),
        ("nothing", text("")),
        ("an array", text(r#"["a","IBMid-1"]"#)),
        ("two names", text(r#"{"name":"a","name":"b"}"#)),
        ("a thousand brackets", text(&"[".repeat(1000))),
        ("a number for a name", new(json!({ "name": 1 }))),
        ("nothing for a name", new(json!({ "name": null }))),
        ("a word for yes", new(json!({ "store_value": "yes" }))),
        ("an action that there is not", new(json!({ "action_when_leaked": "explode" }))),
        ("a time that is none", new(json!({ "expires_at": "soon" }))),
        ("an unknown owner", new(json!({ "iam_id": "IBMid-x" }))),
        ("another account", new(json!({ "account_id": "x" }))),
        ("a number for a new name", put(json!({ "name": 5 }))),
        ("an array in place of changes", put(json!(["a"]))),
    ];
    let missing = [
        ("no name", post("/v1/apikeys").json(json!({ "iam_id": fixture.iam_id }))),
        ("an empty name", new(json!({ "name": "" }))),
        ("no owner", post("/v1/apikeys").json(json!({ "name": "a" }))),
        ("no If-Match", ask("PUT", &path).json(json!({ "name": "b" }))),
        ("an empty If-Match", ask("PUT", &path).header("If-Match", "").json(json!({ "name": "b" }))),
        ("no key to tell of", get("/v1/apikeys/details")),
        ("a Service ID without an account", post("/v1/serviceids/").json(json!({ "name": "a" }))),
    ];
    let other = [
        (
            "an old If-Match",
            409,
            "conflict",
            ask("PUT", &path).header("If-Match", "x").json(json!({ "name": "b" })),
        ),
        ("an unknown key", 404, "not_found", get("/v1/apikeys/x")),
        ("keys of nobody", 404, "not_found", list("iam_id=IBMid-x")),
        ("keys of another account", 404, "not_found", list("account_id=x")),
        ("an unknown value", 404, "not_found", get("/v1/apikeys/details").header("IAM-ApiKey", "x")),
        ("an unknown path", 404, "not_found", get("/v1/nothing")),
        ("a method that there is not", 405, "method_not_allowed", ask("PATCH", &path)),
    ];
    let coded =
        |rows: Vec<(&'static str, Ask)>, code| rows.into_iter().map(move |(what, ask)| (what, ask, code));
    for (what, ask, code) in coded(invalid.into(), "BXNIM0106E").chain(coded(missing.into(), "BXNIM0109E")) {
        let reply = ask.bearer(&bearer).send(&cloud).await;
        assert_eq!(
            (reply.status, &reply.json()["errors"][0]["message_code"]),
            (400, &json!(code)),
            "{what}: {}",
            reply.text()
        );
        management_error(&reply, 400, "bad_request");
    }
    for (what, status, word, ask) in other {
        let reply = ask.bearer(&bearer).send(&cloud).await;
        assert_eq!(reply.status, status, "{what}: {}", reply.text());
        management_error(&reply, status, word);
    }
    new(json!({ "name": "b", "foo": 1 })).bearer(&bearer).send(&cloud).await.ok(201);
    for path in
        ["/v1/apikeys", "/v1/apikeys/x", "/v1/apikeys/details", "/v1/serviceids", "/v1/profiles", "/v1/x"]
    {
        for (ask, code) in [
            (get(path), "BXNIM0308E"),
            (get(path).bearer("x"), "BXNIM0401E"),
            (get(path).bearer(&format!("{bearer}x")), "BXNIM0401E"),
            (get(path).header("Authorization", "Bearer"), "BXNIM0401E"),
            (get(path).basic("apikey", &fixture.api_key), "BXNIM0401E"),
        ] {
            let body = management_error(&ask.send(&cloud).await, 401, "invalid_access_token");
            assert_eq!(body["errors"][0]["message_code"], code, "{path}");
        }
    }
}
