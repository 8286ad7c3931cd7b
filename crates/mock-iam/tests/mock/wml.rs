//! Watson Machine Learning: who gets in, and what the models say.

use std::time::Duration;

use serde_json::{Value, json};
use wml_auth_mock_iam::{Fixture, MockIam, Role};

use crate::assertions::wml_error;
use crate::client::{Ask, VERSION, access_token, get, post};

fn predictions(fixture: &Fixture, input: Value) -> Ask {
    post(&format!("/ml/v4/deployments/{}/predictions?{VERSION}", fixture.deployment_id)).json(input)
}

fn some_input() -> Value {
    json!({ "input_data": [{ "fields": ["a", "b"], "values": [[1, 2], [2, 1]] }] })
}

#[tokio::test]
async fn a_service_level_token_scores() {
    let cloud = MockIam::start().await.unwrap();
    let bearer = access_token(&cloud, &cloud.fixture().service_api_key).await;
    let reply = predictions(cloud.fixture(), some_input()).bearer(&bearer).send(&cloud).await;
    let answer = reply.ok(200);
    let prediction = &answer["predictions"][0];
    assert_eq!(prediction["fields"], json!(["prediction", "probability"]));
    let [first, second] = prediction["values"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    // 1/2 - 2/3 is below zero, 2/3 - 1/2 as far above it.
    assert_eq!((&first[0], &second[0]), (&json!(0), &json!(1)));
    let one = first[1][0].as_f64().unwrap() + first[1][1].as_f64().unwrap();
    assert!((one - 1.0).abs() < 1e-12);
    assert!((first[1][0].as_f64().unwrap() - second[1][1].as_f64().unwrap()).abs() < 1e-12);
    assert!(!reply.header("x-global-transaction-id").is_empty());
}

#[tokio::test]
async fn a_key_on_the_request_itself_scores() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let ask = predictions(fixture, some_input());
    ask.clone().basic("apikey", &fixture.service_api_key).send(&cloud).await.ok(200);
    let wrong = ask.clone().basic("apikey", "wrong").send(&cloud).await;
    wml_error(&wrong, 401, "authentication_token_not_valid");
    let other_user = ask.clone().basic("user", &fixture.service_api_key).send(&cloud).await;
    wml_error(&other_user, 401, "authentication_token_not_valid");
    assert!(cloud.identities().disable_key(&fixture.service_api_key));
    let disabled = ask.basic("apikey", &fixture.service_api_key).send(&cloud).await;
    wml_error(&disabled, 401, "authentication_token_not_valid");
    assert_eq!(cloud.journal().token_requests(), 0);
}

#[tokio::test]
async fn a_token_is_checked_and_the_refusal_says_why() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let ask = predictions(fixture, some_input());

    wml_error(&ask.send(&cloud).await, 401, "authentication_no_token");
    for garbage in ["opaque", "a.b.c", &bearer[..bearer.len() - 8]] {
        wml_error(&ask.clone().bearer(garbage).send(&cloud).await, 401, "authentication_token_not_valid");
    }
    let elsewhere = MockIam::builder().seed(2).start().await.unwrap();
    let foreign = access_token(&elsewhere, &elsewhere.fixture().api_key).await;
    wml_error(&ask.clone().bearer(&foreign).send(&cloud).await, 401, "authentication_token_not_valid");

    ask.clone().bearer(&bearer).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(3590));
    ask.clone().bearer(&bearer).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(10));
    wml_error(&ask.clone().bearer(&bearer).send(&cloud).await, 401, "authentication_token_expired");

    let fresh = access_token(&cloud, &fixture.api_key).await;
    ask.clone().bearer(&fresh).send(&cloud).await.ok(200);
    cloud.identities().revoke_token(&fresh);
    wml_error(&ask.bearer(&fresh).send(&cloud).await, 401, "authentication_token_not_valid");
}

#[tokio::test]
async fn scoring_takes_an_editor_and_reading_a_viewer() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.service_api_key).await;
    let score = predictions(fixture, some_input()).bearer(&bearer);
    let read = get(&format!("/ml/v4/deployments/{}?{VERSION}", fixture.deployment_id)).bearer(&bearer);
    let list = get(&format!("/ml/v4/deployments?{VERSION}&space_id={}", fixture.space_id)).bearer(&bearer);
    let prompt = json!({ "model_id": "ibm/granite-4-h-small", "input": "a b", "space_id": fixture.space_id });
    let generate = post(&format!("/ml/v1/text/generation?{VERSION}")).bearer(&bearer).json(prompt);
    for (role, may_use) in [(Role::Admin, true), (Role::Editor, true), (Role::Viewer, false)] {
        assert!(cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, role));
        read.send(&cloud).await.ok(200);
        list.send(&cloud).await.ok(200);
        for ask in [&score, &generate] {
            let reply = ask.send(&cloud).await;
            match may_use {
                true => drop(reply.ok(200)),
                false => drop(wml_error(&reply, 403, "user_authorization_failed")),
            }
        }
    }
    assert!(cloud.identities().remove_member(&fixture.space_id, &fixture.iam_id));
    for ask in [read, list, score, generate] {
        wml_error(&ask.send(&cloud).await, 403, "user_authorization_failed");
    }
}

