//! `…/text/generation`, at once and in pieces.

use serde::Deserialize;
use serde_json::{Value, json};

use super::events::events;
use super::reply::Reply;
use super::{Call, Outcome, deployments, guard};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::json::put;

#[derive(Deserialize)]
struct Prompt {
    /// LiteLLM 1.106.2 sends `null` for every model whose prompt it has no template for. IBM's services read JSON as Go
    /// does, to which `null` is no text at all, and a text may be empty. What is left out altogether is still missed.
    #[serde(deserialize_with = "Option::deserialize")]
    input: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    max_new_tokens: Option<usize>,
    return_options: Option<ReturnOptions>,
}

#[derive(Default, Deserialize)]
struct ReturnOptions {
    #[serde(default)]
    input_text: Option<bool>,
    #[serde(default)]
    generated_tokens: Option<bool>,
    #[serde(default)]
    input_tokens: Option<bool>,
}

impl Prompt {
    fn text(&self) -> &str {
        self.input.as_deref().unwrap_or_default()
    }

    fn reply(&self) -> Reply {
        Reply::to(self.text(), self.parameters.as_ref().and_then(|parameters| parameters.max_new_tokens))
    }

    /// What was asked for besides the text.
    fn besides(&self, reply: &Reply) -> Vec<(&'static str, Value)> {
        let options = self.parameters.as_ref().and_then(|parameters| parameters.return_options.as_ref());
        let Some(options) = options else { return Vec::new() };
        let tokens = |text: &str| {
            let token = |(rank, word)| json!({ "text": word, "logprob": -0.1, "rank": rank });
            (1..).zip(text.split_whitespace()).map(token).collect::<Vec<_>>().into()
        };
        let mut besides = Vec::new();
        if options.input_text == Some(true) {
            besides.push(("input_text", self.text().into()));
        }
        if options.generated_tokens == Some(true) {
            besides.push(("generated_tokens", tokens(&reply.text)));
        }
        if options.input_tokens == Some(true) {
            besides.push(("input_tokens", tokens(self.text())));
        }
        besides
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
    whole(call, &deployments::model_of(call, id)?)
}

pub(super) fn stream_deployed(call: &Call<'_>, id: &str) -> Outcome {
    in_pieces(call, &deployments::model_of(call, id)?)
}

fn whole(call: &Call<'_>, model: &str) -> Outcome {
    let prompt = guard::body::<Prompt>(call)?;
    let reply = prompt.reply();
    let text = reply.text.as_str();
    let mut body = said(call, model, text, reply.tokens, reply.input_tokens, stop_reason(&reply));
    for (name, value) in prompt.besides(&reply) {
        put(&mut body, &format!("/results/0/{name}"), value);
    }
    Ok(Answer::json(200, body))
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
