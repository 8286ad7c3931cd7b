//! `/v1/profiles`: trusted profiles, and under each of them whom it trusts.

pub(super) mod identities;
pub(super) mod links;
pub(super) mod rules;

use serde::{Deserialize, Serialize};

use super::record::Record;
use super::{Call, Outcome, Problem, page};
use crate::answer::Answer;
use crate::clock::minute_time;
use crate::world::World;
use crate::world::profile::Profile;

/// Per account, unless a support case raises it.
const MOST_PROFILES: usize = 2000;
/// By what a list of profiles can be filtered and sorted.
const PROPERTIES: [&str; 4] = ["name", "description", "created_at", "modified_at"];

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    account_id: String,
    #[serde(default)]
    name: String,
    description: Option<String>,
    email: Option<String>,
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
    if world.profiles.iter().any(|profile| profile.name == asked.name) {
        return Err(Problem::name_taken(&asked.name));
    }
    if world.profiles.len() >= MOST_PROFILES {
        return Err(Problem::limit("trusted profiles of this account"));
    }
    let now = call.cloud.clock.now();
    let mut profile = Profile::new(&world.seed, now, &asked.name, &call.caller.iam_id);
    profile.description = asked.description.filter(|text| !text.is_empty());
    profile.email = asked.email.filter(|text| !text.is_empty());
    world.add_profile(profile.clone(), now);
    Ok(answer(call, &world, &profile, 201))
}

/// The account has to be named here, other than in the lists of keys and Service IDs.
pub(super) fn list(call: &Call<'_>) -> Outcome {
    let world = call.cloud.world();
    match call.request.query("account_id") {
        None => return Err(Problem::missing("account_id")),
        Some(account) if account != world.account_id => return Err(Problem::not_found("The account")),
        Some(_) => call.may_administer(&world)?,
    }
    let name = call.request.query("name");
    let profiles = world
        .profiles
        .iter()
        .filter(|profile| name.as_ref().is_none_or(|name| *name == profile.name))
        .map(|profile| Body::of(call, &world, profile))
        .collect();
    page::answer(call, "profiles", &PROPERTIES, profiles)
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    Ok(answer(call, &world, find(call, &world, id)?, 200))
}

#[derive(Deserialize)]
struct Update {
    name: Option<String>,
    description: Option<String>,
    email: Option<String>,
}

pub(super) fn update(call: &Call<'_>, id: &str) -> Outcome {
    let asked: Update = call.body()?;
    let if_match = call.if_match()?;
    let mut world = call.cloud.world();
    let mut profile = find(call, &world, id)?.clone();
    if !profile.entity.matches(if_match) {
        return Err(Problem::stale());
    }
    match asked.name {
        Some(name) if name.is_empty() => return Err(Problem::missing("name")),
        Some(name) if world.profiles.iter().any(|other| other.id != id && other.name == name) => {
            return Err(Problem::name_taken(&name));
        }
        Some(name) => profile.name = name,
        None => {}
    }
    if asked.description.is_some() {
        profile.description = asked.description.filter(|text| !text.is_empty());
    }
    if asked.email.is_some() {
        profile.email = asked.email.filter(|text| !text.is_empty());
    }
    keep(call, &mut world, &mut profile, "update");
    Ok(answer(call, &world, &profile, 200))
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let mut world = call.cloud.world();
    find(call, &world, id)?;
    world.profiles.retain(|profile| profile.id != id);
    Ok(Answer::status(204))
}

/// The profile, for those who may manage it.
fn find<'w>(call: &Call<'_>, world: &'w World, id: &str) -> Result<&'w Profile, Problem> {
    let profile = world.profiles.iter().find(|profile| profile.id == id);
    let profile = profile.ok_or_else(|| Problem::unknown("Profile", id))?;
    call.may_administer(world)?;
    Ok(profile)
}

/// Puts a changed profile back as a new revision.
fn keep(call: &Call<'_>, world: &mut World, profile: &mut Profile, action: &'static str) {
    profile.entity.touch(&world.seed, call.cloud.clock.now(), &call.caller.iam_id, action);
    put_back(world, profile.clone());
}

/// Puts a profile back whose own revision stays: links and rules have revisions of their own.
fn put_back(world: &mut World, profile: Profile) {
    if let Some(kept) = world.profiles.iter_mut().find(|kept| kept.id == profile.id) {
        *kept = profile;
    }
}

fn answer(call: &Call<'_>, world: &World, profile: &Profile, status: u16) -> Answer {
    Answer::json(status, Body::of(call, world, profile)).header("etag", &profile.entity.tag())
}

/// A profile as the API shows it.
#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    entity_tag: String,
    crn: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    created_at: String,
    modified_at: String,
    iam_id: String,
    account_id: &'a str,
    #[serde(flatten)]
    record: Record<'a>,
}

impl<'a> Body<'a> {
    fn of(call: &Call<'_>, world: &'a World, profile: &'a Profile) -> Self {
        Self {
            id: &profile.id,
            entity_tag: profile.entity.tag(),
            crn: profile.crn(&world.account_id),
            name: &profile.name,
            description: profile.description.as_deref(),
            email: profile.email.as_deref(),
            created_at: minute_time(profile.entity.created_at),
            modified_at: minute_time(profile.entity.modified_at),
            iam_id: profile.iam_id(),
            account_id: &world.account_id,
            record: Record::of(call, world, &profile.id, &profile.entity),
        }
    }
}
