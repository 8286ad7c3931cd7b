//! What can be deployed, and what becomes of a deployment.

use serde_json::{Value, json};
use wml_auth_mock_iam::MockIam;

use crate::assertions::{platform_error, wml_error};
use crate::client::{Ask, VERSION, access_token, ask, get, post};

struct Rig {
    cloud: MockIam,
    bearer: String,
}

impl Rig {
    async fn new() -> Self {
        let cloud = MockIam::start().await.unwrap();
        let bearer = access_token(&cloud, &cloud.fixture().api_key).await;
        Self { cloud, bearer }
    }

    fn ask(&self, method: &str, path: &str) -> Ask {
        ask(method, &format!("{path}?{VERSION}")).bearer(&self.bearer)
    }

    async fn deploy(&self, more: Value) -> crate::client::Reply {
        let mut body = json!({ "name": "mine", "space_id": self.cloud.fixture().space_id, "online": {} });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.ask("POST", "/ml/v4/deployments").json(body).send(&self.cloud).await
    }
}

#[tokio::test]
async fn a_deployment_is_made_changed_and_deleted() {
    let rig = Rig::new().await;
    let named = json!({ "parameters": { "serving_name": "mine" } });
    let asset = json!({ "id": "an asset" });
    let made = rig.deploy(json!({ "asset": asset, "online": named, "tags": ["a"] })).await.ok(202);
    assert_eq!(made["entity"]["status"]["state"], "initializing");
    let id = made["metadata"]["id"].as_str().unwrap();
    let path = format!("/ml/v4/deployments/{id}");
    let read = rig.ask("GET", &path).send(&rig.cloud).await.ok(200);
    assert_eq!(read["entity"]["status"]["state"], "ready");
    let urls = read["entity"]["status"]["serving_urls"].to_string();
    assert!(urls.contains("/mine/predictions") && urls.contains("/text/generation"), "{urls}");
    let taken = async |name: &str| {
        let path = format!("/ml/v4/deployments?{VERSION}&conflict=true&serving_name={name}");
        get(&path).bearer(&rig.bearer).send(&rig.cloud).await
    };
    wml_error(&taken("mine").await, 409, "conflict");
    taken("yours").await.ok(204);
    let again = rig.deploy(json!({ "asset": asset, "online": named })).await;
    wml_error(&again, 409, "conflict");

    let rename = json!([{ "op": "replace", "path": "/name", "value": "yours" }]);
    let changed = rig.ask("PATCH", &path).json(rename).send(&rig.cloud).await.ok(200);
    assert_eq!(changed["entity"]["name"], "yours");
    let odd = json!([{ "op": "replace", "path": "/owner", "value": "me" }]);
    wml_error(&rig.ask("PATCH", &path).json(odd).send(&rig.cloud).await, 400, "invalid_request");

    let input = json!({ "input_data": [{ "values": [[1]] }] });
    let score =
        |name: &str| rig.ask("POST", &format!("/ml/v4/deployments/{name}/predictions")).json(input.clone());
    score("mine").send(&rig.cloud).await.ok(200);
    rig.ask("DELETE", &path).send(&rig.cloud).await.ok(204);
    wml_error(&score(id).send(&rig.cloud).await, 404, "not_found");
}

#[tokio::test]
async fn a_foundation_model_is_deployed_by_its_name() {
    let rig = Rig::new().await;
    let model = "ibm/granite-3-8b-instruct";
    let made = rig.deploy(json!({ "base_model_id": model })).await.ok(202);
    let path = format!("/ml/v1/deployments/{}/text/generation", made["metadata"]["id"].as_str().unwrap());
    let answer = rig.ask("POST", &path).json(json!({ "input": "a b" })).send(&rig.cloud).await.ok(200);
    assert_eq!(
        (&answer["model_id"], &answer["results"][0]["generated_text"]),
        (&json!(model), &json!("b a"))
    );
}

#[tokio::test]
async fn what_is_not_said_cannot_be_deployed() {
    let rig = Rig::new().await;
    for more in [json!({ "name": "" }), json!({ "online": null }), json!({}), json!({ "space_id": null })] {
        wml_error(&rig.deploy(more).await, 400, "invalid_request");
    }
    let viewer = access_token(&rig.cloud, &rig.cloud.fixture().service_api_key).await;
    rig.cloud.identities().set_role(
        &rig.cloud.fixture().space_id,
        &rig.cloud.fixture().iam_id,
        wml_auth_mock_iam::Role::Viewer,
    );
    let path = format!("/ml/v4/deployments/{}?{VERSION}", rig.cloud.fixture().deployment_id);
    let refused = ask("DELETE", &path).bearer(&viewer).send(&rig.cloud).await;
    wml_error(&refused, 403, "user_authorization_failed");
}

