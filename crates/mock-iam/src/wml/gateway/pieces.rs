//! An answer in pieces, as OpenAI sends them: events without numbers or names, and a word at the end.

use serde::Deserialize;
use serde_json::Value;

use crate::answer::Answer;

/// How the answer is wanted.
#[derive(Deserialize)]
pub(super) struct Wanted {
    stream: Option<bool>,
    stream_options: Option<Options>,
}

#[derive(Deserialize)]
struct Options {
    include_usage: Option<bool>,
}

impl Wanted {
    pub(super) fn in_pieces(&self) -> bool {
        self.stream == Some(true)
    }

    /// Whether the last piece says what it cost.
    pub(super) fn with_usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage == Some(true))
    }
}

pub(super) fn events(pieces: &[Value]) -> Answer {
    let events = pieces.iter().map(|data| format!("data: {data}\n\n")).collect::<String>();
    Answer::bytes(200, events + "data: [DONE]\n\n").content_type("text/event-stream;charset=utf-8")
}
