//! What a call must bring along: a version, a body, a model, and a role in the space or project it is about.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Call;
use super::error::Problem;
use crate::request::Request;
use crate::world::workspace::{Kind, Role, Workspace};
use crate::world::{World, foundation};

/// `version=YYYY-MM-DD`.
pub(super) fn version(request: &Request) -> Result<(), Problem> {
    let version = request
        .query("version")
        .ok_or_else(|| Problem::invalid_request("The query parameter 'version' is mandatory."))?;
    match version.len() == 10 && version.parse::<jiff::civil::Date>().is_ok() {
        true => Ok(()),
        false => Err(Problem::invalid_request(format!("The version '{version}' is not a date YYYY-MM-DD."))),
    }
}

/// `ML-Instance-ID`, which older clients send: the instance, or a word of theirs where they know none yet.
pub(super) fn instance(call: &Call<'_>) -> Result<(), Problem> {
    const NONE_YET: [&str; 3] = ["invalid", "icp", "openshift"];
    match call.request.header("ml-instance-id") {
        Some(id) if !NONE_YET.contains(&id) && id != call.cloud.world().instance_guid() => {
            Err(Problem::no_such_instance(id))
        }
        _ => Ok(()),
    }
}

/// The space or project with this id, if the caller has at least this role in it.
pub(super) fn workspace<'w>(
    call: &Call<'_>,
    world: &'w World,
    id: &str,
    least: Role,
) -> Result<&'w Workspace, Problem> {
    let workspace = world
        .workspace(id)
        .ok_or_else(|| Problem::container_not_found(format!("The space or project '{id}' was not found.")))?;
    match workspace.role(&call.caller.iam_id) {
        // Looking is free, using is billed to somebody.
        Some(role) if role >= least && least > Role::Viewer && workspace.instance.is_none() => {
            Err(Problem::no_instance(id))
        }
        Some(role) if role >= least => Ok(workspace),
        role => Err(Problem::forbidden(format!(
            "User '{}' needs the role {} in the {} '{id}', and has {}.",
            call.caller.iam_id,
            least.as_str(),
            workspace.kind.noun(),
            role.map_or("none", Role::as_str)
        ))),
    }
}

/// The one space or project which a call names.
pub(super) fn named<'w>(
    call: &Call<'_>,
    world: &'w World,
    space_id: Option<&str>,
    project_id: Option<&str>,
    least: Role,
) -> Result<&'w Workspace, Problem> {
    let (id, kind) = match (space_id, project_id) {
        (Some(id), None) => (id, Kind::Space),
        (None, Some(id)) => (id, Kind::Project),
        _ => return Err(Problem::invalid_request("Exactly one of 'space_id' and 'project_id' is needed.")),
    };
    let workspace = workspace(call, world, id, least)?;
    if workspace.kind != kind {
        return Err(Problem::container_not_found(format!("The {} '{id}' was not found.", kind.noun())));
    }
    Ok(workspace)
}

/// The space or project that the query names.
pub(super) fn place<'w>(call: &Call<'_>, world: &'w World, least: Role) -> Result<&'w Workspace, Problem> {
    let (space_id, project_id) = (call.request.query("space_id"), call.request.query("project_id"));
    named(call, world, space_id.as_deref(), project_id.as_deref(), least)
}

/// The body of a call, as a JSON object.
pub(super) fn body<T: DeserializeOwned>(call: &Call<'_>) -> Result<T, Problem> {
    call.request.json_object().map_err(unreadable)
}

/// The same for a call that takes a list.
pub(super) fn list<T: DeserializeOwned>(call: &Call<'_>) -> Result<Vec<T>, Problem> {
    call.request.json().map_err(unreadable)
}

fn unreadable(why: String) -> Problem {
    Problem::invalid_request(format!("The body cannot be read: {why}"))
}

/// The model that the body names, if it is able to do this and the caller may use it where the body says.
pub(super) fn model(call: &Call<'_>, function: &str) -> Result<&'static str, Problem> {
    #[derive(Deserialize)]
    struct Choice {
        model_id: Option<String>,
        space_id: Option<String>,
        project_id: Option<String>,
    }
    let Choice { model_id, space_id, project_id } = body(call)?;
    named(call, &call.cloud.world(), space_id.as_deref(), project_id.as_deref(), Role::Editor)?;
    let id = model_id.ok_or_else(|| Problem::invalid_request("'model_id' is missing."))?;
    foundation::find(&id, function).ok_or_else(|| Problem::model_not_supported(&id))
}
