//! `/ml/gateway/v1/embeddings`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Outcome, guard, model};
use crate::answer::Answer;
use crate::wml::embeddings::vector;
use crate::wml::error::Problem;

#[derive(Deserialize)]
struct Embedding {
    input: Input,
    encoding_format: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Input {
    Text(String),
    Texts(Vec<String>),
    /// One text, as the numbers of its tokens.
    Tokens(Vec<u64>),
    Several(Vec<Vec<u64>>),
}

impl Input {
    fn texts(self) -> Vec<String> {
        let text = |tokens: Vec<u64>| tokens.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
        match self {
            Self::Text(text) => vec![text],
            Self::Texts(texts) => texts,
            Self::Tokens(tokens) => vec![text(tokens)],
            Self::Several(several) => several.into_iter().map(text).collect(),
        }
    }
}

pub(super) fn embed(call: &Call<'_>, _: &str) -> Outcome {
    let model = model(call, "embedding")?;
    let asked: Embedding = guard::body(call)?;
    let encode: fn(&[f64]) -> Value = match asked.encoding_format.as_deref() {
        None | Some("float") => |numbers| json!(numbers),
        Some("base64") => |numbers| {
            let bytes = numbers.iter().flat_map(|number| (*number as f32).to_le_bytes());
            STANDARD.encode(bytes.collect::<Vec<_>>()).into()
        },
        Some(other) => {
            return Err(Problem::invalid_request(format!("The encoding '{other}' is unknown.")));
        }
    };
    let texts = asked.input.texts();
    let tokens: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let data = texts.iter().enumerate().map(
        |(index, text)| json!({ "object": "embedding", "index": index, "embedding": encode(&vector(text)) }),
    );
    Ok(Answer::json(
        200,
        json!({
            "object": "list",
            "data": data.collect::<Vec<_>>(),
            "model": model,
            "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
        }),
    ))
}
