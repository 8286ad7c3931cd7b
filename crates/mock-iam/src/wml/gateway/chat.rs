//! `/ml/gateway/v1/chat/completions`.

use serde_json::{Map, Value, json};

use super::pieces::{Wanted, events};
use super::{Call, Outcome, guard, model};
use crate::answer::Answer;
use crate::json::put;
use crate::wml::chat::{Chat, Said};
use crate::wml::error::Problem;

pub(super) fn complete(call: &Call<'_>, _: &str) -> Outcome {
    let model = model(call, "text_chat")?;
    let wanted: Wanted = guard::body(call)?;
    let said = Said::to(call.cloud, &asked(call)?)?;
    let head = json!({
        "id": format!("chatcmpl-{}", call.cloud.noise.hex32()),
        "created": call.cloud.clock.now().as_second(),
        "model": model,
        "system_fingerprint": null,
        "service_tier": "default",
    });
    let body = |object: &str, choices: Vec<Value>| {
        let mut body = head.clone();
        put(&mut body, "/object", object.into());
        put(&mut body, "/choices", choices.into());
        body
    };
    if wanted.in_pieces() {
        let mut chunks = Vec::new();
        for index in 0..said.choices {
            for delta in said.deltas() {
                let choice = json!({ "index": index, "delta": delta, "finish_reason": null });
                chunks.push(body("chat.completion.chunk", vec![choice]));
            }
            let end = json!({ "index": index, "delta": {}, "finish_reason": said.finish_reason() });
            chunks.push(body("chat.completion.chunk", vec![end]));
        }
        if wanted.with_usage() {
            let mut last = body("chat.completion.chunk", Vec::new());
            put(&mut last, "/usage", said.usage());
            chunks.push(last);
        }
        return Ok(events(&chunks));
    }
    let mut whole = body("chat.completion", (0..said.choices).map(|index| said.whole(index)).collect());
    put(&mut whole, "/usage", said.usage());
    put(&mut whole, "/cached", false.into());
    Ok(Answer::json(200, whole))
}

/// The chat in the words of the service's own API, which has two members for the choice of a tool where OpenAI has one.
fn asked(call: &Call<'_>) -> Result<Chat, Problem> {
    let mut body: Map<String, Value> = guard::body(call)?;
    if body.get("tool_choice").is_some_and(Value::is_string)
        && let Some(option) = body.remove("tool_choice")
    {
        body.insert("tool_choice_option".to_owned(), option);
    }
    serde_json::from_value(body.into())
        .map_err(|why| Problem::invalid_request(format!("The body cannot be read: {why}")))
}
