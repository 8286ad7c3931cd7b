//! API keys.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

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
    /// A login with it opens a session. For users only.
    pub(crate) support_sessions: bool,
    pub(crate) action_when_leaked: LeakAction,
    pub(crate) expires_at: Option<Timestamp>,
}

/// What IBM does to a key that it finds in public.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LeakAction {
    None,
    #[default]
    Disable,
    Delete,
}

/// A key is forgotten when it expired longer ago than this, and was not changed since.
const KEPT_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(90 * 24);

impl ApiKey {
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }

    /// Whether it is so long past its end that it is gone, even if it is locked.
    pub(crate) fn is_forgotten(&self, now: Timestamp) -> bool {
        let long_ago = now.saturating_sub(KEPT_AFTER_EXPIRY).unwrap_or(Timestamp::MIN);
        self.entity.modified_at < long_ago && self.expires_at.is_some_and(|end| end < long_ago)
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
    pub(crate) support_sessions: bool,
    pub(crate) action_when_leaked: LeakAction,
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
            support_sessions: false,
            action_when_leaked: LeakAction::default(),
            expires_at: None,
        }
    }
}
