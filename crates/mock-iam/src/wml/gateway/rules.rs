//! `/ml/gateway/v1/policies` and `…/rate-limits`: kept and shown. They forbid nothing.

use serde_json::{Map, Value};

use super::models::listed;
use super::{Call, Outcome, guard};
use crate::answer::Answer;
use crate::wml::error::Problem;
use crate::world::gateway::Rule;

pub(super) fn list(call: &Call<'_>, _: &str) -> Outcome {
    let kind = kind(call);
    let rules = &call.cloud.world().gateway.rules;
    Ok(listed(rules.iter().filter(|rule| rule.kind == kind).map(describe)))
}

pub(super) fn create(call: &Call<'_>, _: &str) -> Outcome {
    let said = said(call)?;
    let mut world = call.cloud.world();
    let rule = Rule { kind: kind(call), uuid: world.seed.uuid(), said };
    let made = describe(&rule);
    world.gateway.rules.push(rule);
    Ok(Answer::json(201, made))
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    with(call, id, |rule| Answer::json(200, describe(rule)))
}

pub(super) fn change(call: &Call<'_>, id: &str) -> Outcome {
    let said = said(call)?;
    with(call, id, |rule| {
        rule.said = said;
        Answer::json(200, describe(rule))
    })
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    with(call, id, |_| ())?;
    call.cloud.world().gateway.rules.retain(|rule| rule.uuid != id);
    Ok(Answer::status(204))
}

fn with<T>(call: &Call<'_>, id: &str, work: impl FnOnce(&mut Rule) -> T) -> Result<T, Problem> {
    let kind = kind(call);
    let rules = &mut call.cloud.world().gateway.rules;
    let rule = rules.iter_mut().find(|rule| rule.uuid == id && rule.kind == kind);
    rule.map(work).ok_or_else(|| Problem::not_found(format!("'{id}' was not found among the {kind}.")))
}

fn kind(call: &Call<'_>) -> String {
    call.request.segments().get(3).copied().unwrap_or_default().to_owned()
}

fn said(call: &Call<'_>) -> Result<Value, Problem> {
    let members: Map<String, Value> = guard::body(call)?;
    if members.is_empty() {
        Err(Problem::invalid_request("There is nothing in the body."))
    } else {
        Ok(members.into())
    }
}

fn describe(rule: &Rule) -> Value {
    let mut described = rule.said.clone();
    if let Some(members) = described.as_object_mut() {
        members.insert("uuid".to_owned(), rule.uuid.as_str().into());
    }
    described
}
