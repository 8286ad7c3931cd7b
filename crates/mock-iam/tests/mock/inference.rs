//! What the models do besides answering in words: calls of tools, JSON, ranks, forecasts.

use serde_json::{Value, json};
use wml_auth_mock_iam::MockIam;

use crate::assertions::wml_error;
use crate::client::{VERSION, access_token, get, post};

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

    async fn asked(&self, path: &str, model: &str, mut body: Value) -> crate::client::Reply {
        body["model_id"] = model.into();
        body["space_id"] = self.cloud.fixture().space_id.as_str().into();
        post(&format!("/ml/v1/{path}?{VERSION}")).bearer(&self.bearer).json(body).send(&self.cloud).await
    }

    async fn chat(&self, mut body: Value) -> Value {
        if body.get("messages").is_none() {
            body["messages"] = json!([{ "role": "user", "content": "one two three" }]);
        }
        self.asked("text/chat", MODEL, body).await.ok(200)
    }
}

const MODEL: &str = "ibm/granite-4-h-small";

fn weather() -> Value {
    let city =
        json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] });
    json!({ "type": "function", "function": { "name": "weather", "parameters": city } })
}

#[tokio::test]
async fn a_model_goes_on_from_nothing() {
    let rig = Rig::new().await;
    for input in [Value::Null, json!("")] {
        let answer = rig.asked("text/generation", MODEL, json!({ "input": input })).await.ok(200);
        assert_eq!(answer["results"][0]["generated_text"], "Hello there");
        assert_eq!(answer["results"][0]["input_token_count"], 0);
    }
    wml_error(&rig.asked("text/generation", MODEL, json!({})).await, 400, "invalid_request");
    wml_error(&rig.asked("text/generation", MODEL, json!({ "input": 1 })).await, 400, "invalid_request");
}

#[tokio::test]
async fn a_generation_shows_its_tokens_when_asked() {
    let rig = Rig::new().await;
    let options = json!({ "input_text": true, "generated_tokens": true, "input_tokens": true });
    let body = json!({ "input": "one two", "parameters": { "return_options": options } });
    let result = &rig.asked("text/generation", MODEL, body).await.ok(200)["results"][0];
    assert_eq!(result["input_text"], "one two");
    assert_eq!(result["generated_tokens"][0]["text"], "two");
    assert_eq!(result["input_tokens"][1]["rank"], 2);
    rig.asked("text/generation", MODEL, json!({ "input": "a", "parameters": null })).await.ok(200);
}

