//! `/v1/profiles/{id}/identities`: single users, Service IDs and services that are trusted.
//!
//! They are part of the profile: a change of them is a revision of the profile.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{find, keep};
use crate::answer::Answer;
use crate::identity_services::{Call, Outcome, Problem};
use crate::route::decoded;
use crate::world::World;
use crate::world::profile::{IdentityType, Profile, Trusted};

pub(in crate::identity_services) fn list(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    Ok(all(find(call, &world, id)?))
}

#[derive(Deserialize)]
struct Replacement {
    #[serde(default)]
    identities: Vec<Trusted>,
}

pub(in crate::identity_services) fn replace(call: &Call<'_>, id: &str) -> Outcome {
    let asked: Replacement = call.body()?;
    let if_match = call.if_match()?;
    let mut world = call.cloud.world();
    let mut profile = find(call, &world, id)?.clone();
    if !profile.entity.matches(if_match) {
        return Err(Problem::stale());
    }
    for trusted in &asked.identities {
        check(&world, trusted)?;
    }
    profile.identities = asked.identities;
    keep(call, &mut world, &mut profile, "update");
    Ok(all(&profile))
}

/// Trusts somebody, or somebody again in other words.
pub(in crate::identity_services) fn add(call: &Call<'_>, id: &str, kind: &str) -> Outcome {
    let kind = parse(kind)?;
    let trusted: Trusted = call.body()?;
    let mut world = call.cloud.world();
    let mut profile = find(call, &world, id)?.clone();
    if trusted.kind != kind {
        return Err(Problem::invalid("type", "it is not the one in the path"));
    }
    check(&world, &trusted)?;
    profile.identities.retain(|own| !is(own, kind, &trusted.identifier));
    profile.identities.push(trusted.clone());
    keep(call, &mut world, &mut profile, "update");
    Ok(Answer::json(201, Body::of(&trusted)))
}

pub(in crate::identity_services) fn read(call: &Call<'_>, id: &str, kind: &str, who: &str) -> Outcome {
    let (kind, who) = (parse(kind)?, decoded(who));
    let world = call.cloud.world();
    let found = find(call, &world, id)?.identities.iter().find(|own| is(own, kind, &who));
    Ok(Answer::json(200, Body::of(found.ok_or_else(|| missing(&who))?)))
}

pub(in crate::identity_services) fn remove(call: &Call<'_>, id: &str, kind: &str, who: &str) -> Outcome {
    let (kind, who) = (parse(kind)?, decoded(who));
    let mut world = call.cloud.world();
    let mut profile = find(call, &world, id)?.clone();
    let before = profile.identities.len();
    profile.identities.retain(|own| !is(own, kind, &who));
    if profile.identities.len() == before {
        return Err(missing(&who));
    }
    keep(call, &mut world, &mut profile, "update");
    Ok(Answer::status(204))
}

fn is(own: &Trusted, kind: IdentityType, identifier: &str) -> bool {
    own.kind == kind && own.identifier == identifier
}

fn parse(kind: &str) -> Result<IdentityType, Problem> {
    IdentityType::parse(kind)
        .ok_or_else(|| Problem::invalid("identity-type", format!("'{kind}' is none of user, serviceid, crn")))
}

/// Users may be of other accounts, and so may services; a Service ID has to exist.
fn check(world: &World, trusted: &Trusted) -> Result<(), Problem> {
    if trusted.identifier.is_empty() {
        return Err(Problem::missing("identifier"));
    }
    if trusted.kind == IdentityType::ServiceId && world.service_id(&trusted.identifier).is_none() {
        return Err(Problem::invalid("identifier", "there is no such Service ID"));
    }
    if trusted.kind != IdentityType::User && !trusted.accounts.is_empty() {
        return Err(Problem::invalid("accounts", "only users come from accounts"));
    }
    Ok(())
}

fn missing(who: &str) -> Problem {
    Problem::not_found(&format!("The identity {who}"))
}

fn all(profile: &Profile) -> Answer {
    let identities = profile.identities.iter().map(Body::of).collect::<Vec<_>>();
    let tag = profile.entity.tag();
    Answer::json(200, json!({ "entity_tag": tag, "identities": identities })).header("etag", &tag)
}

/// A trusted identity as the API shows it.
#[derive(Serialize)]
struct Body<'a> {
    iam_id: String,
    #[serde(flatten)]
    trusted: &'a Trusted,
}

impl<'a> Body<'a> {
    fn of(trusted: &'a Trusted) -> Self {
        Self { iam_id: trusted.iam_id(), trusted }
    }
}
