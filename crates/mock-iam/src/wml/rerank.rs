//! `/ml/v1/text/rerank`: texts by how many of their words the query has.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Outcome, guard};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::json::put;

#[derive(Deserialize)]
struct Rerank {
    query: String,
    inputs: Vec<Input>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Input {
    text: String,
}

#[derive(Deserialize)]
struct Parameters {
    return_options: Option<ReturnOptions>,
}

#[derive(Default, Deserialize)]
struct ReturnOptions {
    top_n: Option<usize>,
    inputs: Option<bool>,
    query: Option<bool>,
}

pub(super) fn rerank(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "rerank")?;
    let asked: Rerank = guard::body(call)?;
    let options = asked.parameters.and_then(|parameters| parameters.return_options).unwrap_or_default();
    let mut scores =
        asked.inputs.iter().map(|input| score(&asked.query, &input.text)).enumerate().collect::<Vec<_>>();
    // Stable: what is equally good stays in its order.
    scores.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    scores.truncate(options.top_n.unwrap_or(usize::MAX));
    let texts = scores.iter().filter_map(|(index, _)| asked.inputs.get(*index));
    let results = scores.iter().zip(texts).map(|((index, score), input)| {
        let mut result = json!({ "index": index, "score": score });
        if options.inputs == Some(true) {
            put(&mut result, "/input", json!({ "text": input.text }));
        }
        result
    });
    let mut body = json!({
        "model_id": model,
        "model_version": "1.0.0",
        "created_at": rfc3339(call.cloud.clock.now()),
        "results": results.collect::<Vec<Value>>(),
        "input_token_count": asked.inputs.iter().map(|input| words(&input.text).count()).sum::<usize>(),
    });
    if options.query == Some(true) {
        put(&mut body, "/query", asked.query.into());
    }
    Ok(Answer::json(200, body))
}

/// The share of the query's words that the text has, from -1 for none to 1 for all: cross-encoders have negative scores, too.
fn score(query: &str, text: &str) -> f64 {
    let (query, text) = (words(query).collect::<BTreeSet<_>>(), words(text).collect::<BTreeSet<_>>());
    let shared = query.intersection(&text).count();
    2.0 * shared as f64 / query.len().max(1) as f64 - 1.0
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
