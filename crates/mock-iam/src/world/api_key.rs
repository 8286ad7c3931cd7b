//! API keys.

use jiff::Timestamp;

use super::entity::Entity;

#[derive(Clone)]
pub(crate) struct ApiKey {
    /// `ApiKey-<uuid>`: the name by which it is managed, not the secret.
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) entity: Entity,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// Whose key it is.
    pub(crate) iam_id: String,
    pub(crate) created_by: String,
    pub(crate) disabled: bool,
    /// The value can be read again later. For Service IDs only.
    pub(crate) store_value: bool,
    pub(crate) expires_at: Option<Timestamp>,
}

impl ApiKey {
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }

    pub(crate) fn is_usable(&self, now: Timestamp) -> bool {
        !self.disabled && !self.has_expired(now)
    }
}

/// What is asked of a new key.
pub(crate) struct NewApiKey {
    pub(crate) name: String,
    pub(crate) iam_id: String,
    pub(crate) description: Option<String>,
    /// Bring your own.
    pub(crate) value: Option<String>,
    pub(crate) store_value: bool,
    pub(crate) expires_at: Option<Timestamp>,
}

impl NewApiKey {
    pub(crate) fn named(name: &str, iam_id: &str) -> Self {
        Self {
            name: name.to_owned(),
            iam_id: iam_id.to_owned(),
            description: None,
            value: None,
            store_value: false,
            expires_at: None,
        }
    }
}
