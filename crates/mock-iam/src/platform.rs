//! The watsonx platform: spaces, projects and their members, `/v2/…`, and task credentials.

mod catalog;
mod error;
mod members;
mod specifications;
mod task_credentials;
mod workspaces;

use self::error::Problem;
use crate::answer::Answer;
use crate::caller::{Caller, Refusal};
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;
use crate::world::World;
use crate::world::workspace::{Kind, Role, Workspace};

type Outcome = Result<Answer, Problem>;

pub(crate) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Answer {
    finished(request, route(cloud, request, path))
}

/// `/v1/task_credentials`.
pub(crate) fn task_credentials(cloud: &Cloud, request: &Request, path: &[&str]) -> Answer {
    finished(request, task_credentials::answer(cloud, request, path))
}

/// `/transactional/v2/projects`: projects are made and deleted here, and nowhere else.
pub(crate) fn make_project(cloud: &Cloud, request: &Request) -> Answer {
    finished(request, of_projects(cloud, request, "POST", workspaces::create_project))
}

/// `/transactional/v2/projects/{id}`.
pub(crate) fn delete_project(cloud: &Cloud, request: &Request, id: &str) -> Answer {
    finished(request, of_projects(cloud, request, "DELETE", |call| workspaces::delete(call, id, 204)))
}

/// A path which no API has.
pub(crate) fn missing_route() -> Answer {
    Problem::not_found("The path does not exist.").answer()
}

fn finished(request: &Request, outcome: Outcome) -> Answer {
    trace::with_ids(request, outcome.unwrap_or_else(|problem| problem.answer()))
}

fn of_projects(
    cloud: &Cloud,
    request: &Request,
    method: &str,
    handler: impl FnOnce(&Call<'_>) -> Outcome,
) -> Outcome {
    let caller = caller(cloud, request)?;
    if request.method != method {
        return Err(Problem::method_not_allowed());
    }
    handler(&Call { cloud, request, kind: Kind::Project, caller: &caller })
}

fn caller(cloud: &Cloud, request: &Request) -> Result<Caller, Problem> {
    Caller::anywhere(cloud, request).map_err(|refusal| {
        Problem::unauthorized(match refusal {
            Refusal::Missing => "The request has no authorization.",
            Refusal::NotValid => "The token is not valid.",
            Refusal::Expired => "The token is expired.",
        })
    })
}

fn route(cloud: &Cloud, request: &Request, path: &[&str]) -> Outcome {
    let (kind, rest) = match path {
        ["spaces", rest @ ..] => (Kind::Space, rest),
        ["projects", rest @ ..] => (Kind::Project, rest),
        _ => return catalog::answer(cloud, request, path),
    };
    let caller = caller(cloud, request)?;
    let call = Call { cloud, request, kind, caller: &caller };
    match (request.method.as_str(), rest) {
        ("GET", []) => workspaces::list(&call),
        ("POST", []) if kind == Kind::Space => workspaces::create_space(&call),
        ("GET", [id]) => workspaces::read(&call, id),
        ("PATCH", [id]) => workspaces::change(&call, id),
        ("DELETE", [id]) if kind == Kind::Space => workspaces::delete(&call, id, 202),
        ("GET", [id, "members"]) => members::list(&call, id),
        ("POST", [id, "members"]) => members::add(&call, id),
        ("PATCH", [id, "members"]) => members::change_many(&call, id),
        ("GET", [id, "members", iam_id]) => members::read(&call, id, iam_id),
        ("PATCH", [id, "members", iam_id]) => members::change(&call, id, iam_id),
        ("DELETE", [id, "members", iam_id]) => members::remove(&call, id, iam_id),
        (_, [] | [_] | [_, "members"] | [_, "members", _]) => Err(Problem::method_not_allowed()),
        _ => Ok(missing_route()),
    }
}

/// One call by somebody known, about spaces or about projects.
struct Call<'a> {
    cloud: &'a Cloud,
    request: &'a Request,
    kind: Kind,
    caller: &'a Caller,
}

impl Call<'_> {
    /// The space or project, if the caller is a member with at least this role.
    fn workspace<'w>(&self, world: &'w World, id: &str, least: Role) -> Result<&'w Workspace, Problem> {
        let noun = self.kind.noun();
        let workspace = world
            .workspace(id)
            .filter(|workspace| workspace.kind == self.kind)
            .ok_or_else(|| Problem::not_found(format!("The {noun} {id} does not exist.")))?;
        match workspace.role(&self.caller.iam_id) {
            None => Err(Problem::forbidden(format!("The caller is not a member of the {noun} {id}."))),
            Some(role) if role < least => Err(Problem::forbidden(format!(
                "This needs the role {} in the {noun} {id}, the caller is {}.",
                least.as_str(),
                role.as_str()
            ))),
            Some(_) => Ok(workspace),
        }
    }
}
