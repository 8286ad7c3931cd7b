//! What is registered with the Model Gateway: providers, their models, and rules about both.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::foundation::{EMBEDDING, LANGUAGE, MODELS};
use crate::seed::Seed;

/// Models of somebody else, for those who route to one by its own name.
const ELSEWHERE: [(&str, &[&str]); 4] = [
    ("gpt-4o", LANGUAGE),
    ("gpt-4o-mini", LANGUAGE),
    ("text-embedding-3-small", EMBEDDING),
    ("text-embedding-3-large", EMBEDDING),
];

pub(crate) struct Gateway {
    pub(crate) providers: Vec<Provider>,
    pub(crate) models: Vec<Model>,
    pub(crate) rules: Vec<Rule>,
}

pub(crate) struct Provider {
    pub(crate) uuid: String,
    pub(crate) name: String,
    /// Whose API it speaks, as the gateway names that: `openai`, `watsonxai`. The key for it is not kept: nobody is called.
    pub(crate) kind: String,
}

#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) uuid: String,
    /// What the provider calls it.
    pub(crate) id: String,
    pub(crate) alias: Option<String>,
    /// The `uuid` of the provider.
    pub(crate) provider: String,
    pub(crate) created: Timestamp,
    pub(crate) metadata: Value,
}

/// A policy or a rate limit. It is kept and shown, and forbids nothing.
#[derive(Clone)]
pub(crate) struct Rule {
    /// The API's word for its kind, in the plural.
    pub(crate) kind: String,
    pub(crate) uuid: String,
    pub(crate) said: Value,
}

impl Gateway {
    /// Two providers with all that is on offer: a tenant that has set up nothing could ask nothing.
    pub(crate) fn new(seed: &Seed, now: Timestamp) -> Self {
        let mut gateway = Self { providers: Vec::new(), models: Vec::new(), rules: Vec::new() };
        let hosted = MODELS.iter().filter(|(_, functions)| [LANGUAGE, EMBEDDING].contains(functions));
        gateway.provide(seed, now, "watsonxai", hosted);
        gateway.provide(seed, now, "openai", ELSEWHERE.iter());
        gateway
    }

    fn provide<'a>(
        &mut self,
        seed: &Seed,
        now: Timestamp,
        kind: &str,
        models: impl Iterator<Item = &'a (&'a str, &'a [&'a str])>,
    ) {
        let provider = Provider { uuid: seed.uuid(), name: format!("wml-{kind}"), kind: kind.to_owned() };
        self.models.extend(models.map(|(id, functions)| Model {
            uuid: seed.uuid(),
            id: (*id).to_owned(),
            alias: None,
            provider: provider.uuid.clone(),
            created: now,
            metadata: json!({ "functions": functions, "context_window": 131_072 }),
        }));
        self.providers.push(provider);
    }

    pub(crate) fn provider(&self, uuid: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.uuid == uuid)
    }

    /// The model that goes by this name, if it is able to do this.
    pub(crate) fn able(&self, name: &str, function: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.is_called(name) && model.is_able_to(function))
    }
}

impl Model {
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.id == name || self.uuid == name || self.alias.as_deref() == Some(name)
    }

    /// One that was registered without a word about that is trusted with anything.
    fn is_able_to(&self, function: &str) -> bool {
        let functions = self.metadata.get("functions").and_then(Value::as_array);
        functions.is_none_or(|functions| functions.is_empty() || functions.iter().any(|own| own == function))
    }
}
