//! Generation and chat. The model repeats the prompt with the words in reverse order: no poet, but it has read it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Problem;
use super::{Call, Outcome, deployments, guard, models};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::world::workspace::Role;

const DEFAULT_MAX_TOKENS: usize = 200;

#[derive(Deserialize)]
struct Generation {
    model_id: Option<String>,
    space_id: Option<String>,
    project_id: Option<String>,
    input: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    max_new_tokens: Option<usize>,
}

#[derive(Deserialize)]
struct Chat {
    model_id: Option<String>,
    space_id: Option<String>,
    project_id: Option<String>,
    messages: Vec<Message>,
    max_tokens: Option<usize>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    #[serde(default)]
    content: Value,
}

pub(super) fn generate(call: &Call<'_>, _: &str) -> Outcome {
    let asked: Generation = body(call)?;
    let model = in_workspace(call, asked.model_id.as_deref(), &asked.space_id, &asked.project_id)?;
    Ok(generated(call, &model, &asked))
}

pub(super) fn chat(call: &Call<'_>, _: &str) -> Outcome {
    let asked: Chat = body(call)?;
    let model = in_workspace(call, asked.model_id.as_deref(), &asked.space_id, &asked.project_id)?;
    chatted(call, &model, &asked)
}

/// The deployment says which model and which space.
pub(super) fn generate_deployed(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    Ok(generated(call, models::MODELS[0], &body(call)?))
}

pub(super) fn chat_deployed(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    chatted(call, models::MODELS[0], &body(call)?)
}

fn body<T: serde::de::DeserializeOwned>(call: &Call<'_>) -> Result<T, Problem> {
    call.request.json().map_err(|why| Problem::invalid_request(format!("The body cannot be read: {why}")))
}

/// The model, if it exists and the caller may use it where the call says.
fn in_workspace(
    call: &Call<'_>,
    model: Option<&str>,
    space_id: &Option<String>,
    project_id: &Option<String>,
) -> Result<String, Problem> {
    guard::named(call, &call.cloud.world(), space_id.as_deref(), project_id.as_deref(), Role::Editor)?;
    let model = model.ok_or_else(|| Problem::invalid_request("'model_id' is missing."))?;
    if !models::MODELS.contains(&model) {
        return Err(Problem::model_not_supported(model));
    }
    Ok(model.to_owned())
}

fn generated(call: &Call<'_>, model: &str, asked: &Generation) -> Answer {
    let reply = Reply::to(&asked.input, asked.parameters.max_new_tokens);
    Answer::json(
        200,
        json!({
            "model_id": model,
            "created_at": rfc3339(call.cloud.clock.now()),
            "results": [{
                "generated_text": reply.text,
                "generated_token_count": reply.tokens,
                "input_token_count": reply.input_tokens,
                "stop_reason": if reply.cut { "max_tokens" } else { "eos_token" },
            }],
        }),
    )
}

fn chatted(call: &Call<'_>, model: &str, asked: &Chat) -> Outcome {
    let last = asked
        .messages
        .iter()
        .rfind(|message| message.role == "user")
        .ok_or_else(|| Problem::invalid_request("'messages' has none of the role user."))?;
    let reply = Reply::to(&text_of(&last.content), asked.max_tokens);
    let now = call.cloud.clock.now();
    Ok(Answer::json(
        200,
        json!({
            "id": format!("chatcmpl-{}", call.cloud.noise.hex32()),
            "model_id": model,
            "created": now.as_second(),
            "created_at": rfc3339(now),
            "choices": [{
                "index": 0,
                "message": { "role": "assistant", "content": reply.text },
                "finish_reason": if reply.cut { "length" } else { "stop" },
            }],
            "usage": {
                "prompt_tokens": reply.input_tokens,
                "completion_tokens": reply.tokens,
                "total_tokens": reply.input_tokens + reply.tokens,
            },
        }),
    ))
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

/// A word counts as a token.
struct Reply {
    text: String,
    tokens: usize,
    input_tokens: usize,
    cut: bool,
}

impl Reply {
    fn to(prompt: &str, most: Option<usize>) -> Self {
        let words = prompt.split_whitespace().collect::<Vec<_>>();
        let tokens = words.len().min(most.unwrap_or(DEFAULT_MAX_TOKENS));
        Self {
            text: words.iter().rev().take(tokens).copied().collect::<Vec<_>>().join(" "),
            tokens,
            input_tokens: words.len(),
            cut: tokens < words.len(),
        }
    }
}