#[tokio::test]
async fn a_model_has_a_content_and_an_end() {
    let rig = Rig::new().await;
    let space = &rig.cloud.fixture().space_id;
    for (kind, content) in [("models", "content"), ("functions", "code"), ("ai_services", "code")] {
        let base = format!("/ml/v4/{kind}");
        let body = json!({ "name": "mine", "space_id": space, "software_spec": { "name": "x" } });
        let made = rig.ask("POST", &base).json(body).send(&rig.cloud).await.ok(201);
        assert_eq!((&made["metadata"]["name"], &made["entity"]["name"]), (&json!("mine"), &Value::Null));
        let path = format!("{base}/{}", made["metadata"]["id"].as_str().unwrap());
        rig.ask("PUT", &format!("{path}/{content}")).body("bytes").send(&rig.cloud).await.ok(201);
        let read = rig.ask("GET", &format!("{path}/{content}")).send(&rig.cloud).await;
        assert_eq!(read.text(), "bytes");
        let patch = json!([{ "op": "add", "path": "/software_spec/name", "value": "y" }]);
        let changed = rig.ask("PATCH", &path).json(patch).send(&rig.cloud).await.ok(200);
        assert_eq!(changed["entity"]["software_spec"]["name"], "y");
        let list = get(&format!("{base}?{VERSION}&space_id={space}")).bearer(&rig.bearer);
        let before = list.send(&rig.cloud).await.ok(200)["total_count"].as_u64().unwrap();
        rig.ask("DELETE", &path).send(&rig.cloud).await.ok(204);
        assert_eq!(list.send(&rig.cloud).await.ok(200)["total_count"].as_u64().unwrap(), before - 1);
        wml_error(&rig.ask("GET", &path).send(&rig.cloud).await, 404, "not_found");
    }
}

#[tokio::test]
async fn what_is_deployed_stays() {
    let rig = Rig::new().await;
    let path = format!("/ml/v4/deployments/{}", rig.cloud.fixture().deployment_id);
    let deployed = rig.ask("GET", &path).send(&rig.cloud).await.ok(200);
    let asset = deployed["entity"]["asset"]["id"].as_str().unwrap();
    let model = format!("/ml/v4/models/{asset}");
    assert_eq!(rig.ask("GET", &model).send(&rig.cloud).await.ok(200)["metadata"]["name"], "wml-model");
    wml_error(&rig.ask("DELETE", &model).send(&rig.cloud).await, 409, "conflict");
}

#[tokio::test]
async fn an_ai_service_says_what_it_was_told() {
    let rig = Rig::new().await;
    let path = format!("/ml/v4/deployments/{}/ai_service", rig.cloud.fixture().deployment_id);
    let answer = rig.ask("POST", &path).json(json!({ "a": 1 })).send(&rig.cloud).await.ok(200);
    assert_eq!(answer, json!({ "result": { "a": 1 } }));
    let events = rig.ask("POST", &format!("{path}_stream")).send(&rig.cloud).await.text();
    assert!(events.contains(r#"data: {"result":null}"#), "{events}");
}

#[tokio::test]
async fn software_and_hardware_have_names() {
    let rig = Rig::new().await;
    for (kind, name) in [("software", "runtime-24.1-py3.11"), ("hardware", "S")] {
        let base = format!("/v2/{kind}_specifications");
        let list = async |query: &str| {
            get(&format!("{base}?{query}")).bearer(&rig.bearer).send(&rig.cloud).await.ok(200)
        };
        assert!(list("").await["total_results"].as_u64().unwrap() > 1);
        let found = &list(&format!("name={name}")).await["resources"][0];
        let id = found["metadata"]["asset_id"].as_str().unwrap();
        assert_eq!(get(&format!("{base}/{id}")).bearer(&rig.bearer).send(&rig.cloud).await.ok(200), *found);
        assert_eq!(list("name=none").await["total_results"], 0);
        platform_error(&get(&format!("{base}/none")).bearer(&rig.bearer).send(&rig.cloud).await, 404);
        platform_error(&get(&base).send(&rig.cloud).await, 401);
    }
    let none = post("/v2/asset_types/data_asset/search").bearer(&rig.bearer).json(json!({ "query": "*:*" }));
    assert_eq!(none.send(&rig.cloud).await.ok(200), json!({ "total_rows": 0, "results": [] }));
}
