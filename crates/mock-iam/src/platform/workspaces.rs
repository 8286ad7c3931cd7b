//! `/v2/spaces` and `/v2/projects`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::Problem;
use super::{Call, Outcome};
use crate::answer::Answer;
use crate::clock::rfc3339;
use crate::world::World;
use crate::world::workspace::{Instance, Kind, Role, Workspace};

const LARGEST_PAGE: usize = 1000;

/// Those the caller is a member of.
pub(super) fn list(call: &Call<'_>) -> Outcome {
    let limit = number(call, "limit")?.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(Problem::bad_request(format!("The limit {limit} is not between 1 and {LARGEST_PAGE}.")));
    }
    let start = number(call, "start")?.unwrap_or(0);
    let name = call.request.query("name");
    let world = call.cloud.world();
    let found = world
        .workspaces
        .iter()
        .filter(|workspace| workspace.kind == call.kind && workspace.role(&call.caller.iam_id).is_some())
        .filter(|workspace| name.as_ref().is_none_or(|name| *name == workspace.name))
        .collect::<Vec<_>>();
    let page = found.iter().skip(start).take(limit);
    let resources = page.map(|workspace| describe(call, &world, workspace)).collect::<Vec<_>>();
    let mut body = json!({ "total_results": found.len(), "limit": limit, "resources": resources });
    let end = start.saturating_add(limit);
    if end < found.len()
        && let Some(members) = body.as_object_mut()
    {
        let href = format!("/v2/{}s?start={end}&limit={limit}", call.kind.noun());
        members.insert("next".to_owned(), json!({ "href": href }));
    }
    Ok(Answer::json(200, body))
}

fn number(call: &Call<'_>, name: &str) -> Result<Option<usize>, Problem> {
    let text = call.request.query(name);
    text.map(|text| text.parse().map_err(|_| Problem::bad_request(format!("{name} '{text}' is no number."))))
        .transpose()
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    let answer = describe(call, &world, call.workspace(&world, id, Role::Viewer)?);
    // A space that is being prepared is nearer to its end for having been looked at.
    world.spreading.has_reached(id, call.cloud.clock.now());
    Ok(Answer::json(200, answer))
}

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    name: String,
    description: Option<String>,
    storage: Option<Value>,
    #[serde(default)]
    compute: Vec<Compute>,
}

#[derive(Deserialize)]
struct Compute {
    #[serde(default)]
    name: String,
    #[serde(default)]
    crn: String,
}

/// A space is there at once, and ready when it has spread.
pub(super) fn create_space(call: &Call<'_>) -> Outcome {
    let id = create(call)?;
    let world = call.cloud.world();
    let space = world.workspace(&id).map(|space| describe(call, &world, space));
    Ok(Answer::json(202, space))
}

/// A project says only where it is.
pub(super) fn create_project(call: &Call<'_>) -> Outcome {
    let id = create(call)?;
    Ok(Answer::json(201, json!({ "location": format!("/v2/projects/{id}") })))
}

/// Whoever makes one is its admin.
fn create(call: &Call<'_>) -> Result<String, Problem> {
    let asked: Create = call.request.json_object().map_err(Problem::bad_request)?;
    let noun = call.kind.noun();
    if asked.name.is_empty() {
        return Err(Problem::bad_request(format!("A {noun} needs a name.")));
    }
    let instance = match asked.compute.first() {
        None => None,
        Some(compute) => Some(Instance::of_crn(&compute.crn, &compute.name).ok_or_else(|| {
            Problem::bad_request(format!("'{}' is not the CRN of a service instance.", compute.crn))
        })?),
    };
    let now = call.cloud.clock.now();
    let mut world = call.cloud.world();
    let mut workspace = Workspace::new(&world.seed, call.kind, &asked.name, &call.caller.iam_id, now);
    workspace.description = asked.description;
    workspace.instance = instance;
    if let Some(Value::Object(mut storage)) = asked.storage {
        storage.entry("type").or_insert_with(|| json!("bmcos_object_storage"));
        workspace.storage = storage.into();
    }
    let id = workspace.id.clone();
    world.spreading.begin(&id, now);
    world.workspaces.push(workspace);
    Ok(id)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Changes {
    /// A JSON Patch, for spaces.
    Patches(Vec<Patch>),
    /// The new values, for projects.
    Values(Values),
}

#[derive(Deserialize)]
struct Patch {
    op: String,
    path: String,
    #[serde(default)]
    value: Value,
}

#[derive(Default, Deserialize)]
struct Values {
    name: Option<String>,
    description: Option<String>,
}

/// The name and the description: all that can be changed here.
pub(super) fn change(call: &Call<'_>, id: &str) -> Outcome {
    let values = match call.request.json().map_err(Problem::bad_request)? {
        Changes::Values(values) => values,
        Changes::Patches(patches) => patches.into_iter().try_fold(Values::default(), patched)?,
    };
    if values.name.as_ref().is_some_and(String::is_empty) {
        return Err(Problem::bad_request("The name is empty."));
    }
    let mut world = call.cloud.world();
    call.workspace(&world, id, Role::Admin)?;
    if let Some(workspace) = world.workspace_mut(id) {
        workspace.name = values.name.unwrap_or_else(|| workspace.name.clone());
        workspace.description = values.description.or(workspace.description.take());
    }
    Ok(Answer::json(200, describe(call, &world, call.workspace(&world, id, Role::Admin)?)))
}

fn patched(values: Values, patch: Patch) -> Result<Values, Problem> {
    let text = patch.value.as_str().map(str::to_owned);
    match (patch.op.as_str(), patch.path.as_str(), text) {
        ("replace" | "add", "/name", Some(name)) => Ok(Values { name: Some(name), ..values }),
        ("replace" | "add", "/description", Some(text)) => Ok(Values { description: Some(text), ..values }),
        (op, path, _) => {
            Err(Problem::bad_request(format!("This cannot be patched with {op} {path} and that value.")))
        }
    }
}

/// Spaces are deleted in their own time, projects at once: the statuses differ.
pub(super) fn delete(call: &Call<'_>, id: &str, status: u16) -> Outcome {
    let mut world = call.cloud.world();
    call.workspace(&world, id, Role::Admin)?;
    world.delete_workspace(id);
    Ok(Answer::status(status))
}

fn describe(call: &Call<'_>, world: &World, workspace: &Workspace) -> Value {
    // Only spaces have a status; clients of projects look for the type of the storage.
    let status = (workspace.kind == Kind::Space).then(|| {
        let preparing = world.spreading.is_under_way(&workspace.id, call.cloud.clock.now());
        json!({ "state": if preparing { "preparing" } else { "active" } })
    });
    let compute = workspace.instance.as_ref().map(|instance| {
        [Billed { kind: "machine_learning", name: &instance.name, guid: &instance.guid, crn: &instance.crn }]
    });
    json!({
        "metadata": {
            "id": workspace.id,
            "guid": workspace.id,
            "url": format!("/v2/{}s/{}", workspace.kind.noun(), workspace.id),
            "creator_id": workspace.creator,
            "created_at": rfc3339(workspace.created_at),
        },
        "entity": Entity {
            name: &workspace.name,
            description: workspace.description.as_deref(),
            compute,
            storage: &workspace.storage,
            status,
        },
    })
}

#[derive(Serialize)]
struct Entity<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    /// Clients take the first without looking, if the member is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    compute: Option<[Billed<'a>; 1]>,
    storage: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Value>,
}

/// The service instance that is billed. Clients read its `guid`; no caller ever sends it.
#[derive(Serialize)]
struct Billed<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    guid: &'a str,
    crn: &'a str,
}
