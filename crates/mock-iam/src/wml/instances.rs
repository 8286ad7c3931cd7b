//! `/ml/v4/instances`: the service instance which a space or project is billed to.

use serde_json::json;

use super::error::Problem;
use super::{Call, Outcome};
use crate::answer::Answer;
use crate::world::workspace::Workspace;

pub(super) fn read(call: &Call<'_>, guid: &str) -> Outcome {
    let world = call.cloud.world();
    let bills = |workspace: &&Workspace| workspace.instance.as_ref().is_some_and(|own| own.guid == guid);
    let workspace = world.workspaces.iter().filter(bills).collect::<Vec<_>>();
    if workspace.is_empty() {
        return Err(Problem::not_found(format!("The instance '{guid}' was not found.")));
    }
    if workspace.iter().all(|workspace| workspace.role(&call.caller.iam_id).is_none()) {
        return Err(Problem::forbidden("The caller is in no space or project of this instance."));
    }
    Ok(Answer::json(
        200,
        json!({
            "metadata": { "id": guid },
            "entity": { "plan": { "name": "lite", "id": "wml-lite", "version": 2 }, "status": "Active" },
        }),
    ))
}
