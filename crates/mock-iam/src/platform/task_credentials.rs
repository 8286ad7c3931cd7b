//! `/v1/task_credentials`: one API key per user and account, kept for jobs.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::Problem;
use super::{Outcome, caller, missing_route};
use crate::answer::Answer;
use crate::caller::Caller;
use crate::clock::rfc3339;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::world::World;
use crate::world::task_credential::TaskCredential;

pub(super) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Outcome {
    let caller = caller(cloud, request)?;
    match (request.method.as_str(), path) {
        ("GET", []) => Ok(list(cloud, &caller)),
        ("POST", []) => create(cloud, request, &caller),
        ("GET", [id]) => {
            let world = cloud.world();
            Ok(Answer::json(200, describe(&world, find(&world, &caller, id)?)))
        }
        ("DELETE", [id]) => {
            let mut world = cloud.world();
            find(&world, &caller, id)?;
            world.task_credentials.retain(|kept| kept.id != *id);
            Ok(Answer::status(204))
        }
        (_, [] | [_]) => Err(Problem::method_not_allowed()),
        _ => Ok(missing_route()),
    }
}

fn list(cloud: &Cloud, caller: &Caller) -> Answer {
    let world = cloud.world();
    let own = world.task_credentials.iter().filter(|kept| kept.iam_id == caller.iam_id);
    let credentials = own.map(|kept| describe(&world, kept)).collect::<Vec<_>>();
    Answer::json(200, json!({ "credentials": credentials }))
}

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default, rename = "type")]
    kind: String,
    secret: Option<Kept>,
}

#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    api_key: String,
}

/// What the service says to a second one, to a strange key and to none is not public: the status is the usual one.
fn create(cloud: &Cloud, request: &Request, caller: &Caller) -> Outcome {
    let asked: Create = request.json_object().map_err(Problem::bad_request)?;
    if asked.name.is_empty() {
        return Err(Problem::bad_request("A task credential needs a name."));
    }
    if asked.kind != "iam_api_key" {
        return Err(Problem::bad_request("The type of a task credential is iam_api_key."));
    }
    let value = asked.secret.map(|kept| kept.api_key).unwrap_or_default();
    let now = cloud.clock.now();
    let mut world = cloud.world();
    let key = world.known_api_key(&value, now).filter(|key| key.is_usable(now));
    let Some(api_key_id) = key.filter(|key| key.iam_id == caller.iam_id).map(|key| key.id.clone()) else {
        return Err(Problem::bad_request("The secret is no API key of the caller."));
    };
    if world.task_credentials.iter().any(|kept| kept.iam_id == caller.iam_id) {
        return Err(Problem::conflict("The caller has a task credential already."));
    }
    let kept = TaskCredential {
        id: world.seed.uuid(),
        iam_id: caller.iam_id.clone(),
        name: asked.name,
        description: asked.description,
        api_key_id,
        created_at: now,
    };
    world.task_credentials.push(kept.clone());
    Ok(Answer::json(201, describe(&world, &kept)))
}

fn find<'w>(world: &'w World, caller: &Caller, id: &str) -> Result<&'w TaskCredential, Problem> {
    let kept = world.task_credentials.iter().find(|kept| kept.id == id && kept.iam_id == caller.iam_id);
    kept.ok_or_else(|| Problem::not_found(format!("The task credential {id} does not exist.")))
}

/// The key is never shown; clients want the scope.
fn describe(world: &World, kept: &TaskCredential) -> Value {
    #[derive(Serialize)]
    struct Body<'a> {
        id: &'a str,
        name: &'a str,
        description: &'a str,
        r#type: &'a str,
        scope: Value,
        created_at: String,
        expired: bool,
    }
    let key_is_there = world.api_keys.iter().any(|key| key.id == kept.api_key_id);
    json!(Body {
        id: &kept.id,
        name: &kept.name,
        description: &kept.description,
        r#type: "iam_api_key",
        scope: json!({ "iam_id": kept.iam_id, "account_id": world.account_id }),
        created_at: rfc3339(kept.created_at),
        expired: !key_is_there,
    })
}
