//! `…/text/generation`, at once and in pieces.

use serde::Deserialize;
use serde_json::{Value, json};

use super::events::events;
use super::reply::Reply;
use super::{Call, Outcome, deployments, guard, models};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::world::workspace::Role;

#[derive(Deserialize)]
struct Prompt {
    input: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    max_new_tokens: Option<usize>,
}

impl Prompt {
    fn reply(&self) -> Reply {
        Reply::to(&self.input, self.parameters.max_new_tokens)
    }
}

pub(super) fn generate(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "text_generation")?;
    whole(call, model)
}

pub(super) fn stream(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "text_generation")?;
    in_pieces(call, model)
}

/// The deployment says which model and which space.
pub(super) fn generate_deployed(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    whole(call, models::DEPLOYED)
}

pub(super) fn stream_deployed(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    in_pieces(call, models::DEPLOYED)
}

fn whole(call: &Call<'_>, model: &str) -> Outcome {
    let reply = guard::body::<Prompt>(call)?.reply();
    let text = reply.text.as_str();
    Ok(Answer::json(200, said(call, model, text, reply.tokens, reply.input_tokens, stop_reason(&reply))))
}

fn in_pieces(call: &Call<'_>, model: &str) -> Outcome {
    let reply = guard::body::<Prompt>(call)?.reply();
    let words = reply.pieces().map(|word| said(call, model, word, 1, 0, "not_finished"));
    let end = said(call, model, "", reply.tokens, reply.input_tokens, stop_reason(&reply));
    Ok(events(words.chain([end])))
}

fn said(call: &Call<'_>, model: &str, text: &str, tokens: usize, input: usize, stop_reason: &str) -> Value {
    json!({
        "model_id": model,
        "created_at": rfc3339(call.cloud.clock.now()),
        "results": [{
            "generated_text": text,
            "generated_token_count": tokens,
            "input_token_count": input,
            "stop_reason": stop_reason,
        }],
    })
}

fn stop_reason(reply: &Reply) -> &'static str {
    if reply.cut { "max_tokens" } else { "eos_token" }
}