#[tokio::test]
async fn a_deployment_has_what_clients_read_from_it() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    assert_eq!(fixture.deployment_id.len(), 36);
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let list = get(&format!("/ml/v4/deployments?{VERSION}&space_id={}&limit=200", fixture.space_id));
    let list = list.bearer(&bearer).send(&cloud).await.ok(200);
    let one =
        get(&format!("/ml/v4/deployments/{}?{VERSION}&space_id={}", fixture.deployment_id, fixture.space_id));
    let one = one.bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(list["resources"], json!([one]));
    assert_eq!(one["metadata"]["id"], fixture.deployment_id.as_str());
    assert_eq!(one["metadata"]["space_id"], fixture.space_id.as_str());
    assert_eq!(one["entity"]["status"]["state"], "ready");
    assert!(one.get("system").is_none());
    let project = get(&format!("/ml/v4/deployments?{VERSION}&project_id={}", fixture.project_id));
    assert_eq!(project.bearer(&bearer).send(&cloud).await.ok(200)["resources"], json!([]));
}

#[tokio::test]
async fn the_version_is_mandatory() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let deployment = format!("/ml/v4/deployments/{}", fixture.deployment_id);
    for query in ["", "?version=", "?version=latest", "?version=2026-13-01", "?version=20261014"] {
        let reply = get(&format!("{deployment}{query}")).bearer(&bearer).send(&cloud).await;
        wml_error(&reply, 400, "invalid_request");
        wml_error(
            &get(&format!("/ml/v1/foundation_model_specs{query}")).send(&cloud).await,
            400,
            "invalid_request",
        );
    }
}

#[tokio::test]
async fn malformed_input_is_explained() {
    let cloud = MockIam::start().await.unwrap();
    let bearer = access_token(&cloud, &cloud.fixture().api_key).await;
    for (input, hint) in [
        (json!({}), "input_data"),
        (json!({ "input_data": [] }), "input_data"),
        (json!({ "input_data": [{ "fields": ["a"] }] }), "values"),
        (json!({ "input_data": [{ "values": [] }] }), "no rows"),
        (json!({ "input_data": [{ "fields": ["a", "b"], "values": [[1, 2], [1]] }] }), "Row 1"),
        (json!({ "input_data": [{ "values": [[1, 2], [1, 2, 3]] }] }), "Row 1"),
        (json!({ "input_data": [{ "values": [["blue"]] }] }), "no number"),
    ] {
        let reply = predictions(cloud.fixture(), input.clone()).bearer(&bearer).send(&cloud).await;
        let body = wml_error(&reply, 400, "invalid_request");
        assert!(body["errors"][0]["message"].as_str().unwrap().contains(hint), "{input}: {body}");
    }
}

#[tokio::test]
async fn a_prompt_is_answered_from_its_words() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.service_api_key).await;
    let model = "ibm/granite-4-h-small";
    let generate =
        |body: Value| post(&format!("/ml/v1/text/generation?{VERSION}")).bearer(&bearer).json(body);

    let body = json!({ "model_id": model, "input": "one two three", "space_id": fixture.space_id });
    let answer = generate(body).send(&cloud).await.ok(200);
    assert_eq!(answer["results"][0]["generated_text"], "three two one");
    assert_eq!(answer["results"][0]["input_token_count"], 3);
    assert_eq!(answer["results"][0]["stop_reason"], "eos_token");
    let body = json!({
        "model_id": model, "input": "one two three", "project_id": fixture.project_id,
        "parameters": { "max_new_tokens": 2 },
    });
    let answer = generate(body).send(&cloud).await.ok(200);
    assert_eq!(answer["results"][0]["generated_text"], "three two");
    assert_eq!(answer["results"][0]["stop_reason"], "max_tokens");

    let body = json!({
        "model_id": model, "project_id": fixture.project_id,
        "messages": [
            { "role": "system", "content": "be brief" },
            { "role": "user", "content": [{ "type": "text", "text": "hello there" }] },
        ],
    });
    let chat =
        post(&format!("/ml/v1/text/chat?{VERSION}")).bearer(&bearer).json(body).send(&cloud).await.ok(200);
    assert_eq!(chat["choices"][0]["message"]["content"], "there hello");
    assert_eq!(chat["usage"]["total_tokens"], 4);

    let path = format!("/ml/v1/deployments/{}/text/generation?{VERSION}", fixture.deployment_id);
    let deployed = post(&path).bearer(&bearer).json(json!({ "input": "a b" })).send(&cloud).await.ok(200);
    assert_eq!(deployed["results"][0]["generated_text"], "b a");
}

