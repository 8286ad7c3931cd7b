//! `/ml/v4/deployments/{id}/ai_service`: code of the customer's, which here says what it was told.

use serde_json::{Value, json};

use super::events::events;
use super::{Call, Outcome, deployments, guard};
use crate::answer::Answer;
use crate::world::workspace::Role;

pub(super) fn run(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    Ok(Answer::json(200, json!({ "result": asked(call)? })))
}

pub(super) fn stream(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    Ok(events([json!({ "result": asked(call)? })]))
}

/// A service may be called without a word.
fn asked(call: &Call<'_>) -> Result<Value, super::Problem> {
    if call.request.body.is_empty() { Ok(Value::Null) } else { guard::body(call) }
}