#[tokio::test]
async fn a_tool_is_called_until_it_has_answered() {
    let rig = Rig::new().await;
    for choice in [
        json!({}),
        json!({ "tool_choice_option": "auto" }),
        json!({ "tool_choice_option": "required" }),
        json!({ "tool_choice": { "type": "function", "function": { "name": "weather" } } }),
    ] {
        let mut body = choice.clone();
        body["tools"] = json!([weather()]);
        let answer = &rig.chat(body).await["choices"][0];
        assert_eq!(answer["finish_reason"], "tool_calls", "{choice}");
        let call = &answer["message"]["tool_calls"][0];
        assert_eq!(
            call["function"],
            json!({ "name": "weather", "arguments": r#"{"city":"one two three"}"# })
        );
        assert!(call["id"].as_str().unwrap().starts_with("chatcmpl-tool-"));
    }
    let told = json!([
        { "role": "user", "content": "one two three" },
        { "role": "assistant", "content": null, "tool_calls": [] },
        { "role": "tool", "tool_call_id": "1", "content": "sunny" },
    ]);
    let answer = rig.chat(json!({ "messages": told, "tools": [weather()] })).await;
    assert_eq!(answer["choices"][0]["message"]["content"], "sunny");
    let answer = rig.chat(json!({ "tools": [weather()], "tool_choice_option": "none" })).await;
    assert_eq!(answer["choices"][0]["finish_reason"], "stop");

    let body = json!({
        "messages": [{ "role": "user", "content": "a" }], "tools": [weather()],
        "tool_choice": { "type": "function", "function": { "name": "other" } },
    });
    wml_error(&rig.asked("text/chat", MODEL, body).await, 400, "invalid_request");
}

#[tokio::test]
async fn a_call_comes_in_pieces_that_make_one() {
    let rig = Rig::new().await;
    let body = json!({ "messages": [{ "role": "user", "content": "a" }], "tools": [weather()] });
    let events = rig.asked("text/chat_stream", MODEL, body).await.text();
    let data = events.lines().filter_map(|line| line.strip_prefix("data: "));
    let pieces = data.map(|data| serde_json::from_str::<Value>(data).unwrap()).collect::<Vec<_>>();
    let call = |piece: &Value| piece["choices"][0]["delta"]["tool_calls"][0].clone();
    assert_eq!(call(&pieces[0])["function"], json!({ "name": "weather", "arguments": "" }));
    assert_eq!(call(&pieces[1])["function"]["arguments"], r#"{"city":"a"}"#);
    assert_eq!(pieces[2]["choices"][0]["finish_reason"], "tool_calls");
}

#[tokio::test]
async fn an_answer_has_the_form_that_was_asked_for() {
    let rig = Rig::new().await;
    let schema = weather()["function"]["parameters"].clone();
    let format = json!({ "type": "json_schema", "json_schema": { "name": "w", "schema": schema } });
    let content = |answer: &Value| answer["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
    let answer = rig.chat(json!({ "response_format": format })).await;
    assert_eq!(content(&answer), r#"{"city":"one two three"}"#);
    let answer = rig.chat(json!({ "response_format": { "type": "json_object" } })).await;
    assert_eq!(content(&answer), r#"{"answer":"three two one"}"#);
    let example = json!([{ "role": "user", "content": r#"answer like {"a": 1}"# }]);
    let answer = rig.chat(json!({ "messages": example, "response_format": { "type": "json_object" } })).await;
    assert_eq!(content(&answer), r#"{"a":1}"#);

    let answer = rig.chat(json!({ "n": 2, "logprobs": true, "max_completion_tokens": 2 })).await;
    assert_eq!(answer["choices"].as_array().unwrap().len(), 2);
    assert_eq!(answer["choices"][1]["message"]["content"], "three two");
    assert_eq!(answer["choices"][1]["logprobs"]["content"][0]["token"], "three ");
    assert_eq!(answer["choices"][1]["finish_reason"], "length");
    assert_eq!(answer["usage"]["completion_tokens"], 4);
    let system = json!([{ "role": "system", "content": "a b" }]);
    assert_eq!(content(&rig.chat(json!({ "messages": system })).await), "b a");
    wml_error(&rig.asked("text/chat", MODEL, json!({ "messages": [] })).await, 400, "invalid_request");
}

#[tokio::test]
async fn texts_are_ordered_by_what_they_share_with_the_query() {
    let rig = Rig::new().await;
    let model = "cross-encoder/ms-marco-minilm-l-12-v2";
    let inputs = json!([{ "text": "three" }, { "text": "two, one" }, { "text": "one" }]);
    let options = json!({ "top_n": 2, "inputs": true, "query": true });
    let body = json!({ "query": "One two", "inputs": inputs, "parameters": { "return_options": options } });
    let answer = rig.asked("text/rerank", model, body.clone()).await.ok(200);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results[0], json!({ "index": 1, "score": 1.0, "input": { "text": "two, one" } }));
    assert_eq!((&results[1]["index"], results.len()), (&json!(2), 2));
    assert_eq!((&answer["query"], &answer["input_token_count"]), (&json!("One two"), &json!(4)));
    wml_error(&rig.asked("text/rerank", MODEL, body).await, 404, "model_not_supported");
}

#[tokio::test]
async fn a_series_goes_on_as_it_ended() {
    let rig = Rig::new().await;
    let model = "ibm/granite-ttm-512-96-r2";
    let body = json!({
        "data": { "date": ["2025-01-01T00:00:00", "2025-01-01T06:00:00"], "id": ["a", "a"], "t": [1.0, 2.0] },
        "schema": { "timestamp_column": "date", "id_columns": ["id"], "freq": "6h" },
        "parameters": { "prediction_length": 2 },
    });
    let answer = rig.asked("time_series/forecast", model, body).await.ok(200);
    let wanted =
        json!({ "date": ["2025-01-01T12:00:00", "2025-01-01T18:00:00"], "id": ["a", "a"], "t": [2.0, 2.0] });
    assert_eq!(answer["results"], json!([wanted]));
    assert_eq!((&answer["input_data_points"], &answer["output_data_points"]), (&json!(2), &json!(2)));
    for (data, column) in [(json!({}), "date"), (json!({ "date": ["soon"] }), "soon")] {
        let body = json!({ "data": data, "schema": { "timestamp_column": "date" } });
        let reply = rig.asked("time_series/forecast", model, body).await;
        let error = wml_error(&reply, 400, "invalid_request");
        assert!(error["errors"][0]["message"].as_str().unwrap().contains(column));
    }
}

#[tokio::test]
async fn models_and_tasks_are_listed_in_part() {
    let cloud = MockIam::start().await.unwrap();
    let list = async |query: &str| {
        let path = format!("/ml/v1/foundation_model_specs?{VERSION}&{query}");
        get(&path).send(&cloud).await.ok(200)
    };
    let rerank = list("filters=function_rerank,!lifecycle_withdrawn:and").await;
    assert!(rerank["resources"].as_array().unwrap().iter().all(|one| one["functions"][0]["id"] == "rerank"));
    assert_eq!(list(&format!("filters=modelid_{MODEL}")).await["total_count"], 1);
    let page = list("limit=2&start=2").await;
    assert_eq!((page["resources"].as_array().unwrap().len(), &page["limit"]), (2, &json!(2)));
    assert!(page["next"]["href"].as_str().unwrap().contains("start=4"));
    let path = format!("/ml/v1/foundation_model_tasks?{VERSION}");
    assert!(get(&path).send(&cloud).await.ok(200)["resources"][0]["task_id"].is_string());
    let none = get(&format!("/ml/v1/foundation_model_specs?{VERSION}&limit=0")).send(&cloud).await;
    wml_error(&none, 400, "invalid_request");
    assert_eq!(get("/ml/wml_services/v2/version").send(&cloud).await.ok(200)["version"], "5.0.0");
}
