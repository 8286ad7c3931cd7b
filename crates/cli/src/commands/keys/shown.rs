//! An API key as it is printed: never with its value.

use std::time::SystemTime;

use serde_json::{Value, json};
use wml_auth_iam::identity_services::{ApiKeyDetails, LeakAction};

use crate::{terminal, time};

pub(super) fn json(key: &ApiKeyDetails) -> Value {
    let date = |date: Option<SystemTime>| date.and_then(time::rfc3339);
    json!({
        "id": key.id,
        "name": key.name,
        "description": key.description,
        "iam_id": key.iam_id,
        "account_id": key.account_id,
        "locked": key.locked,
        "disabled": key.disabled,
        "created_at": date(key.created_at),
        "created_by": key.created_by,
        "modified_at": date(key.modified_at),
        "expires_at": date(key.expires_at),
        "action_when_leaked": key.action_when_leaked.and_then(leak_action),
        "entity_tag": key.entity_tag,
    })
}

/// Facts in a column.
pub(super) fn text(key: &ApiKeyDetails) -> String {
    let date = |date: Option<SystemTime>| date.and_then(time::rfc3339);
    let facts = [
        ("id", Some(key.id.clone())),
        ("name", Some(key.name.clone())),
        ("description", key.description.clone()),
        ("identity", Some(key.iam_id.clone())),
        ("account", Some(key.account_id.clone())),
        ("state", Some(state(key))),
        ("created", date(key.created_at)),
        ("modified", date(key.modified_at)),
        ("expires", Some(date(key.expires_at).unwrap_or_else(|| "never".to_owned()))),
        ("when leaked", key.action_when_leaked.and_then(leak_action).map(str::to_owned)),
    ];
    let lines = facts.into_iter().filter_map(|(name, fact)| {
        let fact = fact.filter(|fact| !fact.is_empty())?;
        Some(format!("{name:<12} {}", terminal::printable(&fact)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `usable`, or what is against it.
pub(super) fn state(key: &ApiKeyDetails) -> String {
    match (key.disabled, key.locked) {
        (false, false) => "usable",
        (false, true) => "usable, locked",
        (true, false) => "disabled",
        (true, true) => "disabled, locked",
    }
    .to_owned()
}

fn leak_action(action: LeakAction) -> Option<&'static str> {
    match action {
        LeakAction::None => Some("none"),
        LeakAction::Disable => Some("disable"),
        LeakAction::Delete => Some("delete"),
        _ => None,
    }
}
