//! Service IDs.

use std::time::SystemTime;

use http::Method;
use serde::{Deserialize, Serialize};
use wml_auth_core::{AuthError, Authorization};

use super::{IdentityServices, Kind, date};

/// A Service ID, as IAM describes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ServiceIdDetails {
    /// `ServiceId-<uuid>`: the name by which it is managed.
    pub id: String,
    /// `iam-ServiceId-<uuid>`: who it is to access control, and whose its keys are.
    #[serde(default)]
    pub iam_id: String,
    /// Its revision; a change has to name it.
    #[serde(default)]
    pub entity_tag: String,
    /// The name that people gave it. Not unique.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The account that it is of.
    #[serde(default)]
    pub account_id: String,
    /// Its cloud resource name.
    #[serde(default)]
    pub crn: Option<String>,
    /// The service instances that it is tied to.
    #[serde(default)]
    pub unique_instance_crns: Vec<String>,
    /// It can be used, and neither changed nor deleted.
    #[serde(default)]
    pub locked: bool,
    /// When it was made, to the minute.
    #[serde(default, deserialize_with = "date::read")]
    pub created_at: Option<SystemTime>,
    /// When it was changed last, to the minute.
    #[serde(default, deserialize_with = "date::read")]
    pub modified_at: Option<SystemTime>,
}

/// Which Service IDs a list is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ServiceIdFilter {
    account_id: String,
    name: Option<String>,
}

impl ServiceIdFilter {
    /// Those of this account.
    pub fn in_account(account_id: impl Into<String>) -> Self {
        Self { account_id: account_id.into(), name: None }
    }

    /// Those of exactly this name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// A Service ID to be made.
#[derive(Clone, Debug, Serialize)]
#[must_use]
pub struct NewServiceId {
    account_id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unique_instance_crns: Vec<String>,
}

impl NewServiceId {
    /// One of this name in this account.
    pub fn new(name: impl Into<String>, account_id: impl Into<String>) -> Self {
        Self {
            account_id: account_id.into(),
            name: name.into(),
            description: None,
            unique_instance_crns: Vec::new(),
        }
    }

    /// Says what it is for.
    pub fn with_description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Ties it to one more service instance, by its cloud resource name.
    pub fn tied_to(mut self, instance_crn: impl Into<String>) -> Self {
        self.unique_instance_crns.push(instance_crn.into());
        self
    }
}

/// What is to be changed of a Service ID. What is not set stays.
#[derive(Clone, Debug, Default, Serialize)]
#[must_use]
pub struct ServiceIdChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unique_instance_crns: Option<Vec<String>>,
}

impl ServiceIdChange {
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

    /// Other service instances that it is tied to.
    pub fn tied_to(mut self, instance_crns: impl IntoIterator<Item = String>) -> Self {
        self.unique_instance_crns = Some(instance_crns.into_iter().collect());
        self
    }
}

/// Each method fails by the table in the [crate's description](crate); those that name a Service ID by its id
/// (`ServiceId-…`, without `iam-` before it), with [`AuthError::is_misconfigured`] when there is none of that id.
impl IdentityServices {
    /// The Service IDs that a filter selects, from all pages.
    ///
    /// # Errors
    ///
    /// As above, and [`AuthError::is_invalid_answer`] for a list that does not end.
    pub async fn service_ids(
        &self,
        filter: &ServiceIdFilter,
        authorization: &Authorization,
    ) -> Result<Vec<ServiceIdDetails>, AuthError> {
        let mut query = vec![("account_id", filter.account_id.as_str())];
        query.extend(filter.name.as_deref().map(|name| ("name", name)));
        self.all(Kind::ServiceId, &query, authorization).await
    }

    /// The Service ID of this id: `GET /v1/serviceids/{id}`.
    ///
    /// # Errors
    ///
    /// As above. IAM may not know one that was made seconds ago.
    pub async fn service_id(
        &self,
        id: &str,
        authorization: &Authorization,
    ) -> Result<ServiceIdDetails, AuthError> {
        self.read(Kind::ServiceId, id, authorization).await
    }

