//! `…/text/chat`, at once and in pieces.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Problem;
use super::events::events;
use super::reply::Reply;
use super::{Call, Outcome, deployments, guard, models};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::world::workspace::Role;

#[derive(Deserialize)]
struct Chat {
    messages: Vec<Message>,
    max_tokens: Option<usize>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    #[serde(default)]
    content: Value,
}

impl Chat {
    fn reply(&self) -> Result<Reply, Problem> {
        let mut asked = self.messages.iter().filter(|message| message.role == "user");
        let last = asked
            .next_back()
            .ok_or_else(|| Problem::invalid_request("'messages' has none of the role user."))?;
        Ok(Reply::to(&text_of(&last.content), self.max_tokens))
    }
}

pub(super) fn answer(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "text_chat")?;
    whole(call, model)
}

pub(super) fn stream(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "text_chat")?;
    in_pieces(call, model)
}

/// The deployment says which model and which space.
pub(super) fn answer_deployed(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    whole(call, models::DEPLOYED)
}

pub(super) fn stream_deployed(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    in_pieces(call, models::DEPLOYED)
}

fn whole(call: &Call<'_>, model: &str) -> Outcome {
    let reply = guard::body::<Chat>(call)?.reply()?;
    let choice = json!({
        "index": 0,
        "message": { "role": "assistant", "content": reply.text },
        "finish_reason": finish_reason(&reply),
    });
    let parts = [("choices", json!([choice])), ("usage", usage(&reply))];
    Ok(Answer::json(200, enveloped(call, model, &conversation(call), parts)))
}

/// Word by word, then why there is no more, then what it cost.
fn in_pieces(call: &Call<'_>, model: &str) -> Outcome {
    let reply = guard::body::<Chat>(call)?.reply()?;
    let id = conversation(call);
    let chunk = |choices: Value, usage: Value| {
        let parts = [("object", "chat.completion.chunk".into()), ("choices", choices), ("usage", usage)];
        enveloped(call, model, &id, parts)
    };
    let words = reply.pieces().map(|word| {
        let delta = json!({ "role": "assistant", "content": word });
        chunk(json!([{ "index": 0, "finish_reason": null, "delta": delta }]), Value::Null)
    });
    let end = json!([{ "index": 0, "finish_reason": finish_reason(&reply), "delta": { "content": "" } }]);
    Ok(events(words.chain([chunk(end, Value::Null), chunk(json!([]), usage(&reply))])))
}

fn conversation(call: &Call<'_>) -> String {
    format!("chatcmpl-{}", call.cloud.noise.hex32())
}

/// The parts of an answer, and what every answer says besides.
fn enveloped<const N: usize>(call: &Call<'_>, model: &str, id: &str, parts: [(&str, Value); N]) -> Value {
    let now = call.cloud.clock.now();
    let besides = [
        ("id", id.into()),
        ("model_id", model.into()),
        ("created", now.as_second().into()),
        ("created_at", rfc3339(now).into()),
    ];
    let members = besides.into_iter().chain(parts).filter(|(_, value)| !value.is_null());
    Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn finish_reason(reply: &Reply) -> &'static str {
    if reply.cut { "length" } else { "stop" }
}

fn usage(reply: &Reply) -> Value {
    json!({
        "prompt_tokens": reply.input_tokens,
        "completion_tokens": reply.tokens,
        "total_tokens": reply.input_tokens + reply.tokens,
    })
}

/// A message's content is a text, or a list of parts some of which have a text.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part.get("text")?.as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}
