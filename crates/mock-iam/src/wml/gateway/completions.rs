//! `/ml/gateway/v1/completions`: how each of some prompts goes on.

use serde::Deserialize;
use serde_json::{Value, json};

use super::pieces::{Wanted, events};
use super::{Call, Outcome, guard, model};
use crate::answer::Answer;
use crate::json::put;
use crate::wml::reply::Reply;

/// More answers than anybody needs are no service to anybody.
const MOST_CHOICES: usize = 16;

#[derive(Deserialize)]
struct Completion {
    prompt: Prompt,
    max_tokens: Option<usize>,
    n: Option<usize>,
    echo: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Prompt {
    Text(String),
    Texts(Vec<String>),
    /// One text, as the numbers of its tokens.
    Tokens(Vec<u64>),
}

impl Prompt {
    fn texts(self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text],
            Self::Texts(texts) => texts,
            Self::Tokens(tokens) => {
                vec![tokens.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")]
            }
        }
    }
}

pub(super) fn complete(call: &Call<'_>, _: &str) -> Outcome {
    let model = model(call, "text_generation")?;
    let wanted: Wanted = guard::body(call)?;
    let asked: Completion = guard::body(call)?;
    let times = asked.n.unwrap_or(1).clamp(1, MOST_CHOICES);
    let mut replies = Vec::new();
    for text in asked.prompt.texts() {
        for _ in 0..times {
            let mut reply = Reply::to(&text, asked.max_tokens);
            if asked.echo == Some(true) {
                reply.text = format!("{text} {}", reply.text);
            }
            replies.push(reply);
        }
    }
    let head = json!({
        "id": format!("cmpl-{}", call.cloud.noise.hex32()),
        "object": "text_completion",
        "created": call.cloud.clock.now().as_second(),
        "model": model,
    });
    let body = |choices: Vec<Value>| {
        let mut body = head.clone();
        put(&mut body, "/choices", choices.into());
        body
    };
    if wanted.in_pieces() {
        let mut chunks = Vec::new();
        for (index, reply) in replies.iter().enumerate() {
            chunks.extend(reply.pieces().map(|word| body(vec![choice(index, word, None)])));
            chunks.push(body(vec![choice(index, "", Some(finish_reason(reply)))]));
        }
        if wanted.with_usage() {
            let mut last = body(Vec::new());
            put(&mut last, "/usage", usage(&replies, times));
            chunks.push(last);
        }
        return Ok(events(&chunks));
    }
    let choices = replies.iter().enumerate();
    let choices = choices.map(|(index, reply)| choice(index, &reply.text, Some(finish_reason(reply))));
    let mut whole = body(choices.collect());
    put(&mut whole, "/usage", usage(&replies, times));
    put(&mut whole, "/cached", false.into());
    Ok(Answer::json(200, whole))
}

fn choice(index: usize, text: &str, finish_reason: Option<&str>) -> Value {
    json!({ "index": index, "text": text, "logprobs": null, "finish_reason": finish_reason })
}

fn finish_reason(reply: &Reply) -> &'static str {
    if reply.cut { "length" } else { "stop" }
}

/// What is read is paid for once, however often it is answered.
fn usage(replies: &[Reply], times: usize) -> Value {
    let read: usize = replies.iter().step_by(times).map(|reply| reply.input_tokens).sum();
    let said: usize = replies.iter().map(|reply| reply.tokens).sum();
    json!({ "prompt_tokens": read, "completion_tokens": said, "total_tokens": read + said })
}
