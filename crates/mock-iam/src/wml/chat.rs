//! `…/text/chat`, at once and in pieces.

mod asked;
mod fitting;
mod said;

use serde_json::{Value, json};

pub(super) use self::asked::Chat;
pub(super) use self::said::Said;
use super::events::events;
use super::{Call, Outcome, deployments, guard};
use crate::answer::Answer;
use crate::clock::rfc3339;

pub(super) fn answer(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "text_chat")?;
    whole(call, model)
}

pub(super) fn stream(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "text_chat")?;
    in_pieces(call, model)
}

/// The deployment says which model and which space.
pub(super) fn answer_deployed(call: &Call<'_>, id: &str) -> Outcome {
    whole(call, &deployments::model_of(call, id)?)
}

pub(super) fn stream_deployed(call: &Call<'_>, id: &str) -> Outcome {
    in_pieces(call, &deployments::model_of(call, id)?)
}

fn whole(call: &Call<'_>, model: &str) -> Outcome {
    let said = Said::to(call.cloud, &guard::body::<Chat>(call)?)?;
    let choices = (0..said.choices).map(|index| said.whole(index)).collect::<Vec<_>>();
    let parts = [("choices", choices.into()), ("usage", said.usage())];
    Ok(Answer::json(200, enveloped(call, model, &conversation(call), parts)))
}

/// Piece by piece, then why there is no more, then what it cost.
fn in_pieces(call: &Call<'_>, model: &str) -> Outcome {
    let said = Said::to(call.cloud, &guard::body::<Chat>(call)?)?;
    let id = conversation(call);
    let chunk = |choices: Value, usage: Value| {
        let parts = [("object", "chat.completion.chunk".into()), ("choices", choices), ("usage", usage)];
        enveloped(call, model, &id, parts)
    };
    let mut chunks = Vec::new();
    for index in 0..said.choices {
        for delta in said.deltas() {
            let choice = json!({ "index": index, "finish_reason": null, "delta": delta });
            chunks.push(chunk(json!([choice]), Value::Null));
        }
        let end =
            json!({ "index": index, "finish_reason": said.finish_reason(), "delta": { "content": "" } });
        chunks.push(chunk(json!([end]), Value::Null));
    }
    chunks.push(chunk(json!([]), said.usage()));
    Ok(events(chunks))
}

fn conversation(call: &Call<'_>) -> String {
    format!("chatcmpl-{}", call.cloud.noise.hex32())
}

/// The parts of an answer, and what every answer says besides.
fn enveloped<const N: usize>(call: &Call<'_>, model: &str, id: &str, parts: [(&str, Value); N]) -> Value {
    let now = call.cloud.clock.now();
    let besides = [
        ("id", id.into()),
        ("model_id", model.into()),
        ("model", model.into()),
        ("created", now.as_second().into()),
        ("created_at", rfc3339(now).into()),
    ];
    let members = besides.into_iter().chain(parts).filter(|(_, value)| !value.is_null());
    Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect())
}
