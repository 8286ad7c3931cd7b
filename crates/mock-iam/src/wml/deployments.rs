//! `/ml/v4/deployments`: what is deployed, and how it is asked.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Problem;
use super::{Call, Outcome, guard, patch};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::json::put;
use crate::world::World;
use crate::world::foundation::DEPLOYED;
use crate::world::workspace::{Deployment, Kind, Role};

pub(super) fn list(call: &Call<'_>, _: &str) -> Outcome {
    let world = call.cloud.world();
    if let (Some("true"), Some(name)) =
        (call.request.query("conflict").as_deref(), call.request.query("serving_name"))
    {
        return whether_taken(&world, &name);
    }
    let workspace = guard::place(call, &world, Role::Viewer)?;
    let query = |name| call.request.query(name);
    let (serving_name, name, asset) = (query("serving_name"), query("name"), query("asset_id"));
    let resources = world
        .deployments
        .iter()
        .filter(|deployment| deployment.space_id == workspace.id)
        .filter(|deployment| serving_name.is_none() || deployment.serving_name == serving_name)
        .filter(|deployment| name.as_ref().is_none_or(|name| *name == deployment.name))
        .filter(|deployment| asset.as_ref().is_none_or(|asset| *asset == deployment.asset_id))
        .map(|deployment| describe(call, &world, deployment))
        .collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "limit": 200, "total_count": resources.len(), "resources": resources })))
}

/// A serving name is taken in every space, whoever may look into it.
fn whether_taken(world: &World, name: &str) -> Outcome {
    match world.deployments.iter().any(|own| own.serving_name.as_deref() == Some(name)) {
        true => Err(Problem::conflict(format!("The serving name '{name}' is taken."))),
        false => Ok(Answer::status(204)),
    }
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let deployment = find(call, &world, id, Role::Viewer)?;
    Ok(Answer::json(200, describe(call, &world, deployment)))
}

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    name: String,
    description: Option<String>,
    space_id: Option<String>,
    project_id: Option<String>,
    asset: Option<Reference>,
    prompt_template: Option<Reference>,
    base_model_id: Option<String>,
    online: Option<Online>,
    batch: Option<Value>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

#[derive(Deserialize)]
struct Online {
    #[serde(default)]
    parameters: OnlineParameters,
}

#[derive(Default, Deserialize)]
struct OnlineParameters {
    serving_name: Option<String>,
}

/// It is said to be on its way, and is ready when it is looked at.
pub(super) fn create(call: &Call<'_>, _: &str) -> Outcome {
    let asked: Create = guard::body(call)?;
    if asked.name.is_empty() {
        return Err(Problem::invalid_request("'name' is missing."));
    }
    if asked.online.is_none() && asked.batch.is_none() {
        return Err(Problem::invalid_request("One of 'online' and 'batch' is needed."));
    }
    let mut world = call.cloud.world();
    let (space_id, project_id) = (asked.space_id.as_deref(), asked.project_id.as_deref());
    let place = guard::named(call, &world, space_id, project_id, Role::Editor)?.id.clone();
    let asset = asked.asset.or(asked.prompt_template);
    if asset.is_none() && asked.base_model_id.is_none() {
        return Err(Problem::invalid_request("One of 'asset' and 'base_model_id' is needed."));
    }
    let serving_name = asked.online.as_ref().and_then(|online| online.parameters.serving_name.clone());
    if serving_name.is_some() && world.deployments.iter().any(|own| own.serving_name == serving_name) {
        return Err(Problem::conflict("The serving name is taken."));
    }
    let mut deployment = Deployment::new(&world.seed, &place, &call.caller.iam_id, call.cloud.clock.now());
    deployment.name = asked.name;
    deployment.description = asked.description;
    deployment.asset_id = asset.map_or(deployment.asset_id, |asset| asset.id);
    deployment.base_model_id = asked.base_model_id;
    deployment.batch = asked.batch.is_some();
    deployment.serving_name = serving_name;
    deployment.tags = asked.tags;
    let mut body = describe(call, &world, &deployment);
    put(&mut body, "/entity/status", json!({ "state": "initializing" }));
    world.deployments.push(deployment);
    Ok(Answer::json(202, body))
}

