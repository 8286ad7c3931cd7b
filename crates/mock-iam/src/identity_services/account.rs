//! `/v1/accounts/{id}/…`: settings and limits. Only the account's user changes them.

use serde_json::{Map, Value, json};

use super::record::Record;
use super::{Call, Outcome, Problem};
use crate::answer::Answer;
use crate::json::put;
use crate::world::World;

/// IBM's documentation has these numbers.
const MOST_SERVICE_IDS: usize = 2000;
const MOST_PROFILES: usize = 2000;
const MOST_KEYS: usize = 20;

pub(super) fn settings(call: &Call<'_>, id: &str) -> Outcome {
    let world = own(call, id)?;
    Ok(Answer::json(200, describe(call, &world)))
}

/// Members that are known take their new values.
pub(super) fn change(call: &Call<'_>, id: &str) -> Outcome {
    let if_match = call.if_match()?;
    let asked: Map<String, Value> = call.body()?;
    let now = call.cloud.clock.now();
    let mut world = own(call, id)?;
    call.may_administer(&world)?;
    if !world.settings.entity.matches(if_match) {
        return Err(Problem::stale());
    }
    if let Some(unknown) = asked.keys().find(|name| !world.settings.values.contains_key(*name)) {
        return Err(Problem::invalid(unknown, "there is no such setting"));
    }
    let world = &mut *world;
    world.settings.values.extend(asked.into_iter().filter(|(_, value)| !value.is_null()));
    world.settings.entity.touch(&world.seed, now, &call.caller.iam_id, "update");
    Ok(Answer::json(200, describe(call, world)))
}

/// The account is in no enterprise, so what holds is its own.
pub(super) fn effective(call: &Call<'_>, id: &str) -> Outcome {
    let world = own(call, id)?;
    let account = describe(call, &world);
    Ok(Answer::json(
        200,
        json!({
            "account_id": id,
            "effective": world.settings.values,
            "account": account,
            "assigned_templates": [],
        }),
    ))
}

/// What there is, and how much there may be. Counts by identity are for those that the query names.
pub(super) fn limits(call: &Call<'_>, id: &str) -> Outcome {
    let world = own(call, id)?;
    let mut body = json!({
        "serviceids": { "limit": MOST_SERVICE_IDS, "count": world.service_ids.len() },
        "profiles": { "limit": MOST_PROFILES, "count": world.profiles.len() },
        "apikeys_per_identity": { "limit": MOST_KEYS },
    });
    if let Some(named) = call.request.query("apikeys_per_identity") {
        let count = |iam_id: &str| world.api_keys.iter().filter(|key| key.iam_id == iam_id).count();
        let counts = named.split(',').map(|iam_id| json!({ "iam_id": iam_id, "count": count(iam_id) }));
        put(&mut body, "/apikeys_per_identity/identities", counts.collect());
    }
    Ok(Answer::json(200, body))
}

/// The world, if the account is the caller's.
fn own<'a>(call: &Call<'a>, id: &str) -> Result<std::sync::MutexGuard<'a, World>, Problem> {
    let world = call.cloud.world();
    if world.account_id == id { Ok(world) } else { Err(Problem::unknown("Account", id)) }
}

fn describe(call: &Call<'_>, world: &World) -> Value {
    let mut body = Value::Object(world.settings.values.clone());
    put(&mut body, "/account_id", world.account_id.as_str().into());
    put(&mut body, "/entity_tag", world.settings.entity.tag().into());
    let record = Record::of(call, world, &world.account_id, &world.settings.entity);
    if let Ok(Value::Object(record)) = serde_json::to_value(record) {
        record.into_iter().for_each(|(name, value)| put(&mut body, &format!("/{name}"), value));
    }
    body
}
