//! The members of a space or a project. Everybody in it may look, only admins change.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Problem;
use super::{Call, Outcome};
use crate::answer::Answer;
use crate::world::workspace::{Kind, Role};

/// There is no `next`, ever: clients follow it on another host.
pub(super) fn list(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let members = call.workspace(&world, id, Role::Viewer)?.members();
    Ok(many(call, members.iter().map(|(iam_id, role)| describe(iam_id, *role)).collect()))
}

pub(super) fn read(call: &Call<'_>, id: &str, iam_id: &str) -> Outcome {
    let world = call.cloud.world();
    let role = call.workspace(&world, id, Role::Viewer)?.role(iam_id).ok_or_else(|| missing(iam_id))?;
    Ok(Answer::json(200, describe(iam_id, role)))
}

#[derive(Deserialize)]
struct Members {
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    #[serde(default)]
    id: String,
    #[serde(default)]
    role: String,
}

impl Member {
    fn checked(self) -> Result<(String, Role), Problem> {
        if self.id.is_empty() {
            return Err(Problem::bad_request("A member needs an id."));
        }
        let role = parse_role(&self.role)?;
        Ok((self.id, role))
    }
}

/// Adds members, or gives those who are members already another role: all of them or, if one is wrong, none.
pub(super) fn add(call: &Call<'_>, id: &str) -> Outcome {
    let asked: Members = call.request.json_object().map_err(Problem::bad_request)?;
    let members = asked.members.into_iter().map(Member::checked).collect::<Result<Vec<_>, _>>()?;
    let mut world = call.cloud.world();
    call.workspace(&world, id, Role::Admin)?;
    if let Some(workspace) = world.workspace_mut(id) {
        for (iam_id, role) in &members {
            workspace.set_role(iam_id, *role);
        }
    }
    Ok(many(call, members.iter().map(|(iam_id, role)| describe(iam_id, *role)).collect()))
}

/// Several roles at once: projects only.
pub(super) fn change_many(call: &Call<'_>, id: &str) -> Outcome {
    if call.kind == Kind::Space {
        return Err(Problem::method_not_allowed());
    }
    add(call, id)
}

#[derive(Deserialize)]
struct Patch {
    op: String,
    path: String,
    value: Value,
}

/// A JSON Patch of one member. Only the role is worth anything here; `/state` is accepted as it is.
pub(super) fn change(call: &Call<'_>, id: &str, iam_id: &str) -> Outcome {
    let patches: Vec<Patch> = call.request.json().map_err(Problem::bad_request)?;
    let mut world = call.cloud.world();
    let mut role = call.workspace(&world, id, Role::Admin)?.role(iam_id).ok_or_else(|| missing(iam_id))?;
    for patch in &patches {
        match (patch.op.as_str(), patch.path.as_str()) {
            ("replace", "/role") => role = parse_role(patch.value.as_str().unwrap_or(""))?,
            ("replace", "/state") if patch.value == "active" => {}
            (op, path) => {
                return Err(Problem::bad_request(format!("A member cannot be patched with {op} {path}.")));
            }
        }
    }
    if let Some(workspace) = world.workspace_mut(id) {
        workspace.set_role(iam_id, role);
    }
    Ok(Answer::json(200, describe(iam_id, role)))
}

pub(super) fn remove(call: &Call<'_>, id: &str, iam_id: &str) -> Outcome {
    let mut world = call.cloud.world();
    call.workspace(&world, id, Role::Admin)?;
    match world.workspace_mut(id).is_some_and(|workspace| workspace.remove_member(iam_id)) {
        true => Ok(Answer::status(204)),
        false => Err(missing(iam_id)),
    }
}

/// Spaces call their list `resources`, projects `members`.
fn many(call: &Call<'_>, members: Vec<Value>) -> Answer {
    Answer::json(
        200,
        match call.kind {
            Kind::Space => json!({ "resources": members }),
            // IBM's Python client reads them under the name that they have in spaces.
            Kind::Project => json!({ "resources": members, "members": members }),
        },
    )
}

fn parse_role(word: &str) -> Result<Role, Problem> {
    Role::parse(word)
        .ok_or_else(|| Problem::bad_request(format!("'{word}' is none of the roles admin, editor, viewer.")))
}

fn describe(iam_id: &str, role: Role) -> Value {
    let kind = match iam_id {
        id if id.starts_with("iam-ServiceId-") => "service",
        id if id.starts_with("iam-Profile-") => "profile",
        _ => "user",
    };
    json!({ "id": iam_id, "type": kind, "role": role.as_str(), "state": "active" })
}

fn missing(iam_id: &str) -> Problem {
    Problem::not_found(format!("{iam_id} is not a member."))
}
