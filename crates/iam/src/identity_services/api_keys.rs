//! API keys.

mod wanted;

use std::time::SystemTime;

use http::header::{HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use wml_auth_core::{AuthError, Authorization, Secret};

pub use self::wanted::{ApiKeyChange, NewApiKey};
use super::{IdentityServices, Kind, date, secret};

/// An API key, as IAM describes it. `Debug` does not show its value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ApiKeyDetails {
    /// `ApiKey-<uuid>`: the name by which it is managed, and no secret.
    pub id: String,
    /// Its revision; a change has to name it.
    #[serde(default)]
    pub entity_tag: String,
    /// The name that people gave it. Not unique.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Whose key it is: `IBMid-…` or `iam-ServiceId-…`.
    #[serde(default)]
    pub iam_id: String,
    /// The account that it is of.
    #[serde(default)]
    pub account_id: String,
    /// Who made it, by IAM id.
    #[serde(default)]
    pub created_by: Option<String>,
    /// It can be used, and neither changed nor deleted.
    #[serde(default)]
    pub locked: bool,
    /// It cannot be used.
    #[serde(default)]
    pub disabled: bool,
    /// When it was made, to the minute.
    #[serde(default, deserialize_with = "date::read")]
    pub created_at: Option<SystemTime>,
    /// When it was changed last, to the minute.
    #[serde(default, deserialize_with = "date::read")]
    pub modified_at: Option<SystemTime>,
    /// From when on it cannot be used; `None` when it does not expire.
    #[serde(default, deserialize_with = "date::read")]
    pub expires_at: Option<SystemTime>,
    /// What IBM does when it finds the key in public.
    #[serde(default)]
    pub action_when_leaked: Option<LeakAction>,
    /// The key itself: in the answer to its creation, and wherever IAM has [stored](NewApiKey::stored) it.
    #[serde(default, rename = "apikey", deserialize_with = "secret")]
    pub value: Option<Secret>,
}

/// What IBM does when it finds a key in public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LeakAction {
    /// It tells the owner.
    None,
    /// It disables the key: the default.
    Disable,
    /// It deletes the key.
    Delete,
    /// Something that is not known here. Cannot be asked for.
    #[serde(other, skip_serializing)]
    Other,
}

/// Which keys a list is to hold. Those of the caller unless set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ApiKeyFilter {
    iam_id: Option<String>,
    account_id: Option<String>,
    whole_account: bool,
}

impl ApiKeyFilter {
    /// The caller's own keys.
    pub fn own() -> Self {
        Self::default()
    }

    /// The keys of this identity.
    pub fn of(iam_id: impl Into<String>) -> Self {
        Self { iam_id: Some(iam_id.into()), ..Self::default() }
    }

    /// The keys of everybody in this account. Takes an administrator.
    pub fn whole_account(account_id: impl Into<String>) -> Self {
        Self { account_id: Some(account_id.into()), whole_account: true, ..Self::default() }
    }

