//! `/ml/v1/text/tokenization`: a word counts as a token.

use serde::Deserialize;
use serde_json::json;

use super::{Call, Outcome, guard};
use crate::answer::Answer;

#[derive(Deserialize)]
struct Text {
    input: String,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    return_tokens: Option<bool>,
}

pub(super) fn tokenize(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "text_generation")?;
    let text: Text = guard::body(call)?;
    let tokens = text.input.split_whitespace().collect::<Vec<_>>();
    let wanted = text.parameters.and_then(|parameters| parameters.return_tokens);
    let result = match wanted.unwrap_or_default() {
        true => json!({ "token_count": tokens.len(), "tokens": tokens }),
        false => json!({ "token_count": tokens.len() }),
    };
    Ok(Answer::json(200, json!({ "model_id": model, "result": result })))
}
