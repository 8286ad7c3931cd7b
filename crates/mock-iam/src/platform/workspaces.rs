//! `/v2/spaces` and `/v2/projects`.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Call, Outcome};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::world::workspace::{Kind, Role, Workspace};

/// Those the caller is a member of.
pub(super) fn list(call: &Call<'_>) -> Outcome {
    let world = call.cloud.world();
    let resources = world
        .workspaces
        .iter()
        .filter(|workspace| workspace.kind == call.kind && workspace.role(&call.caller.iam_id).is_some())
        .map(describe)
        .collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "total_results": resources.len(), "resources": resources })))
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    Ok(Answer::json(200, describe(call.workspace(&world, id, Role::Viewer)?)))
}

fn describe(workspace: &Workspace) -> Value {
    // Only spaces have a status; clients of projects look for the type of the storage.
    let status = (workspace.kind == Kind::Space).then(|| json!({ "state": "active" }));
    let storage = json!({ "type": "bmcos_object_storage" });
    json!({
        "metadata": {
            "id": workspace.id,
            "guid": workspace.id,
            "url": format!("/v2/{}s/{}", workspace.kind.noun(), workspace.id),
            "created_at": rfc3339(workspace.created_at),
        },
        "entity": Entity {
            name: &workspace.name,
            compute: [Compute {
                kind: "machine_learning",
                name: "wml-instance",
                guid: &workspace.instance_guid,
                crn: &workspace.instance_crn,
            }],
            storage,
            status,
        },
    })
}

#[derive(Serialize)]
struct Entity<'a> {
    name: &'a str,
    compute: [Compute<'a>; 1],
    storage: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Value>,
}

/// The service instance that is billed. Clients read its `guid`; no caller ever sends it.
#[derive(Serialize)]
struct Compute<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    guid: &'a str,
    crn: &'a str,
}