#[tokio::test]
async fn a_prompt_is_answered_word_by_word() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.service_api_key).await;
    let stream = async |path: &str, body: Value| {
        let reply = post(&format!("{path}?{VERSION}")).bearer(&bearer).json(body).send(&cloud).await;
        assert_eq!(reply.header("content-type"), "text/event-stream;charset=utf-8");
        let events = reply.text();
        let data = events.lines().filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str::<Value>(data).unwrap()).collect::<Vec<_>>()
    };
    let place = json!({
        "model_id": "ibm/granite-4-h-small", "space_id": fixture.space_id, "input": "one two",
        "messages": [{ "role": "user", "content": "one two" }],
    });
    let deployed = format!("/ml/v1/deployments/{}", fixture.deployment_id);
    for base in ["/ml/v1", &deployed] {
        let pieces = stream(&format!("{base}/text/generation_stream"), place.clone()).await;
        let texts = pieces.iter().map(|piece| piece["results"][0]["generated_text"].as_str().unwrap());
        assert_eq!(texts.collect::<Vec<_>>(), ["two ", "one", ""]);
        assert_eq!(pieces[2]["results"][0]["stop_reason"], "eos_token");

        let pieces = stream(&format!("{base}/text/chat_stream"), place.clone()).await;
        assert_eq!(pieces[0]["choices"][0]["delta"]["content"], "two ");
        assert_eq!(pieces[1]["choices"][0]["delta"]["content"], "one");
        assert_eq!(pieces[2]["choices"][0]["finish_reason"], "stop");
        assert_eq!(pieces[3]["usage"]["total_tokens"], 4);
        assert!(pieces.iter().all(|piece| piece["id"] == pieces[0]["id"]));
    }
}

#[tokio::test]
async fn texts_become_vectors_and_tokens() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.service_api_key).await;
    let model = "ibm/slate-125m-english-rtrvr-v2";
    let embed = |model: &str| {
        let inputs = json!(["one two", "two one", ""]);
        let body = json!({ "model_id": model, "space_id": fixture.space_id, "inputs": inputs });
        post(&format!("/ml/v1/text/embeddings?{VERSION}")).bearer(&bearer).json(body)
    };
    let answer = embed(model).send(&cloud).await.ok(200);
    let vectors = answer["results"].as_array().unwrap();
    assert_eq!((vectors.len(), &vectors[0]), (3, &vectors[1]));
    for vector in vectors {
        let length = vector["embedding"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap().powi(2));
        assert!((length.sum::<f64>() - 1.0).abs() < 1e-9);
    }
    assert_eq!(answer["input_token_count"], 4);
    wml_error(&embed("ibm/granite-4-h-small").send(&cloud).await, 404, "model_not_supported");

    let body = json!({
        "model_id": "ibm/granite-4-h-small", "space_id": fixture.space_id, "input": "one two",
        "parameters": { "return_tokens": true },
    });
    let path = format!("/ml/v1/text/tokenization?{VERSION}");
    let answer = post(&path).bearer(&bearer).json(body).send(&cloud).await.ok(200);
    assert_eq!(answer["result"], json!({ "token_count": 2, "tokens": ["one", "two"] }));
}

#[tokio::test]
async fn a_prompt_needs_one_place_and_a_known_model() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let model = "ibm/granite-4-h-small";
    let (space, project) = (fixture.space_id.as_str(), fixture.project_id.as_str());
    for (body, status, code) in [
        (json!({ "model_id": model, "input": "a" }), 400, "invalid_request"),
        (
            json!({ "model_id": model, "input": "a", "space_id": space, "project_id": project }),
            400,
            "invalid_request",
        ),
        (json!({ "model_id": model, "input": "a", "project_id": space }), 404, "container_not_found"),
        (json!({ "model_id": model, "input": "a", "space_id": "none" }), 404, "container_not_found"),
        (json!({ "model_id": "none", "input": "a", "space_id": space }), 404, "model_not_supported"),
        (json!({ "model_id": model, "space_id": space }), 400, "invalid_request"),
    ] {
        let reply =
            post(&format!("/ml/v1/text/generation?{VERSION}")).bearer(&bearer).json(body).send(&cloud).await;
        wml_error(&reply, status, code);
    }
}

#[tokio::test]
async fn the_models_are_listed_without_a_token() {
    let cloud = MockIam::start().await.unwrap();
    let path = format!("/ml/v1/foundation_model_specs?{VERSION}&filters=!lifecycle_withdrawn&limit=200");
    let specs = get(&path).send(&cloud).await.ok(200);
    let model = &specs["resources"][0];
    assert_eq!(model["model_id"], "ibm/granite-4-h-small");
    assert!(model["functions"][0]["id"].is_string() && model["lifecycle"][0]["id"].is_string());
}

#[tokio::test]
async fn unknown_things_are_not_found() {
    let cloud = MockIam::start().await.unwrap();
    let bearer = access_token(&cloud, &cloud.fixture().api_key).await;
    for path in ["/ml/v4/nothing", "/ml/v4/deployments/none", "/ml/v4/instances/none"] {
        let reply = get(&format!("{path}?{VERSION}")).bearer(&bearer).send(&cloud).await;
        wml_error(&reply, 404, "not_found");
    }
    let path = format!("/ml/v4/deployments/{}/predictions?{VERSION}", cloud.fixture().deployment_id);
    wml_error(&get(&path).bearer(&bearer).send(&cloud).await, 405, "method_not_allowed");
}
