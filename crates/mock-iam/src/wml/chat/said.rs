//! What the model says to a chat: a text, JSON, or which tool it calls.

use serde_json::{Value, json};

use super::asked::{Chat, Form};
use super::fitting;
use crate::cloud::Cloud;
use crate::json::put;
use crate::wml::error::Problem;
use crate::wml::reply::Reply;

pub(in crate::wml) struct Said {
    reply: Reply,
    call: Option<Call>,
    logprobs: bool,
    /// How often it is said.
    pub(in crate::wml) choices: usize,
}

struct Call {
    id: String,
    name: String,
    arguments: String,
}

impl Said {
    pub(in crate::wml) fn to(cloud: &Cloud, chat: &Chat) -> Result<Self, Problem> {
        let prompt = chat.prompt()?;
        let own = Reply::to(&prompt, chat.most_tokens());
        let (reply, call) = match chat.form()? {
            Form::Text => (own, None),
            Form::Json => {
                (own.saying(json_in(&prompt).unwrap_or_else(|| json!({ "answer": own.text }))), None)
            }
            Form::Fitting(schema) => (own.saying(fitting::value(&schema, &prompt)), None),
            Form::Call(function) => {
                let arguments = match fitting::value(&function.parameters, &prompt) {
                    Value::Object(members) => Value::Object(members),
                    // A function without parameters has arguments all the same: none.
                    _ => json!({}),
                };
                let id = format!("chatcmpl-tool-{}", cloud.noise.hex32());
                let call = Call { id, name: function.name, arguments: arguments.to_string() };
                (Reply { text: String::new(), ..own }, Some(call))
            }
        };
        Ok(Self { reply, call, logprobs: chat.wants_logprobs(), choices: chat.choices() })
    }

    pub(in crate::wml) fn whole(&self, index: usize) -> Value {
        let mut message = json!({ "role": "assistant", "content": self.reply.text });
        if let Some(call) = &self.call {
            let function = json!({ "name": call.name, "arguments": call.arguments });
            let call = json!({ "id": call.id, "type": "function", "function": function });
            put(&mut message, "/tool_calls", json!([call]));
        }
        let mut choice = json!({ "index": index, "message": message, "finish_reason": self.finish_reason() });
        if self.logprobs {
            put(
                &mut choice,
                "/logprobs",
                json!({ "content": self.reply.pieces().map(logprob).collect::<Vec<_>>() }),
            );
        }
        choice
    }

    /// What is new, piece by piece: words, or the call and then its arguments.
    pub(in crate::wml) fn deltas(&self) -> Vec<Value> {
        let Some(call) = &self.call else {
            let delta = |word| json!({ "role": "assistant", "content": word });
            return self.reply.pieces().map(delta).collect();
        };
        let function = json!({ "name": call.name, "arguments": "" });
        let begin = json!({ "index": 0, "id": call.id, "type": "function", "function": function });
        let function = json!({ "name": "", "arguments": call.arguments });
        let rest = json!({ "index": 0, "type": "function", "function": function });
        [begin, rest].map(|part| json!({ "role": "assistant", "tool_calls": [part] })).into()
    }

    pub(in crate::wml) fn finish_reason(&self) -> &'static str {
        match (&self.call, self.reply.cut) {
            (Some(_), _) => "tool_calls",
            (None, true) => "length",
            (None, false) => "stop",
        }
    }

    pub(in crate::wml) fn usage(&self) -> Value {
        let said = self.reply.tokens * self.choices;
        json!({
            "prompt_tokens": self.reply.input_tokens,
            "completion_tokens": said,
            "total_tokens": self.reply.input_tokens + said,
        })
    }
}

/// The object that a prompt shows as an example of what it wants.
fn json_in(prompt: &str) -> Option<Value> {
    let (start, end) = (prompt.find('{')?, prompt.rfind('}')?);
    serde_json::from_str(prompt.get(start..=end)?).ok()
}

fn logprob(word: &str) -> Value {
    json!({ "token": word, "logprob": -0.1, "bytes": word.as_bytes(), "top_logprobs": [{ "token": word, "logprob": -0.1 }] })
}
