//! `/v1/apikeys`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::Record;
use super::{Call, Outcome, Problem, page};
use crate::answer::Answer;
use crate::clock::{minute_time, parse_minute_time};
use crate::world::World;
use crate::world::api_key::{ApiKey, LeakAction, NewApiKey};

/// Per identity, unless a support case raises it.
const MOST_KEYS: usize = 20;
const SHORTEST_OWN_VALUE: usize = 32;

/// The body of a create call, and the `apikey` member of a Service ID's.
#[derive(Deserialize)]
pub(super) struct Create {
    #[serde(default)]
    name: String,
    #[serde(default)]
    iam_id: String,
    account_id: Option<String>,
    description: Option<String>,
    apikey: Option<String>,
    #[serde(default)]
    store_value: bool,
    support_sessions: Option<bool>,
    action_when_leaked: Option<LeakAction>,
    expires_at: Option<String>,
}

/// By what a list of keys can be filtered and sorted.
const PROPERTIES: [&str; 4] = ["name", "description", "created_at", "created_by"];

pub(super) fn create(call: &Call<'_>) -> Outcome {
    let asked: Create = call.body()?;
    let mut world = call.cloud.world();
    if asked.iam_id.is_empty() {
        return Err(Problem::missing("iam_id"));
    }
    if asked.account_id.as_ref().is_some_and(|account| *account != world.account_id) {
        return Err(Problem::invalid("account_id", "it is another account"));
    }
    if world.identity(&asked.iam_id).is_none() {
        return Err(Problem::invalid("iam_id", "there is no such identity"));
    }
    call.may_manage(&world, &asked.iam_id)?;
    let mut key = add(call, &mut world, asked)?;
    key.entity.locked = call.flag("Entity-Lock");
    key.disabled = call.flag("Entity-Disable");
    world.replace_api_key(key.clone());
    // The value is shown here, and for most keys only here.
    Ok(Answer::json(201, Body::of(call, &world, &key, &key.value)).header("etag", &key.entity.tag()))
}

/// Makes the key that was asked for, if its properties are good.
pub(super) fn add(call: &Call<'_>, world: &mut World, asked: Create) -> Result<ApiKey, Problem> {
    if asked.name.is_empty() {
        return Err(Problem::missing("name"));
    }
    if asked.store_value && asked.iam_id == world.user.iam_id() {
        return Err(Problem::invalid("store_value", "the value of a user's key is never stored"));
    }
    if asked.support_sessions == Some(true) && asked.iam_id != world.user.iam_id() {
        return Err(only_for_users());
    }
    if let Some(value) = &asked.apikey {
        if value.chars().count() < SHORTEST_OWN_VALUE {
            return Err(Problem::invalid("apikey", format!("it is shorter than {SHORTEST_OWN_VALUE}")));
        }
        if world.api_key(value).is_some() {
            return Err(Problem::duplicate_key());
        }
    }
    if world.api_keys.iter().filter(|key| key.iam_id == asked.iam_id).count() >= MOST_KEYS {
        return Err(Problem::key_limit());
    }
    let new = NewApiKey {
        expires_at: expiry(asked.expires_at.as_deref())?,
        name: asked.name,
        iam_id: asked.iam_id,
        description: asked.description,
        value: asked.apikey,
        store_value: asked.store_value,
        support_sessions: asked.support_sessions.unwrap_or(false),
        action_when_leaked: asked.action_when_leaked.unwrap_or_default(),
    };
    Ok(world.add_api_key(new, &call.caller.iam_id, call.cloud.clock.now()))
}

impl Create {
    /// The key of a Service ID that is being made in the same call.
    pub(super) fn owned_by(self, iam_id: &str) -> Self {
        Self { iam_id: iam_id.to_owned(), ..self }
    }
}

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let world = call.cloud.world();
    let iam_id = call.request.query("iam_id").unwrap_or_else(|| call.caller.iam_id.clone());
    if call.request.query("account_id").is_some_and(|account| account != world.account_id)
        || world.identity(&iam_id).is_none()
        || call.may_manage(&world, &iam_id).is_err()
    {
        return Err(Problem::not_found("The account or identity"));
    }
    // `scope=account` is for everybody's keys, `type` says whose.
    let everybody = choice(call, "scope", ["entity", "account"])?.as_deref() == Some("account");
    if everybody {
        call.may_administer(&world)?;
    }
    let services = choice(call, "type", ["user", "serviceid"])?.map(|kind| kind == "serviceid");
    let keys = world
        .api_keys
        .iter()
        .filter(|key| if everybody { true } else { key.iam_id == iam_id })
        .filter(|key| services.is_none_or(|only| only == key.iam_id.starts_with("iam-ServiceId-")))
        .map(|key| Body::of(call, &world, key, ""))
        .collect();
    page::answer(call, "apikeys", &PROPERTIES, keys)
}

/// A parameter that may be absent, or one of two words.
fn choice(call: &Call<'_>, name: &str, words: [&str; 2]) -> Result<Option<String>, Problem> {
    let given = call.request.query(name).filter(|word| !word.is_empty());
    match &given {
        Some(word) if !words.contains(&word.as_str()) => {
            Err(Problem::invalid(name, format!("'{word}' is neither {}", words.join(" nor "))))
        }
        _ => Ok(given),
    }
}

