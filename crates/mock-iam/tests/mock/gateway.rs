//! The Model Gateway: OpenAI's words, and an envelope of its own for errors.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wml_auth_mock_iam::MockIam;

use crate::client::{Reply, access_token, ask, get, post};

const MODEL: &str = "ibm/granite-4-h-small";
const EMBEDDING_MODEL: &str = "ibm/slate-125m-english-rtrvr-v2";

/// A cloud, and somebody who asks it.
struct Rig {
    cloud: MockIam,
    bearer: String,
}

impl Rig {
    async fn new() -> Self {
        let cloud = MockIam::start().await.unwrap();
        let bearer = access_token(&cloud, &cloud.fixture().service_api_key).await;
        Self { cloud, bearer }
    }

    async fn posted(&self, path: &str, body: Value) -> Reply {
        post(&format!("/ml/gateway/v1/{path}")).bearer(&self.bearer).json(body).send(&self.cloud).await
    }

    async fn got(&self, path: &str) -> Reply {
        get(&format!("/ml/gateway/v1/{path}")).bearer(&self.bearer).send(&self.cloud).await
    }
}

fn question() -> Value {
    json!({ "model": MODEL, "messages": [{ "role": "user", "content": "one two three" }] })
}

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str) {
    let body = reply.ok(status);
    assert_eq!(body["error"]["code"], code, "{body}");
    assert!(body["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    assert_eq!(body["error"]["request_id"], reply.header("transaction-id"));
    assert!(body.get("errors").is_none());
}

#[tokio::test]
async fn the_gateway_answers_without_a_version_or_a_place() {
    let rig = Rig::new().await;
    let chat = rig.posted("chat/completions", question()).await.ok(200);
    assert_eq!(chat["choices"][0]["message"]["content"], "three two one");
    assert_eq!(chat["object"], "chat.completion");
    assert_eq!(chat["model"], MODEL);

    let body = json!({ "model": MODEL, "prompt": [1, 2], "echo": true });
    let text = rig.posted("completions", body).await.ok(200);
    assert_eq!(text["choices"][0]["text"], "1 2 2 1");

    let body = json!({ "model": EMBEDDING_MODEL, "input": [[1], [2]], "encoding_format": "base64" });
    let vectors = rig.posted("embeddings", body).await.ok(200);
    assert_eq!(vectors["data"][1]["embedding"].as_str().map(str::len), Some(88));
    assert_eq!(vectors["usage"]["total_tokens"], 2);
}

#[tokio::test]
async fn pieces_end_with_a_word_that_says_so() {
    let rig = Rig::new().await;
    let mut body = question();
    body["stream"] = true.into();
    for (path, key) in [("chat/completions", "messages"), ("completions", "prompt")] {
        body[key] = if key == "prompt" { "a b".into() } else { body[key].clone() };
        let events = rig.posted(path, body.clone()).await.text();
        assert!(events.ends_with("data: [DONE]\n\n"), "{events}");
        assert!(!events.contains("usage"), "{events}");
    }
    body["stream_options"] = json!({ "include_usage": true });
    assert!(rig.posted("completions", body).await.text().contains("total_tokens"));
}

#[tokio::test]
async fn the_gateway_refuses_in_its_own_envelope() {
    let rig = Rig::new().await;
    let asks = |model: &str| json!({ "model": model, "messages": [], "prompt": 1.5, "input": {} });
    refused(&rig.posted("chat/completions", json!({})).await, 400, "invalid_request");
    refused(&rig.posted("chat/completions", asks(MODEL)).await, 400, "invalid_request");
    refused(&rig.posted("completions", asks(MODEL)).await, 400, "invalid_request");
    refused(&rig.posted("embeddings", asks(EMBEDDING_MODEL)).await, 400, "invalid_request");
    refused(&rig.posted("embeddings", asks(MODEL)).await, 404, "model_not_supported");
    refused(&rig.posted("chat/completions", asks("nobody/s")).await, 404, "model_not_supported");
    let body = json!({ "model": EMBEDDING_MODEL, "input": "a", "encoding_format": "morse" });
    refused(&rig.posted("embeddings", body).await, 400, "invalid_request");
    refused(&rig.got("chat/completions").await, 405, "method_not_allowed");
    refused(&rig.got("nothing").await, 404, "not_found");
    refused(&rig.got("models/nothing").await, 404, "not_found");
    refused(&rig.got("providers/nothing/models").await, 404, "not_found");

    let elsewhere = post("/ml/gateway/v1/chat/completions").json(question());
    refused(&elsewhere.clone().send(&rig.cloud).await, 401, "authentication_no_token");
    let stranger = elsewhere.clone().bearer("a.b.c").send(&rig.cloud).await;
    refused(&stranger, 401, "authentication_token_not_valid");
    let space = elsewhere.bearer(&rig.bearer).header("X-IBM-SPACE-ID", "nowhere").send(&rig.cloud).await;
    refused(&space, 404, "container_not_found");
}

#[tokio::test]
async fn a_token_that_is_revoked_or_late_is_refused() {
    let rig = Rig::new().await;
    rig.posted("chat/completions", question()).await.ok(200);
    let second = Rig { bearer: access_token(&rig.cloud, &rig.cloud.fixture().api_key).await, ..rig };
    let first = access_token(&second.cloud, &second.cloud.fixture().service_api_key).await;
    second.cloud.identities().revoke_token(&second.bearer);
    refused(&second.posted("chat/completions", question()).await, 401, "authentication_token_not_valid");
    let late = Rig { bearer: first, ..second };
    late.cloud.clock().advance(std::time::Duration::from_secs(3601));
    refused(&late.got("models").await, 401, "authentication_token_expired");
}

#[tokio::test]
async fn what_is_registered_goes_with_its_provider() {
    let rig = Rig::new().await;
    let made = rig.posted("providers/openai", json!({ "name": "mine", "data": {} })).await.ok(201);
    let provider = made["uuid"].as_str().unwrap();
    let path = format!("providers/{provider}/models");
    let model = json!({ "id": "m", "alias": "n" });
    rig.posted(&path, model.clone()).await.ok(201);
    refused(&rig.posted(&path, model).await, 409, "conflict");
    assert_eq!(rig.got("models/n").await.ok(200)["owned_by"], "openai:mine");

    let both = json!({ "name": "mine", "data": {}, "data_reference": {} });
    refused(&rig.posted("providers/openai", both).await, 400, "invalid_request");
    let renamed = ask("PUT", &format!("/ml/gateway/v1/providers/{provider}/azure"))
        .bearer(&rig.bearer)
        .json(json!({ "name": "ours" }));
    assert_eq!(renamed.send(&rig.cloud).await.ok(200)["type"], "azure");
    assert_eq!(rig.got("models/n").await.ok(200)["owned_by"], "azure:ours");

    let gone = ask("DELETE", &format!("/ml/gateway/v1/providers/{provider}")).bearer(&rig.bearer);
    assert_eq!(gone.send(&rig.cloud).await.status, 204);
    refused(&rig.got("models/n").await, 404, "not_found");
}

#[tokio::test]
async fn a_refusal_of_events_is_the_last_word_on_its_connection() {
    let rig = Rig::new().await;
    for path in ["/ml/gateway/v1/chat/completions", "/ml/v1/text/chat_stream?version=2026-10-14"] {
        let asked = post(path).json(question()).header("Accept", "text/event-stream");
        let address = rig.cloud.url().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&asked.wire("keep-alive")).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
        assert!(answer.contains("connection: close"), "{path}: {answer}");
    }
}
