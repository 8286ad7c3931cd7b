//! The Model Gateway, `/ml/gateway/v1/…`: models of several providers behind the API of one of them, OpenAI.
//!
//! The two other dialects of this service are those of `text/…` and of deployments. This one has its own envelope for
//! errors, wants no `version`, and is told space or project by a header.

mod chat;
mod completions;
mod embeddings;
mod models;
mod pieces;
mod providers;
mod rules;

use serde::Deserialize;

use super::error::Problem;
use super::{Call, Handler, Outcome, by_method, guard};
use crate::answer::Answer;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::route::decoded;
use crate::world::workspace::Role;

pub(super) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Answer {
    route(cloud, request, path).unwrap_or_else(|problem| problem.answer_of_gateway(request))
}

fn route(cloud: &Cloud, request: &Request, path: &[&str]) -> Outcome {
    let handler = handler(request, path)?;
    let caller = Caller::by_token_or_key(cloud, request)?;
    let call = Call { cloud, request, caller: &caller };
    let least = if request.method == "GET" { Role::Viewer } else { Role::Editor };
    place(&call, least)?;
    handler(&call, &decoded(path.get(1).copied().unwrap_or_default()))
}

fn handler(request: &Request, path: &[&str]) -> Result<Handler, Problem> {
    let by_method = |handlers: &[(&str, Handler)]| by_method(&request.method, handlers);
    match path {
        ["chat", "completions"] => by_method(&[("POST", chat::complete)]),
        ["completions"] => by_method(&[("POST", completions::complete)]),
        ["embeddings"] => by_method(&[("POST", embeddings::embed)]),
        ["models"] => by_method(&[("GET", models::list)]),
        ["models", _] => by_method(&[("GET", models::read), ("DELETE", models::delete)]),
        ["providers"] => by_method(&[("GET", providers::list)]),
        // What is made is named by its kind, and what there is by its id.
        ["providers", _] => {
            by_method(&[("GET", providers::read), ("POST", providers::create), ("DELETE", providers::delete)])
        }
        ["providers", _, "models"] => by_method(&[("GET", models::of_provider), ("POST", models::create)]),
        ["providers", _, "models", "available"] => by_method(&[("GET", models::available)]),
        ["providers", _, _] => by_method(&[("PUT", providers::change)]),
        ["policies" | "rate-limits"] => by_method(&[("GET", rules::list), ("POST", rules::create)]),
        ["policies" | "rate-limits", _] => {
            by_method(&[("GET", rules::read), ("PUT", rules::change), ("DELETE", rules::delete)])
        }
        _ => Err(Problem::not_found("The path does not exist.")),
    }
}

/// The space or project, if the call names one, has the caller for a member. Without one the account pays.
fn place(call: &Call<'_>, least: Role) -> Result<(), Problem> {
    let (space, project) = (call.request.header("x-ibm-space-id"), call.request.header("x-ibm-project-id"));
    if space.is_some() || project.is_some() {
        guard::named(call, &call.cloud.world(), space, project, least)?;
    }
    Ok(())
}

/// The name that the body calls a model by, if there is one of that name which is able to do this.
fn model(call: &Call<'_>, function: &str) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Choice {
        model: Option<String>,
    }
    let Choice { model } = guard::body(call)?;
    let name = model.ok_or_else(|| Problem::invalid_request("'model' is missing."))?;
    match call.cloud.world().gateway.able(&name, function) {
        Some(_) => Ok(name),
        None => Err(Problem::model_not_supported(&name)),
    }
}
