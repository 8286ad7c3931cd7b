//! `/ml/v4/deployments` and `/ml/v4/instances`.

use serde_json::{Value, json};

use super::error::Problem;
use super::{Call, Outcome, guard};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::world::World;
use crate::world::workspace::{Deployment, Role, Workspace};

pub(super) fn list(call: &Call<'_>, _: &str) -> Outcome {
    let (space_id, project_id) = (call.request.query("space_id"), call.request.query("project_id"));
    let world = call.cloud.world();
    let workspace = guard::named(call, &world, space_id.as_deref(), project_id.as_deref(), Role::Viewer)?;
    let resources = world
        .deployments
        .iter()
        .filter(|deployment| deployment.space_id == workspace.id)
        .map(|deployment| describe(call, deployment))
        .collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "resources": resources })))
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let deployment = find(call, &world, id, Role::Viewer)?;
    Ok(Answer::json(200, describe(call, deployment)))
}

/// The service instance which a space or project is billed to.
pub(super) fn instance(call: &Call<'_>, guid: &str) -> Outcome {
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

/// The deployment with this id, if the caller has at least this role where it is.
pub(super) fn find<'w>(
    call: &Call<'_>,
    world: &'w World,
    id: &str,
    least: Role,
) -> Result<&'w Deployment, Problem> {
    let missing = || Problem::not_found(format!("The deployment '{id}' was not found."));
    let deployment = world.deployments.iter().find(|deployment| deployment.id == id).ok_or_else(missing)?;
    guard::workspace(call, world, &deployment.space_id, least)?;
    match call.request.query("space_id") {
        Some(space_id) if space_id != deployment.space_id => Err(missing()),
        _ => Ok(deployment),
    }
}

/// There is no `system` member: clients which see one expect warnings in it.
fn describe(call: &Call<'_>, deployment: &Deployment) -> Value {
    let url = format!("{}/ml/v4/deployments/{}/predictions", call.request.origin, deployment.id);
    let created = rfc3339(deployment.created_at);
    json!({
        "metadata": {
            "id": deployment.id,
            "name": deployment.name,
            "space_id": deployment.space_id,
            "owner": deployment.owner,
            "created_at": created,
            "modified_at": created,
        },
        "entity": {
            "asset": { "id": deployment.asset_id },
            "name": deployment.name,
            "online": {},
            "deployed_asset_type": "model",
            "hardware_spec": { "id": "e7ed1d6c-2e89-42d7-aed5-863b972c1d2b", "name": "S", "num_nodes": 1 },
            "status": {
                "state": "ready",
                "online_url": { "url": url },
                "inference": [{ "url": url }],
                "serving_urls": [url],
            },
        },
    })
}
