//! Control over HTTP, on a port of its own: for tests that are not in this process.

mod journal;
mod metrics;

use serde::Deserialize;
use serde_json::json;

use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::openapi::OPENAPI;
use crate::request::Request;
use crate::scenario::rule::{Rule, key};
use crate::scenario::{Key, ScenarioError};
use crate::secrecy::fingerprint;

type Outcome = Result<Answer, Refusal>;

/// What is wrong with a request for control.
struct Refusal {
    status: u16,
    message: String,
}

impl Refusal {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

impl From<ScenarioError> for Refusal {
    fn from(error: ScenarioError) -> Self {
        Self::new(400, error.to_string())
    }
}

pub(crate) fn answer(cloud: &Cloud, request: &Request) -> Answer {
    route(cloud, request)
        .unwrap_or_else(|refusal| Answer::json(refusal.status, json!({ "error": refusal.message })))
}

fn route(cloud: &Cloud, request: &Request) -> Outcome {
    match (request.method.as_str(), request.segments().as_slice()) {
        ("GET", ["healthz"]) => Ok(Answer::json(200, json!({ "status": "ok" }))),
        ("GET", ["openapi.json"]) => Ok(Answer::bytes(200, OPENAPI).content_type("application/json")),
        ("GET", ["metrics"]) => Ok(metrics::answer(cloud)),
        ("GET", ["journal"]) => Ok(journal::answer(cloud)),
        ("DELETE", ["journal"]) => {
            cloud.journal.clear();
            Ok(Answer::status(204))
        }
        ("GET", ["clock"]) => Ok(time(cloud)),
        ("POST", ["clock"]) => set_clock(cloud, request),
        ("POST", ["keys"]) => make_key(cloud, request),
        ("POST", ["keys", name, "disable"]) => switch_key(cloud, name, true),
        ("POST", ["keys", name, "enable"]) => switch_key(cloud, name, false),
        ("DELETE", ["keys", name]) => delete_key(cloud, name),
        ("POST", ["rules"]) => add_rules(cloud, request, false),
        ("PUT", ["rules"]) => add_rules(cloud, request, true),
        ("DELETE", ["rules"]) => {
            cloud.script.clear();
            Ok(Answer::status(204))
        }
        ("GET", ["signing-keys"]) => Ok(signing_keys(cloud)),
        ("POST", ["signing-keys"]) => {
            cloud.minted.forget();
            cloud.signer.rotate();
            Ok(signing_keys(cloud))
        }
        ("DELETE", ["signing-keys", kid]) => match cloud.signer.retire(kid) {
            true => Ok(Answer::status(204)),
            false => Err(Refusal::new(404, format!("there is no older signing key `{kid}`"))),
        },
        ("POST", ["reset"]) => {
            cloud.reset()?;
            Ok(Answer::status(204))
        }
        (
            _,
            ["healthz" | "metrics" | "journal" | "clock" | "keys" | "rules" | "signing-keys" | "reset", ..],
        ) => Err(Refusal::new(405, "the path does not have this method")),
        _ => Err(Refusal::new(404, "the path does not exist")),
    }
}

fn signing_keys(cloud: &Cloud) -> Answer {
    Answer::json(200, json!({ "kids": cloud.signer.kids() }))
}

fn time(cloud: &Cloud) -> Answer {
    Answer::json(200, json!({ "now": cloud.clock.epoch_seconds() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hands {
    set: Option<i64>,
    skew: Option<i64>,
    #[serde(default)]
    advance: u64,
    date_skew: Option<i64>,
    token_skew: Option<i64>,
}

fn set_clock(cloud: &Cloud, request: &Request) -> Outcome {
    let hands: Hands = read(request)?;
    let clock = &cloud.clock;
    if let Some(seconds) = hands.skew {
        clock.set_skew(seconds);
    }
    if let Some(epoch_seconds) = hands.set {
        clock.set(epoch_seconds);
    }
    clock.advance(std::time::Duration::from_secs(hands.advance));
    if let Some(seconds) = hands.date_skew {
        clock.skew_date(seconds);
    }
    if let Some(seconds) = hands.token_skew {
        clock.skew_tokens(seconds);
    }
    Ok(time(cloud))
}

/// The value is shown here, and nowhere else.
fn make_key(cloud: &Cloud, request: &Request) -> Outcome {
    let asked: Key = read(request)?;
    let mut world = cloud.world();
    if key(&world, &asked.name).is_ok() {
        return Err(Refusal::new(409, format!("there is an API key named `{}`", asked.name)));
    }
    let value = asked.make(&mut world, cloud.clock.now())?;
    let digest = fingerprint(value.as_bytes());
    Ok(Answer::json(201, json!({ "name": asked.name, "api_key": value, "digest": digest })))
}

fn switch_key(cloud: &Cloud, name: &str, disabled: bool) -> Outcome {
    let value = find_key(cloud, name)?;
    let mut world = cloud.world();
    let changed = world.api_key(&value).cloned();
    if let Some(mut changed) = changed {
        changed.disabled = disabled;
        let action = if disabled { "disable" } else { "enable" };
        changed.entity.touch(&world.seed, cloud.clock.now(), &world.user.iam_id(), action);
        world.replace_api_key(changed);
    }
    Ok(Answer::status(204))
}

fn delete_key(cloud: &Cloud, name: &str) -> Outcome {
    let value = find_key(cloud, name)?;
    cloud.world().api_keys.retain(|key| key.value != value);
    Ok(Answer::status(204))
}

fn find_key(cloud: &Cloud, name: &str) -> Result<String, Refusal> {
    key(&cloud.world(), name).map_err(|error| Refusal::new(404, error.to_string()))
}

/// All of them or, if one is wrong, none.
fn add_rules(cloud: &Cloud, request: &Request, instead: bool) -> Outcome {
    let rules: Vec<Rule> = read(request)?;
    let world = cloud.world();
    for rule in &rules {
        rule.check(&world)?;
    }
    if instead {
        cloud.script.clear();
    }
    for rule in &rules {
        rule.script(&cloud.script, &world)?;
    }
    Ok(Answer::json(200, json!({ "rules": rules.len() })))
}

fn read<T: serde::de::DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    request.json().map_err(|error| Refusal::new(400, error))
}
