//! An answer in pieces: server-sent events, all of which are there at once.

use serde_json::Value;

use crate::answer::Answer;

/// Each piece as an event of its own, numbered from 1.
pub(super) fn events(pieces: impl IntoIterator<Item = Value>) -> Answer {
    let events = (1..).zip(pieces).map(|(id, data)| format!("id: {id}\nevent: message\ndata: {data}\n\n"));
    Answer::bytes(200, events.collect::<String>()).content_type("text/event-stream;charset=utf-8")
}
