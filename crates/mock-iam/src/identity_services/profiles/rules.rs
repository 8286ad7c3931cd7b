//! `/v1/profiles/{id}/rules`: whoever claims the right things is trusted.

use serde::Serialize;
use serde_json::json;

use super::{find, put_back};
use crate::answer::Answer;
use crate::clock::minute_time;
use crate::identity_services::{Call, Outcome, Problem, context};
use crate::world::World;
use crate::world::entity::Entity;
use crate::world::profile::{ClaimRule, RuleTerms, RuleType};

/// Per profile.
const MOST_RULES: usize = 20;

pub(in crate::identity_services) fn create(call: &Call<'_>, id: &str) -> Outcome {
    let terms = terms(call)?;
    let mut world = call.cloud.world();
    let mut profile = find(call, &world, id)?.clone();
    if profile.rules.len() >= MOST_RULES {
        return Err(Problem::limit("claim rules of this profile"));
    }
    let rule = ClaimRule {
        id: format!("ClaimRule-{}", world.seed.uuid()),
        entity: Entity::new(&world.seed, call.cloud.clock.now(), &call.caller.iam_id),
        terms,
    };
    profile.rules.push(rule.clone());
    put_back(&mut world, profile);
    Ok(answer(&rule, 201))
}

pub(in crate::identity_services) fn list(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let rules = find(call, &world, id)?.rules.iter().map(Body::of).collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "context": context(call.cloud, call.request), "rules": rules })))
}

pub(in crate::identity_services) fn read(call: &Call<'_>, id: &str, rule: &str) -> Outcome {
    let world = call.cloud.world();
    Ok(answer(find_rule(call, &world, id, rule)?, 200))
}

/// What is sent takes the place of all that was there.
pub(in crate::identity_services) fn update(call: &Call<'_>, id: &str, rule: &str) -> Outcome {
    let terms = terms(call)?;
    let if_match = call.if_match()?;
    let mut world = call.cloud.world();
    let mut changed = find_rule(call, &world, id, rule)?.clone();
    if !changed.entity.matches(if_match) {
        return Err(Problem::stale());
    }
    changed.terms = terms;
    changed.entity.touch(&world.seed, call.cloud.clock.now(), &call.caller.iam_id, "update");
    let mut profile = find(call, &world, id)?.clone();
    if let Some(kept) = profile.rules.iter_mut().find(|kept| kept.id == rule) {
        *kept = changed.clone();
    }
    put_back(&mut world, profile);
    Ok(answer(&changed, 200))
}

pub(in crate::identity_services) fn delete(call: &Call<'_>, id: &str, rule: &str) -> Outcome {
    let mut world = call.cloud.world();
    find_rule(call, &world, id, rule)?;
    let mut profile = find(call, &world, id)?.clone();
    profile.rules.retain(|own| own.id != rule);
    put_back(&mut world, profile);
    Ok(Answer::status(204))
}

/// What the rule shall say, if it is a rule.
fn terms(call: &Call<'_>) -> Result<RuleTerms, Problem> {
    let terms: RuleTerms = call.body()?;
    match terms.kind {
        RuleType::Saml if terms.realm_name.as_ref().is_none_or(String::is_empty) => {
            Err(Problem::missing("realm_name"))
        }
        RuleType::ComputeResource if terms.cr_type.is_none() => Err(Problem::missing("cr_type")),
        _ if terms.conditions.is_empty() => Err(Problem::missing("conditions")),
        _ => match terms.conditions.iter().find(|condition| !condition.is_well_formed()) {
            None => Ok(terms),
            Some(condition) => Err(Problem::invalid(
                "conditions",
                format!("the value of '{}' is no JSON text, or for IN no list of them", condition.claim),
            )),
        },
    }
}

fn find_rule<'w>(call: &Call<'_>, world: &'w World, id: &str, rule: &str) -> Result<&'w ClaimRule, Problem> {
    let found = find(call, world, id)?.rules.iter().find(|own| own.id == rule);
    found.ok_or_else(|| Problem::unknown("ClaimRule", rule))
}

fn answer(rule: &ClaimRule, status: u16) -> Answer {
    Answer::json(status, Body::of(rule)).header("etag", &rule.entity.tag())
}

/// A rule as the API shows it.
#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    entity_tag: String,
    created_at: String,
    modified_at: String,
    #[serde(flatten)]
    terms: &'a RuleTerms,
}

impl<'a> Body<'a> {
    fn of(rule: &'a ClaimRule) -> Self {
        Self {
            id: &rule.id,
            entity_tag: rule.entity.tag(),
            created_at: minute_time(rule.entity.created_at),
            modified_at: minute_time(rule.entity.modified_at),
            terms: &rule.terms,
        }
    }
}
