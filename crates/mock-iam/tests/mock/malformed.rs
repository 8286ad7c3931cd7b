//! Requests that are wrong, row by row: what was asked, and what IBM Cloud says to it.

mod identity_services;
mod token;

use serde_json::json;
use wml_auth_mock_iam::MockIam;

use crate::assertions::{platform_error, wml_error};
use crate::client::{VERSION, access_token, ask, get, post};

#[tokio::test]
async fn requests_to_the_metadata_service() {
    let cloud = MockIam::start().await.unwrap();
    let path = "/instance_identity/v1/token?version=2022-03-01";
    let put = |target: &str, body: &str| {
        let ask = ask("PUT", target).header("Metadata-Flavor", "ibm");
        ask.header("Content-Type", "application/json").body(body)
    };
    let life = |seconds: &str| put(path, &format!(r#"{{"expires_in":{seconds}}}"#));
    for (what, ask, status, code) in [
        ("no flavour", ask("PUT", path).json(json!({})), 400, "missing_value"),
        (
            "another flavour",
            ask("PUT", path).header("Metadata-Flavor", "aws").json(json!({})),
            400,
            "invalid_value",
        ),
        ("no version", put("/instance_identity/v1/token", "{}"), 400, "missing_value"),
        (
            "a version that is no date",
            put("/instance_identity/v1/token?version=now", "{}"),
            400,
            "invalid_value",
        ),
        (
            "a version of a day that is none",
            put("/instance_identity/v1/token?version=2022-13-45", "{}"),
            400,
            "invalid_value",
        ),
        (
            "the old path under a new version",
            put("/instance_identity/v1/token?version=2025-08-26", "{}"),
            404,
            "not_found",
        ),
        (
            "the new path under an old version",
            put("/identity/v1/token?version=2022-03-01", "{}"),
            404,
            "not_found",
        ),
        ("4 seconds", life("4"), 400, "invalid_value"),
        ("3601 seconds", life("3601"), 400, "invalid_value"),
        ("minus one second", life("-1"), 400, "invalid_value"),
        ("a second and a half", life("1.5"), 400, "invalid_value"),
        ("seconds as text", life("\"300\""), 400, "invalid_value"),
        ("an unknown field", put(path, r#"{"foo":1}"#), 400, "unknown_field"),
        ("half an object", put(path, "{"), 400, "invalid_request"),
        ("an array", put(path, "[]"), 400, "invalid_request"),
        (
            "no token",
            post("/instance_identity/v1/iam_token?version=2022-03-01").json(json!({})),
            401,
            "unauthenticated",
        ),
        (
            "a bad token",
            post("/instance_identity/v1/iam_token?version=2022-03-01").bearer("x").json(json!({})),
            401,
            "unauthenticated",
        ),
    ] {
        let reply = ask.send(&cloud).await;
        assert_eq!(
            (reply.status, &reply.json()["errors"][0]["code"]),
            (status, &json!(code)),
            "{what}: {}",
            reply.text()
        );
        assert_eq!(reply.json()["status_code"], status);
    }
    life("5").send(&cloud).await.ok(200);
    life("3600").send(&cloud).await.ok(200);
}

#[tokio::test]
async fn requests_to_mcsp_and_cloud_pak_for_data() {
    let cloud = MockIam::start().await.unwrap();
    let (v1, authorize) = ("/siusermgr/api/1.0/apikeys/token", "/icp4d-api/v1/authorize");
    let key = &cloud.fixture().api_key;
    for (what, ask, status, code) in [
        ("nothing", post(v1).body("{}"), 400, "BXNIM0109E"),
        ("half an object", post(v1).body("{"), 400, "BXNIM0106E"),
        ("an array", post(v1).json(json!([key])), 400, "BXNIM0106E"),
        ("a number", post(v1).json(json!({ "apikey": 1 })), 400, "BXNIM0106E"),
        ("an empty key", post(v1).json(json!({ "apikey": "" })), 400, "BXNIM0109E"),
        ("an unknown key", post(v1).json(json!({ "apikey": "x" })), 400, "BXNIM0415E"),
        ("GET", get(v1), 405, "BXNIM0060E"),
        (
            "an unknown scope",
            post("/api/2.0/planets/x/apikeys/token").json(json!({ "apikey": key })),
            400,
            "BXNIM0106E",
        ),
    ] {
        let reply = ask.send(&cloud).await;
        assert_eq!(
            (reply.status, &reply.json()["errorCode"]),
            (status, &json!(code)),
            "{what}: {}",
            reply.text()
        );
    }
    for (what, ask, status) in [
        ("nothing", post(authorize).body("{}"), 400),
        ("half an object", post(authorize).body("{"), 400),
        ("an array", post(authorize).json(json!(["a", "b"])), 400),
        ("no password", post(authorize).json(json!({ "username": "a" })), 400),
        ("a wrong password", post(authorize).json(json!({ "username": "a", "password": "b" })), 401),
        ("GET", get(authorize), 405),
    ] {
        let reply = ask.send(&cloud).await;
        assert_eq!(
            (reply.status, &reply.json()["_messageCode_"]),
            (status, &json!(status.to_string())),
            "{what}"
        );
    }
}

#[tokio::test]
async fn requests_to_the_platform_and_to_watson_machine_learning() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let path = format!("/ml/v4/deployments/{}/predictions", fixture.deployment_id);
    let target = format!("{path}?{VERSION}");
    let input = json!({ "input_data": [{ "fields": ["a"], "values": [[1]] }] });
    for (what, ask, status, code) in [
        ("no version", post(&path).json(input.clone()), 400, "invalid_request"),
        (
            "a version that is no date",
            post(&format!("{path}?version=x")).json(input.clone()),
            400,
            "invalid_request",
        ),
        ("half an object", post(&target).body("{"), 400, "invalid_request"),
        (
            "an array",
            post(&target).json(json!([[{ "fields": ["a"], "values": [[1]] }]])),
            400,
            "invalid_request",
        ),
        ("no input", post(&target).body("{}"), 400, "invalid_request"),
        ("a number for input", post(&target).json(json!({ "input_data": 5 })), 400, "invalid_request"),
        (
            "an unknown deployment",
            post(&format!("/ml/v4/deployments/x/predictions?{VERSION}")).json(input.clone()),
            404,
            "not_found",
        ),
        (
            "an unknown space",
            get(&format!("/ml/v4/deployments?{VERSION}&space_id=x")),
            404,
            "container_not_found",
        ),
        ("no space", get(&format!("/ml/v4/deployments?{VERSION}")), 400, "invalid_request"),
    ] {
        let reply = ask.bearer(&bearer).send(&cloud).await;
        assert_eq!(reply.status, status, "{what}: {}", reply.text());
        wml_error(&reply, status, code);
    }
    let score = post(&target).json(input);
    wml_error(&score.send(&cloud).await, 401, "authentication_no_token");
    wml_error(&score.clone().bearer("x").send(&cloud).await, 401, "authentication_token_not_valid");
    for (ask, status) in [
        (get("/v2/spaces/x"), 404),
        (post("/v2/spaces").body("{"), 400),
        (post("/v2/spaces").json(json!(["a"])), 400),
        (post(&format!("/v2/spaces/{}/members", fixture.space_id)).json(json!({})), 400),
        (get("/v2/x"), 404),
    ] {
        platform_error(&ask.bearer(&bearer).send(&cloud).await, status);
    }
    platform_error(&get("/v2/spaces").send(&cloud).await, 401);
    platform_error(&get("/v2/spaces").bearer("x").send(&cloud).await, 401);
    cloud.clock().advance(std::time::Duration::from_secs(3601));
    wml_error(&score.bearer(&bearer).send(&cloud).await, 401, "authentication_token_expired");
}
