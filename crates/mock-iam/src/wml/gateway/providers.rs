//! `/ml/gateway/v1/providers`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::models::{describe, listed};
use super::{Call, Outcome, guard};
use crate::answer::Answer;
use crate::route::decoded;
use crate::wml::error::Problem;
use crate::world::gateway::{Gateway, Provider};

/// What a provider is called, and how it is reached: a key and the like, or where a secrets manager has that.
#[derive(Deserialize)]
struct Said {
    name: String,
    data: Option<Map<String, Value>>,
    data_reference: Option<Map<String, Value>>,
}

impl Said {
    fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let said: Self = guard::body(call)?;
        match (&said.data, &said.data_reference) {
            (Some(_), Some(_)) => {
                Err(Problem::invalid_request("'data' and 'data_reference' exclude each other."))
            }
            _ => Ok(said),
        }
    }
}

pub(super) fn list(call: &Call<'_>, _: &str) -> Outcome {
    let gateway = &call.cloud.world().gateway;
    Ok(listed(gateway.providers.iter().map(|provider| with_models(gateway, provider))))
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let gateway = &call.cloud.world().gateway;
    Ok(Answer::json(200, with_models(gateway, find(gateway, id)?)))
}

pub(super) fn create(call: &Call<'_>, kind: &str) -> Outcome {
    let Said { name, .. } = Said::of(call)?;
    let mut world = call.cloud.world();
    let provider = Provider { uuid: world.seed.uuid(), name, kind: kind.to_owned() };
    let made = brief(&provider);
    world.gateway.providers.push(provider);
    Ok(Answer::json(201, made))
}

pub(super) fn change(call: &Call<'_>, id: &str) -> Outcome {
    let Said { name, .. } = Said::of(call)?;
    let kind = call.request.segments().last().map(|kind| decoded(kind)).unwrap_or_default();
    let providers = &mut call.cloud.world().gateway.providers;
    let provider = providers.iter_mut().find(|provider| provider.uuid == id).ok_or_else(|| unknown(id))?;
    (provider.name, provider.kind) = (name, kind);
    Ok(Answer::json(200, brief(provider)))
}

/// Its models go with it.
pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let gateway = &mut call.cloud.world().gateway;
    find(gateway, id)?;
    gateway.providers.retain(|provider| provider.uuid != id);
    gateway.models.retain(|model| model.provider != id);
    Ok(Answer::status(204))
}

pub(super) fn find<'g>(gateway: &'g Gateway, id: &str) -> Result<&'g Provider, Problem> {
    gateway.provider(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("Provider '{id}' was not found."))
}

fn brief(provider: &Provider) -> Value {
    json!({ "uuid": provider.uuid, "name": provider.name, "type": provider.kind })
}

fn with_models(gateway: &Gateway, provider: &Provider) -> Value {
    let own = gateway.models.iter().filter(|model| model.provider == provider.uuid);
    json!({
        "uuid": provider.uuid,
        "name": provider.name,
        "type": provider.kind,
        "data": {},
        "models": own.map(|model| describe(gateway, model)).collect::<Vec<_>>(),
    })
}
