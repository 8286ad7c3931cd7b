//! `/ml/v4/models`, `…/functions` and `…/ai_services`: what can be deployed, with a content that nobody looks into.

use serde_json::{Map, Value, json};

use super::error::Problem;
use super::{Call, Outcome, guard, patch};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::json::put;
use crate::world::World;
use crate::world::asset::Asset;
use crate::world::software::SOFTWARE;
use crate::world::workspace::{Kind, Role};

pub(super) fn list(call: &Call<'_>, kind: &str) -> Outcome {
    let world = call.cloud.world();
    let workspace = guard::place(call, &world, Role::Viewer)?;
    let found = world.assets.iter().filter(|asset| asset.kind == kind && asset.place == workspace.id);
    let resources = found.map(|asset| describe(&world, asset)).collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "limit": 200, "total_count": resources.len(), "resources": resources })))
}

pub(super) fn create(call: &Call<'_>, kind: &str) -> Outcome {
    let mut entity: Map<String, Value> = guard::body(call)?;
    let mut take = |name: &str| entity.remove(name).and_then(|value| value.as_str().map(str::to_owned));
    let (space_id, project_id) = (take("space_id"), take("project_id"));
    if !entity.get("name").is_some_and(Value::is_string) {
        return Err(Problem::invalid_request("'name' is missing."));
    }
    if kind == "functions" {
        entity.entry("type").or_insert_with(|| "python".into());
    }
    let mut world = call.cloud.world();
    let place = guard::named(call, &world, space_id.as_deref(), project_id.as_deref(), Role::Editor)?;
    let place = place.id.clone();
    let asset = Asset {
        kind: kind.to_owned(),
        id: world.seed.uuid(),
        place,
        owner: call.caller.iam_id.clone(),
        created_at: call.cloud.clock.now(),
        entity: entity.into(),
        content: Vec::new(),
    };
    let body = describe(&world, &asset);
    world.assets.push(asset);
    Ok(Answer::json(201, body))
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    Ok(Answer::json(200, describe(&world, find(call, &world, id, Role::Viewer)?)))
}

pub(super) fn change(call: &Call<'_>, id: &str) -> Outcome {
    let patches: Vec<patch::Patch> = guard::list(call)?;
    let mut world = call.cloud.world();
    let mut entity = find(call, &world, id, Role::Editor)?.entity.clone();
    for patch in patches {
        patch.apply(&mut entity)?;
    }
    if let Some(asset) = world.assets.iter_mut().find(|asset| asset.id == id) {
        asset.entity = entity;
    }
    Ok(Answer::json(200, describe(&world, find(call, &world, id, Role::Viewer)?)))
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    find(call, &world, id, Role::Editor)?;
    if world.deployments.iter().any(|deployment| deployment.asset_id == id) {
        return Err(Problem::conflict("It is deployed."));
    }
    world.assets.retain(|asset| asset.id != id);
    Ok(Answer::status(204))
}

pub(super) fn upload(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    find(call, &world, id, Role::Editor)?;
    if let Some(asset) = world.assets.iter_mut().find(|asset| asset.id == id) {
        asset.content = call.request.body.to_vec();
    }
    let attachment = world.seed.uuid();
    Ok(Answer::json(
        201,
        json!({ "attachment_id": attachment, "content_format": "native", "persisted": true }),
    ))
}

pub(super) fn download(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let content = find(call, &world, id, Role::Viewer)?.content.clone();
    Ok(Answer::bytes(200, content).content_type("application/octet-stream"))
}

/// The software that models run on, by the state of its support: all of it is supported.
pub(super) fn software(call: &Call<'_>, _: &str) -> Outcome {
    let state = call.request.query("state");
    let supported = state.is_none_or(|state| state == "supported");
    let all = SOFTWARE.iter().filter(|_| supported);
    let results = all.map(|(id, name)| json!({ "id": id, "name": name, "state": "supported" }));
    let results = results.collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "total_results": results.len(), "results": results })))
}

fn find<'w>(call: &Call<'_>, world: &'w World, id: &str, least: Role) -> Result<&'w Asset, Problem> {
    let kind = call.request.segments().get(2).copied().unwrap_or_default().to_owned();
    let asset = world.assets.iter().find(|asset| asset.id == id && asset.kind == kind);
    let asset = asset.ok_or_else(|| Problem::not_found(format!("'{id}' was not found among the {kind}.")))?;
    guard::workspace(call, world, &asset.place, least)?;
    Ok(asset)
}

fn describe(world: &World, asset: &Asset) -> Value {
    let created = rfc3339(asset.created_at);
    let place = match world.workspace(&asset.place).map(|workspace| workspace.kind) {
        Some(Kind::Project) => "project_id",
        _ => "space_id",
    };
    let mut metadata = json!({
        "id": asset.id,
        place: asset.place,
        "owner": asset.owner,
        "created_at": created,
        "modified_at": created,
    });
    let mut entity = asset.entity.clone();
    for name in ["name", "description", "tags"] {
        if let Some(value) = entity.as_object_mut().and_then(|members| members.remove(name)) {
            put(&mut metadata, &format!("/{name}"), value);
        }
    }
    json!({ "metadata": metadata, "entity": entity })
}
