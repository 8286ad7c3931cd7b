//! `/ml/v1/text/embeddings`: texts which share words point the same way.

use serde::Deserialize;
use serde_json::json;

use super::{Call, Outcome, guard};
use crate::answer::Answer;
use crate::clock::rfc3339;

/// Fewer than those of a real model, which has hundreds.
const DIMENSIONS: usize = 16;

#[derive(Deserialize)]
struct Texts {
    inputs: Vec<String>,
}

pub(super) fn embed(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "embedding")?;
    let texts: Texts = guard::body(call)?;
    let tokens: usize = texts.inputs.iter().map(|text| text.split_whitespace().count()).sum();
    let results = texts.inputs.iter().map(|text| json!({ "embedding": vector(text) })).collect::<Vec<_>>();
    Ok(Answer::json(
        200,
        json!({
            "model_id": model,
            "created_at": rfc3339(call.cloud.clock.now()),
            "results": results,
            "input_token_count": tokens,
        }),
    ))
}

/// Counts the words by dimension, and makes the length one. The first dimension is there for a text without words.
pub(super) fn vector(text: &str) -> [f64; DIMENSIONS] {
    let mut vector = [0.0; DIMENSIONS];
    for word in text.split_whitespace() {
        let sum = word.bytes().fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        if let Some(count) = vector.get_mut(sum % DIMENSIONS) {
            *count += 1.0;
        }
    }
    let length = vector.iter().map(|count: &f64| count * count).sum::<f64>().sqrt();
    match length > 0.0 {
        true => vector.map(|count| count / length),
        false => std::array::from_fn(|dimension| if dimension == 0 { 1.0 } else { 0.0 }),
    }
}