    /// Of this account; IAM refuses one that is not the token's.
    pub fn in_account(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    fn query(&self) -> Vec<(&str, &str)> {
        let scope = self.whole_account.then_some("account");
        [("iam_id", self.iam_id.as_deref()), ("account_id", self.account_id.as_deref()), ("scope", scope)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

/// Each method fails by the table in the [crate's description](crate); those that name a key by its id, with
/// [`AuthError::is_misconfigured`] when there is none of that id.
impl IdentityServices {
    /// The keys that a filter selects, from all pages. Without their values.
    ///
    /// # Errors
    ///
    /// As above, and [`AuthError::is_invalid_answer`] for a list that does not end.
    pub async fn api_keys(
        &self,
        filter: &ApiKeyFilter,
        authorization: &Authorization,
    ) -> Result<Vec<ApiKeyDetails>, AuthError> {
        self.all(Kind::ApiKey, &filter.query(), authorization).await
    }

    /// The key of this id: `GET /v1/apikeys/{id}`.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn api_key(&self, id: &str, authorization: &Authorization) -> Result<ApiKeyDetails, AuthError> {
        self.read(Kind::ApiKey, id, authorization).await
    }

    /// The key of this value: `GET /v1/apikeys/details`. How whoever holds a key learns its id and its owner.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_rejected_credential`] when there is no such key; otherwise as above. No error repeats the key.
    pub async fn api_key_by_value(
        &self,
        value: &Secret,
        authorization: &Authorization,
    ) -> Result<ApiKeyDetails, AuthError> {
        let call = self.call(Method::GET, "/v1/apikeys/details", authorization)?;
        let answer = call.with_secret_header(HeaderName::from_static("iam-apikey"), value)?.send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(answer.refusal_meaning(
                AuthError::rejected("IAM knows no such API key, or it may not be seen")
                    .with_hint("check the key; one made seconds ago may take a while to be known"),
            ));
        }
        answer.read("an API key")
    }

    /// Makes a key: `POST /v1/apikeys`. The answer holds its [value](ApiKeyDetails::value), for the only time.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_rejected_credential`] with the code `BXNIM0151E` when the identity has as many keys as it may
    /// have; [`AuthError::is_invalid_answer`] when no value came; otherwise as above.
    ///
    /// # Cancel safety
    ///
    /// After the future was dropped there may be a key whose value nobody knows. A list of the keys shows it by its name.
    pub async fn create_api_key(
        &self,
        new: &NewApiKey,
        authorization: &Authorization,
    ) -> Result<ApiKeyDetails, AuthError> {
        let mut call = self.call(Method::POST, Kind::ApiKey.folder(), authorization)?;
        for (flag, is_set) in [("entity-lock", new.locked), ("entity-disable", new.disabled)] {
            if is_set {
                call = call.with_header(HeaderName::from_static(flag), HeaderValue::from_static("true"));
            }
        }
        let answer = call.with_json(new, new.apikey.clone())?.send().await?;
        let mut key: ApiKeyDetails = answer.read("an API key")?;
        key.value = key.value.or_else(|| new.apikey.clone());
        if key.value.is_none() {
            return Err(answer
                .located(AuthError::invalid_answer(format!("the API key {} came without its value", key.id)))
                .with_hint("delete that key, and make another one"));
        }
        Ok(key)
    }

    /// Changes a key: `PUT /v1/apikeys/{id}`. `entity_tag` is that of the key as it was read, or `*` for whichever.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_rejected_credential`] with status 409 when the key is locked, or was changed since it was read;
    /// otherwise as above.
    pub async fn update_api_key(
        &self,
        id: &str,
        entity_tag: &str,
        change: &ApiKeyChange,
        authorization: &Authorization,
    ) -> Result<ApiKeyDetails, AuthError> {
        self.change(Kind::ApiKey, id, entity_tag, change, authorization).await
    }

    /// Locks a key against changes. No error if it is locked.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn lock_api_key(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.flag(Kind::ApiKey, id, "lock", true, authorization).await
    }

    /// Unlocks a key. No error if it is not locked.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn unlock_api_key(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.flag(Kind::ApiKey, id, "lock", false, authorization).await
    }

    /// Makes a key unusable, until it is enabled. Tokens that it was exchanged for stay good.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn disable_api_key(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.flag(Kind::ApiKey, id, "disable", true, authorization).await
    }

    /// Makes a disabled key usable again.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn enable_api_key(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.flag(Kind::ApiKey, id, "disable", false, authorization).await
    }

    /// Deletes a key for good. Tokens that it was exchanged for stay good.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_rejected_credential`] with status 409 when the key is locked; otherwise as above.
    pub async fn delete_api_key(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.delete(Kind::ApiKey, id, authorization).await
    }
}

#[cfg(test)]
pub(super) mod tests;
