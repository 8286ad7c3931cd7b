//! What the platform has besides spaces and projects: specifications of software and hardware, and lists of data,
//! connections, scripts and prompts, which the mock has none of. Clients list them in passing.

use serde_json::json;

use super::error::Problem;
use super::{Call, Outcome, caller, missing_route, specifications};
use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::world::workspace::{Kind, Role};

pub(super) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Outcome {
    let (method, handler): (_, fn(&Call<'_>, &str) -> Outcome) = match path {
        ["software_specifications"] => ("GET", specifications::software),
        ["software_specifications", _] => ("GET", specifications::one_software),
        ["hardware_specifications"] => ("GET", specifications::hardware),
        ["hardware_specifications", _] => ("GET", specifications::one_hardware),
        ["assets", _] => ("DELETE", delete),
        ["asset_types", _, "search"] => ("POST", search),
        ["datasource_types" | "connections" | "package_extensions"] => ("GET", nothing),
        _ => return Ok(missing_route()),
    };
    let caller = caller(cloud, request)?;
    if request.method != method {
        return Err(Problem::method_not_allowed());
    }
    let call = Call { cloud, request, kind: Kind::Space, caller: &caller };
    handler(&call, path.get(1).copied().unwrap_or_default())
}

/// Clients delete here what they have made under `/ml/v4`.
fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    let missing = || Problem::not_found(format!("The asset {id} does not exist."));
    let asset = world.assets.iter().find(|asset| asset.id == id).ok_or_else(missing)?;
    let place = world.workspace(&asset.place).ok_or_else(missing)?;
    if place.role(&call.caller.iam_id).is_none_or(|role| role < Role::Editor) {
        return Err(Problem::forbidden("The caller may not change what is here."));
    }
    world.assets.retain(|asset| asset.id != id);
    Ok(Answer::status(204))
}

fn search(_: &Call<'_>, _: &str) -> Outcome {
    Ok(Answer::json(200, json!({ "total_rows": 0, "results": [] })))
}

fn nothing(call: &Call<'_>, _: &str) -> Outcome {
    let first = json!({ "href": call.request.path });
    Ok(Answer::json(200, json!({ "total_results": 0, "total_count": 0, "first": first, "resources": [] })))
}
