//! What an account prescribes to those in it. It is kept and shown; nothing in the mock acts by it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::entity::Entity;
use crate::seed::Seed;

pub(crate) struct AccountSettings {
    pub(crate) entity: Entity,
    pub(crate) values: Map<String, Value>,
}

impl AccountSettings {
    /// As they are before anybody changes them.
    pub(crate) fn new(seed: &Seed, now: Timestamp, by: &str) -> Self {
        let values = json!({
            "restrict_create_service_id": "NOT_SET",
            "restrict_create_platform_apikey": "NOT_SET",
            "restrict_user_list_visibility": "NOT_RESTRICTED",
            "allowed_ip_addresses": "",
            "mfa": "NONE",
            "user_mfa": [],
            "restrict_user_domains": [],
            "session_expiration_in_seconds": "86400",
            "session_invalidation_in_seconds": "7200",
            "max_sessions_per_identity": "NOT_SET",
            "system_access_token_expiration_in_seconds": "3600",
            "system_refresh_token_expiration_in_seconds": "259200",
        });
        let values = if let Value::Object(values) = values { values } else { Map::new() };
        Self { entity: Entity::new(seed, now, by), values }
    }
}
