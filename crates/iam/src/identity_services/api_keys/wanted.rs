//! What an API key is to be: when it is made, and when it is changed.

use std::time::SystemTime;

use serde::Serialize;
use wml_auth_core::Secret;

use super::LeakAction;
use crate::call::exposed;
use crate::identity_services::date;

/// An API key to be made.
#[derive(Clone, Debug, Serialize)]
#[must_use]
pub struct NewApiKey {
    name: String,
    iam_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed_value")]
    pub(super) apikey: Option<Secret>,
    #[serde(skip_serializing_if = "is_false")]
    store_value: bool,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::write")]
    expires_at: Option<SystemTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_when_leaked: Option<LeakAction>,
    #[serde(skip)]
    pub(super) locked: bool,
    #[serde(skip)]
    pub(super) disabled: bool,
}

impl NewApiKey {
    /// A key of this name for the identity of this IAM id: `IBMid-…`, or `iam-ServiceId-…` with the prefix.
    pub fn new(name: impl Into<String>, iam_id: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            iam_id: iam_id.into(),
            account_id: None,
            description: None,
            apikey: None,
            store_value: false,
            expires_at: None,
            action_when_leaked: None,
            locked: false,
            disabled: false,
        }
    }

    /// Of this account, where the token leaves a choice.
    pub fn in_account(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// Says what it is for.
    pub fn with_description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Brings this value, of at least 32 characters, instead of having IAM make one.
    pub fn with_value(mut self, value: Secret) -> Self {
        self.apikey = Some(value);
        self
    }

    /// Has IAM store the value, so that it can be read again. For Service IDs only.
    pub fn stored(mut self) -> Self {
        self.store_value = true;
        self
    }

    /// Cannot be used from then on. IAM keeps minutes; the rest is cut off.
    pub fn expires_at(mut self, date: SystemTime) -> Self {
        self.expires_at = Some(date);
        self
    }

    /// What IBM is to do when it finds the key in public. [`LeakAction::Disable`] unless set.
    pub fn when_leaked(mut self, action: LeakAction) -> Self {
        self.action_when_leaked = Some(action);
        self
    }

    /// Locked from the start.
    pub fn locked(mut self) -> Self {
        self.locked = true;
        self
    }

    /// Disabled from the start.
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

/// What is to be changed of an API key. What is not set stays.
#[derive(Clone, Debug, Default, Serialize)]
#[must_use]
pub struct ApiKeyChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::write")]
    expires_at: Option<SystemTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_when_leaked: Option<LeakAction>,
}

impl ApiKeyChange {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Another description; an empty one takes it away.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Another end, to the minute.
    pub fn expires_at(mut self, date: SystemTime) -> Self {
        self.expires_at = Some(date);
        self
    }

    /// Another consequence of being found in public.
    pub fn when_leaked(mut self, action: LeakAction) -> Self {
        self.action_when_leaked = Some(action);
        self
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn exposed_value<S: serde::Serializer>(value: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(secret) => exposed(secret, serializer),
        None => serializer.serialize_none(),
    }
}
