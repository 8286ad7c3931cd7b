//! `/v1/serviceids`.

use serde::{Deserialize, Serialize};

use super::record::Record;
use super::{Call, Outcome, Problem, api_keys, page};
use crate::answer::Answer;
use crate::clock::minute_time;
use crate::world::World;
use crate::world::identity::ServiceIdentity;

/// Per account, unless a support case raises it.
const MOST_SERVICE_IDS: usize = 2000;
/// By what a list of Service IDs can be filtered and sorted.
const PROPERTIES: [&str; 4] = ["name", "description", "created_at", "modified_at"];

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    account_id: String,
    #[serde(default)]
    name: String,
    description: Option<String>,
    #[serde(default)]
    unique_instance_crns: Vec<String>,
    apikey: Option<api_keys::Create>,
}

pub(super) fn create(call: &Call<'_>) -> Outcome {
    let asked: Create = call.body()?;
    let mut world = call.cloud.world();
    for (property, value) in [("account_id", &asked.account_id), ("name", &asked.name)] {
        if value.is_empty() {
            return Err(Problem::missing(property));
        }
    }
    if asked.account_id != world.account_id {
        return Err(Problem::invalid("account_id", "it is another account"));
    }
    call.may_administer(&world)?;
    if world.service_ids.len() >= MOST_SERVICE_IDS {
        return Err(Problem::limit("Service IDs of this account"));
    }
    let mut service =
        ServiceIdentity::new(&world.seed, call.cloud.clock.now(), &asked.name, &call.caller.iam_id);
    service.description = asked.description;
    service.unique_instance_crns = asked.unique_instance_crns;
    service.entity.locked = call.flag("Entity-Lock");
    let key = match asked.apikey {
        Some(key) => Some(api_keys::add(call, &mut world, key.owned_by(&service.iam_id()))?),
        None => None,
    };
    world.add_service_id(service.clone(), call.cloud.clock.now());
    let apikey = key.as_ref().map(|key| api_keys::Body::of(call, &world, key, &key.value));
    let body = Body { apikey, ..Body::of(call, &world, &service) };
    Ok(Answer::json(201, body).header("etag", &service.entity.tag()))
}

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let world = call.cloud.world();
    if call.request.query("account_id").is_some_and(|account| account != world.account_id) {
        return Err(Problem::not_found("The account"));
    }
    call.may_administer(&world)?;
    let name = call.request.query("name");
    let services = world
        .service_ids
        .iter()
        .filter(|service| name.as_ref().is_none_or(|name| *name == service.name))
        .map(|service| Body::of(call, &world, service))
        .collect();
    page::answer(call, "serviceids", &PROPERTIES, services)
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let service = find(call, &world, id)?;
    Ok(Answer::json(200, Body::of(call, &world, service)).header("etag", &service.entity.tag()))
}

#[derive(Deserialize)]
struct Update {
    name: Option<String>,
    description: Option<String>,
    unique_instance_crns: Option<Vec<String>>,
}

pub(super) fn update(call: &Call<'_>, id: &str) -> Outcome {
    let asked: Update = call.body()?;
    let if_match = call.if_match()?;
    let mut world = call.cloud.world();
    let mut service = find(call, &world, id)?.clone();
    if !service.entity.matches(if_match) {
        return Err(Problem::stale());
    }
    if service.entity.locked {
        return Err(Problem::locked(409));
    }
    match asked.name {
        Some(name) if name.is_empty() => return Err(Problem::missing("name")),
        Some(name) => service.name = name,
        None => {}
    }
    if asked.description.is_some() {
        service.description = asked.description.filter(|text| !text.is_empty());
    }
    if let Some(crns) = asked.unique_instance_crns {
        service.unique_instance_crns = crns;
    }
    keep(call, &mut world, &mut service, "update");
    Ok(Answer::json(200, Body::of(call, &world, &service)).header("etag", &service.entity.tag()))
}

/// Deleting a locked Service ID is documented as a bad request.
pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    if find(call, &world, id)?.entity.locked {
        return Err(Problem::locked(400));
    }
    call.may_administer(&world)?;
    world.delete_service_id(id);
    Ok(Answer::status(204))
}

pub(super) fn lock(call: &Call<'_>, id: &str, locked: bool) -> Outcome {
    let mut world = call.cloud.world();
    let mut service = find(call, &world, id)?.clone();
    service.entity.locked = locked;
    keep(call, &mut world, &mut service, if locked { "lock" } else { "unlock" });
    Ok(Answer::status(204))
}

/// Puts a changed Service ID back as a new revision.
fn keep(call: &Call<'_>, world: &mut World, service: &mut ServiceIdentity, action: &'static str) {
    service.entity.touch(&world.seed, call.cloud.clock.now(), &call.caller.iam_id, action);
    if let Some(kept) = world.service_ids.iter_mut().find(|kept| kept.id == service.id) {
        *kept = service.clone();
    }
}

fn find<'w>(call: &Call<'_>, world: &'w World, id: &str) -> Result<&'w ServiceIdentity, Problem> {
    let service = world.service_id(id).ok_or_else(|| Problem::unknown("ServiceId", id))?;
    call.may_manage(world, &service.iam_id())?;
    Ok(service)
}

/// A Service ID as the API shows it.
#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    iam_id: String,
    entity_tag: String,
    crn: String,
    locked: bool,
    created_at: String,
    modified_at: String,
    account_id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    unique_instance_crns: &'a [String],
    /// Only where it was made in the same call.
    #[serde(skip_serializing_if = "Option::is_none")]
    apikey: Option<api_keys::Body<'a>>,
    #[serde(flatten)]
    record: Record<'a>,
}

impl<'a> Body<'a> {
    fn of(call: &Call<'_>, world: &'a World, service: &'a ServiceIdentity) -> Self {
        let account_id = world.account_id.as_str();
        Self {
            id: &service.id,
            iam_id: service.iam_id(),
            entity_tag: service.entity.tag(),
            crn: format!("crn:v1:bluemix:public:iam-identity::a/{account_id}::serviceid:{}", service.id),
            locked: service.entity.locked,
            created_at: minute_time(service.entity.created_at),
            modified_at: minute_time(service.entity.modified_at),
            account_id,
            name: &service.name,
            description: service.description.as_deref(),
            unique_instance_crns: &service.unique_instance_crns,
            apikey: None,
            record: Record::of(call, world, &service.id, &service.entity),
        }
    }
}