    /// Makes a Service ID: `POST /v1/serviceids`. It has no key and may do nothing yet.
    ///
    /// # Errors
    ///
    /// As above. IBM allows 2000 per account.
    ///
    /// # Cancel safety
    ///
    /// After the future was dropped there may be a Service ID all the same. A list by its name shows it.
    pub async fn create_service_id(
        &self,
        new: &NewServiceId,
        authorization: &Authorization,
    ) -> Result<ServiceIdDetails, AuthError> {
        let call = self.call(Method::POST, Kind::ServiceId.folder(), authorization)?;
        call.with_json(new, [])?.send().await?.read("a Service ID")
    }

    /// Changes a Service ID: `PUT /v1/serviceids/{id}`. `entity_tag` is that of the Service ID as it was read, or `*`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_rejected_credential`] with status 409 when it is locked, or was changed since it was read;
    /// otherwise as above.
    pub async fn update_service_id(
        &self,
        id: &str,
        entity_tag: &str,
        change: &ServiceIdChange,
        authorization: &Authorization,
    ) -> Result<ServiceIdDetails, AuthError> {
        self.change(Kind::ServiceId, id, entity_tag, change, authorization).await
    }

    /// Locks a Service ID against changes. No error if it is locked.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn lock_service_id(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.flag(Kind::ServiceId, id, "lock", true, authorization).await
    }

    /// Unlocks a Service ID. No error if it is not locked.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn unlock_service_id(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.flag(Kind::ServiceId, id, "lock", false, authorization).await
    }

    /// Deletes a Service ID and all of its keys.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_rejected_credential`] when it is locked: IBM documents status 400 for that. Otherwise as above.
    pub async fn delete_service_id(&self, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        self.delete(Kind::ServiceId, id, authorization).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::api_keys::tests::{authorization, services};
    use super::*;

    const SERVICE: &str = r#"{"id":"ServiceId-1","iam_id":"iam-ServiceId-1","entity_tag":"1-a","locked":false,
        "account_id":"a1","name":"nightly","created_at":"2024-09-02T08:42+0000"}"#;

    #[tokio::test]
    async fn one_is_made_and_read() {
        let (iam, script) = services([(201, SERVICE), (200, SERVICE)]);
        let new = NewServiceId::new("nightly", "a1").tied_to("crn:1");
        let made = iam.create_service_id(&new, &authorization()).await.unwrap();
        assert_eq!(made, iam.service_id("ServiceId-1", &authorization()).await.unwrap());
        assert_eq!((made.iam_id.as_str(), made.created_at.is_some()), ("iam-ServiceId-1", true));
        let [create, read] = <[_; 2]>::try_from(script.asked()).unwrap();
        let sent: serde_json::Value = serde_json::from_slice(create.body()).unwrap();
        let expected =
            serde_json::json!({"account_id": "a1", "name": "nightly", "unique_instance_crns": ["crn:1"]});
        assert_eq!(sent, expected);
        assert_eq!(read.uri().path(), "/v1/serviceids/ServiceId-1");
    }

    #[tokio::test]
    async fn a_change_names_the_revision_that_it_was_made_for() {
        let conflict = r#"{"errors":[{"code":"conflict","message":"changed"}],"trace":"t"}"#;
        let (iam, script) = services([(200, SERVICE), (409, conflict)]);
        let change = ServiceIdChange::new().description("");
        iam.update_service_id("ServiceId-1", "1-a", &change, &authorization()).await.unwrap();
        let error = iam.update_service_id("ServiceId-1", "1-a", &change, &authorization()).await.unwrap_err();
        assert!(error.message().contains("since it was read") && error.status() == Some(409), "{error}");
        let [first, _] = <[_; 2]>::try_from(script.asked()).unwrap();
        assert_eq!(first.headers()["if-match"], "1-a");
        assert_eq!(first.body(), br#"{"description":""}"#);
    }
}
