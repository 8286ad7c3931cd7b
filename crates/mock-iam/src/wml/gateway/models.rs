//! `/ml/gateway/v1/models`, and those of one provider.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Outcome, guard, providers};
use crate::answer::Answer;
use crate::json::put;
use crate::wml::error::Problem;
use crate::world::foundation::MODELS;
use crate::world::gateway::{Gateway, Model};

pub(super) fn list(call: &Call<'_>, _: &str) -> Outcome {
    let gateway = &call.cloud.world().gateway;
    Ok(listed(gateway.models.iter().map(|model| describe(gateway, model))))
}

pub(super) fn of_provider(call: &Call<'_>, provider: &str) -> Outcome {
    let gateway = &call.cloud.world().gateway;
    providers::find(gateway, provider)?;
    let own = gateway.models.iter().filter(|model| model.provider == provider);
    Ok(listed(own.map(|model| describe(gateway, model))))
}

/// What could be registered: of this cloud all that it offers, of others what is registered already.
pub(super) fn available(call: &Call<'_>, provider: &str) -> Outcome {
    let gateway = &call.cloud.world().gateway;
    let provider = providers::find(gateway, provider)?;
    let own = gateway.models.iter().filter(|model| model.provider == provider.uuid);
    let names = match &*provider.kind {
        "watsonxai" => MODELS.iter().map(|(id, _)| (*id).to_owned()).collect(),
        _ => own.map(|model| model.id.clone()).collect::<Vec<_>>(),
    };
    let owner = format!("{}:{}", provider.kind, provider.name);
    let created = call.cloud.clock.now().as_second();
    let offered = |id| json!({ "object": "model", "id": id, "created": created, "owned_by": owner });
    Ok(listed(names.into_iter().map(offered)))
}

pub(super) fn read(call: &Call<'_>, id: &str) -> Outcome {
    let gateway = &call.cloud.world().gateway;
    let model = gateway.models.iter().find(|model| model.is_called(id));
    Ok(Answer::json(200, describe(gateway, model.ok_or_else(|| unknown(id))?)))
}

pub(super) fn create(call: &Call<'_>, provider: &str) -> Outcome {
    #[derive(Deserialize)]
    struct New {
        id: String,
        alias: Option<String>,
        metadata: Option<Value>,
    }
    let New { id, alias, metadata } = guard::body(call)?;
    let mut world = call.cloud.world();
    let provider = providers::find(&world.gateway, provider)?.uuid.clone();
    let model = Model {
        uuid: world.seed.uuid(),
        id,
        alias,
        provider,
        created: call.cloud.clock.now(),
        metadata: metadata.filter(Value::is_object).unwrap_or_else(|| json!({})),
    };
    let same = |own: &Model| own.provider == model.provider && own.id == model.id && own.alias == model.alias;
    if world.gateway.models.iter().any(same) {
        return Err(Problem::conflict(format!("Model '{}' is registered already.", model.id)));
    }
    world.gateway.models.push(model.clone());
    Ok(Answer::json(201, describe(&world.gateway, &model)))
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let models = &mut call.cloud.world().gateway.models;
    let before = models.len();
    models.retain(|model| model.uuid != id);
    if models.len() == before { Err(unknown(id)) } else { Ok(Answer::status(204)) }
}

pub(super) fn listed(items: impl Iterator<Item = Value>) -> Answer {
    Answer::json(200, json!({ "object": "list", "data": items.collect::<Vec<_>>() }))
}

pub(super) fn describe(gateway: &Gateway, model: &Model) -> Value {
    let owner = gateway.provider(&model.provider);
    let owner = owner.map(|provider| format!("{}:{}", provider.kind, provider.name));
    let mut described = json!({
        "object": "model",
        "uuid": model.uuid,
        "id": model.id,
        "created": model.created.as_second(),
        "owned_by": owner.unwrap_or_default(),
        "metadata": model.metadata,
    });
    if let Some(alias) = &model.alias {
        put(&mut described, "/alias", alias.as_str().into());
    }
    described
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("Model '{id}' was not found."))
}