/// Finds a key by its value: how a holder learns what it holds.
pub(super) fn details(call: &Call<'_>) -> Outcome {
    let value = call.request.header("IAM-ApiKey").ok_or_else(|| Problem::missing("IAM-ApiKey"))?;
    let world = call.cloud.world();
    let key = world.api_key(value).ok_or_else(|| Problem::not_found("The API key"))?;
    call.may_manage(&world, &key.iam_id)?;
    Ok(read_answer(call, &world, key))
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let key = find(call, &world, id)?;
    Ok(read_answer(call, &world, key))
}

#[derive(Deserialize)]
struct Update {
    name: Option<String>,
    description: Option<String>,
    support_sessions: Option<bool>,
    action_when_leaked: Option<LeakAction>,
    expires_at: Option<String>,
}

pub(super) fn update(call: &Call<'_>, id: &str) -> Outcome {
    let asked: Update = call.body()?;
    let if_match = call.if_match()?;
    let mut world = call.cloud.world();
    let mut key = find(call, &world, id)?.clone();
    if !key.entity.matches(if_match) {
        return Err(Problem::stale());
    }
    if key.entity.locked {
        return Err(Problem::locked(409));
    }
    match asked.name {
        Some(name) if name.is_empty() => return Err(Problem::missing("name")),
        Some(name) => key.name = name,
        None => {}
    }
    if asked.description.is_some() {
        key.description = asked.description.filter(|text| !text.is_empty());
    }
    if let Some(support_sessions) = asked.support_sessions {
        if support_sessions && key.iam_id != world.user.iam_id() {
            return Err(only_for_users());
        }
        key.support_sessions = support_sessions;
    }
    key.action_when_leaked = asked.action_when_leaked.unwrap_or(key.action_when_leaked);
    if asked.expires_at.is_some() {
        key.expires_at = expiry(asked.expires_at.as_deref())?;
    }
    key.entity.touch(&world.seed, call.cloud.clock.now(), &call.caller.iam_id, "update");
    world.replace_api_key(key.clone());
    Ok(read_answer(call, &world, &key))
}

/// Deleting a locked key is a conflict: the only refusal that is documented here.
pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    if find(call, &world, id)?.entity.locked {
        return Err(Problem::locked(409));
    }
    world.api_keys.retain(|key| key.id != id);
    Ok(Answer::status(204))
}

pub(super) fn lock(call: &Call<'_>, id: &str, locked: bool) -> Outcome {
    change(call, id, if locked { "lock" } else { "unlock" }, |key| key.entity.locked = locked)
}

pub(super) fn disable(call: &Call<'_>, id: &str, disabled: bool) -> Outcome {
    change(call, id, if disabled { "disable" } else { "enable" }, |key| key.disabled = disabled)
}

/// Changes a key; repeating a change is no error.
fn change(call: &Call<'_>, id: &str, action: &'static str, change: impl FnOnce(&mut ApiKey)) -> Outcome {
    let mut world = call.cloud.world();
    let mut key = find(call, &world, id)?.clone();
    change(&mut key);
    key.entity.touch(&world.seed, call.cloud.clock.now(), &call.caller.iam_id, action);
    world.replace_api_key(key);
    Ok(Answer::status(204))
}

fn find<'w>(call: &Call<'_>, world: &'w World, id: &str) -> Result<&'w ApiKey, Problem> {
    let key = world.api_keys.iter().find(|key| key.id == id).ok_or_else(|| Problem::unknown("ApiKey", id))?;
    call.may_manage(world, &key.iam_id)?;
    Ok(key)
}

fn only_for_users() -> Problem {
    Problem::invalid("support_sessions", "only a user's key opens sessions")
}

fn expiry(text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    text.filter(|text| !text.is_empty())
        .map(|text| {
            parse_minute_time(text)
                .ok_or_else(|| Problem::invalid("expires_at", "the format is yyyy-MM-ddTHH:mm+0000"))
        })
        .transpose()
}

fn read_answer(call: &Call<'_>, world: &World, key: &ApiKey) -> Answer {
    let value = if key.store_value { key.value.as_str() } else { "" };
    Answer::json(200, Body::of(call, world, key, value)).header("etag", &key.entity.tag())
}

/// A key as the API shows it.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    id: &'a str,
    entity_tag: String,
    crn: String,
    locked: bool,
    disabled: bool,
    created_at: String,
    created_by: &'a str,
    modified_at: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    iam_id: &'a str,
    account_id: &'a str,
    /// Always there, and mostly empty.
    apikey: &'a str,
    /// A user's key has this member, a Service ID's does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    support_sessions: Option<bool>,
    action_when_leaked: LeakAction,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(flatten)]
    record: Record<'a>,
}

impl<'a> Body<'a> {
    /// The key, with `apikey` as its value: the real one after creation, else only if it was stored.
    pub(super) fn of(call: &Call<'_>, world: &'a World, key: &'a ApiKey, apikey: &'a str) -> Self {
        let account_id = world.account_id.as_str();
        Self {
            id: &key.id,
            entity_tag: key.entity.tag(),
            crn: format!("crn:v1:bluemix:public:iam-identity::a/{account_id}::apikey:{}", key.id),
            locked: key.entity.locked,
            disabled: key.disabled,
            created_at: minute_time(key.entity.created_at),
            created_by: &key.created_by,
            modified_at: minute_time(key.entity.modified_at),
            name: &key.name,
            description: key.description.as_deref(),
            iam_id: &key.iam_id,
            account_id,
            apikey,
            support_sessions: (key.iam_id == world.user.iam_id()).then_some(key.support_sessions),
            action_when_leaked: key.action_when_leaked,
            expires_at: key.expires_at.map(minute_time),
            record: Record::of(call, world, &key.id, &key.entity),
        }
    }
}