/// Name, description and tags change at once, and nothing else can be changed here.
pub(super) fn change(call: &Call<'_>, id: &str) -> Outcome {
    let patches: Vec<patch::Patch> = guard::list(call)?;
    let mut world = call.cloud.world();
    find(call, &world, id, Role::Editor)?;
    let Some(deployment) = world.deployments.iter_mut().find(|own| own.id == id) else {
        return Err(missing(id));
    };
    for patch in patches {
        match patch.path.as_str() {
            "/name" => deployment.name = patch.text()?,
            "/description" => deployment.description = patch.text().ok(),
            "/tags" => deployment.tags = serde_json::from_value(patch.value).unwrap_or_default(),
            "/asset" | "/hardware_spec" | "/online" | "/online/parameters" => {}
            other => return Err(Problem::invalid_request(format!("'{other}' cannot be changed."))),
        }
    }
    Ok(Answer::json(200, describe(call, &world, find(call, &world, id, Role::Viewer)?)))
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    find(call, &world, id, Role::Editor)?;
    world.deployments.retain(|own| own.id != id);
    Ok(Answer::status(204))
}

/// The deployment with this id or serving name, if the caller has at least this role where it is.
pub(super) fn find<'w>(
    call: &Call<'_>,
    world: &'w World,
    id: &str,
    least: Role,
) -> Result<&'w Deployment, Problem> {
    let named = |own: &&Deployment| own.id == id || own.serving_name.as_deref() == Some(id);
    let deployment = world.deployments.iter().find(named).ok_or_else(|| missing(id))?;
    guard::workspace(call, world, &deployment.space_id, least)?;
    match call.request.query("space_id") {
        Some(space_id) if space_id != deployment.space_id => Err(missing(id)),
        _ => Ok(deployment),
    }
}

/// The model that answers for a deployment, if the caller may use it.
pub(super) fn model_of(call: &Call<'_>, id: &str) -> Result<String, Problem> {
    let world = call.cloud.world();
    let deployment = find(call, &world, id, Role::Editor)?;
    Ok(deployment.base_model_id.clone().unwrap_or_else(|| DEPLOYED.to_owned()))
}

fn missing(id: &str) -> Problem {
    Problem::not_found(format!("The deployment '{id}' was not found."))
}

/// There is no `system` member: clients which see one expect warnings in it.
fn describe(call: &Call<'_>, world: &World, deployment: &Deployment) -> Value {
    let created = rfc3339(deployment.created_at);
    let place = match world.workspace(&deployment.space_id).map(|workspace| workspace.kind) {
        Some(Kind::Project) => "project_id",
        _ => "space_id",
    };
    let mut body = json!({
        "metadata": {
            "id": deployment.id,
            "name": deployment.name,
            place: deployment.space_id,
            "owner": deployment.owner,
            "created_at": created,
            "modified_at": created,
        },
        "entity": {
            "asset": { "id": deployment.asset_id },
            "name": deployment.name,
            "deployed_asset_type": if deployment.base_model_id.is_some() { "foundation_model" } else { "model" },
            "hardware_spec": { "id": "e7ed1d6c-2e89-42d7-aed5-863b972c1d2b", "name": "S", "num_nodes": 1 },
            "status": status(call, deployment),
        },
    });
    let (entity, metadata) = (&deployment.base_model_id, &deployment.description);
    if let Some(model) = entity {
        put(&mut body, "/entity/base_model_id", model.as_str().into());
    }
    if let Some(description) = metadata {
        put(&mut body, "/metadata/description", description.as_str().into());
    }
    if !deployment.tags.is_empty() {
        put(&mut body, "/metadata/tags", json!(deployment.tags));
    }
    match (deployment.batch, &deployment.serving_name) {
        (true, _) => put(&mut body, "/entity/batch", json!({})),
        (false, None) => put(&mut body, "/entity/online", json!({})),
        (false, Some(name)) => {
            put(&mut body, "/entity/online", json!({ "parameters": { "serving_name": name } }))
        }
    }
    body
}

/// The one deployment there is at the start answers both as a model with features and as one of words, so its URLs are
/// those of both.
fn status(call: &Call<'_>, deployment: &Deployment) -> Value {
    if deployment.batch {
        return json!({ "state": "ready" });
    }
    let origin = &call.request.origin;
    let names = [Some(&deployment.id), deployment.serving_name.as_ref()];
    let names = names.into_iter().flatten();
    let predictions = |name: &String| format!("{origin}/ml/v4/deployments/{name}/predictions");
    let words = |name: &String| {
        let text = format!("{origin}/ml/v1/deployments/{name}/text");
        ["generation", "generation_stream", "chat", "chat_stream"].map(|kind| format!("{text}/{kind}"))
    };
    let scored = deployment.base_model_id.is_none();
    let urls = names.flat_map(|name| scored.then(|| predictions(name)).into_iter().chain(words(name)));
    let urls = urls.collect::<Vec<_>>();
    let inference = urls.iter().map(|url| match url.ends_with("_stream") {
        true => json!({ "url": url, "sse": true }),
        false => json!({ "url": url }),
    });
    json!({
        "state": "ready",
        "online_url": { "url": predictions(&deployment.id) },
        "inference": inference.collect::<Vec<_>>(),
        "serving_urls": urls,
    })
}
