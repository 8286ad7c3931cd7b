//! The life of API keys and Service IDs, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use wml_auth::iam::identity_services::{
    ApiKeyChange, ApiKeyFilter, IdentityServices, NewApiKey, NewServiceId, ServiceIdChange, ServiceIdFilter,
};
use wml_auth::iam::{Claims, Endpoint};
use wml_auth::{AuthRequest, Authorization, Secret};
use wml_auth_mock_iam::Propagation;
use wml_auth_tests::Rig;

struct Admin {
    rig: Rig,
    iam: IdentityServices,
    by: Authorization,
}

impl Admin {
    async fn start() -> Self {
        let rig = Rig::start().await;
        let endpoint = Endpoint::parse(rig.cloud.url()).unwrap();
        let iam = IdentityServices::new(Arc::clone(&rig.transport), endpoint);
        let credentials = rig.api_key(&rig.cloud.fixture().api_key);
        let by = credentials.authorize(&AuthRequest::new()).await.unwrap();
        Self { rig, iam, by }
    }

    /// Who the administrator is.
    fn user(&self) -> String {
        Claims::decode(&Secret::from(self.by.expose_token())).unwrap().iam_id.unwrap()
    }

    /// The code with which a key is refused, if it is.
    async fn refusal_of(&self, key: &Secret) -> Option<String> {
        let answer = self.rig.api_key(key.expose()).authorize(&AuthRequest::new()).await;
        answer.err().map(|error| error.code().unwrap_or("none").to_owned())
    }
}

#[tokio::test]
async fn a_key_is_made_used_locked_disabled_and_deleted() {
    let admin = Admin::start().await;
    let (iam, by) = (&admin.iam, &admin.by);
    let made = iam.create_api_key(&NewApiKey::new("nightly", admin.user()), by).await.unwrap();
    let value = made.value.clone().unwrap();
    assert_eq!(admin.refusal_of(&value).await, None);
    let found = iam.api_key_by_value(&value, by).await.unwrap();
    assert_eq!((&found.id, &found.name, found.value), (&made.id, &made.name, None));

    iam.lock_api_key(&made.id, by).await.unwrap();
    let error = iam.delete_api_key(&made.id, by).await.unwrap_err();
    assert!(error.message().contains("locked") && error.status() == Some(409), "{error}");
    assert_eq!(admin.refusal_of(&value).await, None, "a locked key can be used");
    iam.unlock_api_key(&made.id, by).await.unwrap();

    iam.disable_api_key(&made.id, by).await.unwrap();
    assert!(iam.api_key(&made.id, by).await.unwrap().disabled);
    assert_eq!(admin.refusal_of(&value).await.as_deref(), Some("BXNIM0462E"));
    iam.enable_api_key(&made.id, by).await.unwrap();
    assert_eq!(admin.refusal_of(&value).await, None);

    iam.delete_api_key(&made.id, by).await.unwrap();
    assert_eq!(admin.refusal_of(&value).await.as_deref(), Some("BXNIM0415E"));
    let error = iam.api_key(&made.id, by).await.unwrap_err();
    assert!(error.is_misconfigured() && error.message().contains(&made.id), "{error}");
    assert!(iam.api_key_by_value(&value, by).await.unwrap_err().is_rejected_credential());
}

#[tokio::test]
async fn a_change_to_an_old_revision_changes_nothing() {
    let admin = Admin::start().await;
    let (iam, by) = (&admin.iam, &admin.by);
    let made = iam.create_api_key(&NewApiKey::new("first", admin.user()), by).await.unwrap();
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_020);
    let change = ApiKeyChange::new().name("second").description("d").expires_at(end);
    let changed = iam.update_api_key(&made.id, &made.entity_tag, &change, by).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.description.as_deref()), ("second", Some("d")));
    assert_eq!(changed.expires_at, Some(end));

    let late = ApiKeyChange::new().name("third");
    let error = iam.update_api_key(&made.id, &made.entity_tag, &late, by).await.unwrap_err();
    assert!(error.is_rejected_credential() && error.message().contains("since it was read"), "{error}");
    assert_eq!(iam.api_key(&made.id, by).await.unwrap().name, "second");
    iam.update_api_key(&made.id, "*", &late, by).await.unwrap();
}

#[tokio::test]
async fn the_twenty_first_key_is_one_too_many() {
    let admin = Admin::start().await;
    let (iam, by) = (&admin.iam, &admin.by);
    let has = iam.api_keys(&ApiKeyFilter::own(), by).await.unwrap().len();
    for number in has..20 {
        iam.create_api_key(&NewApiKey::new(format!("key {number}"), admin.user()), by).await.unwrap();
    }
    let error = iam.create_api_key(&NewApiKey::new("one more", admin.user()), by).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (Some("BXNIM0151E"), Some(422)));
    assert!(error.hint().unwrap().contains("delete"), "{error:?}");
    assert_eq!(iam.api_keys(&ApiKeyFilter::own(), by).await.unwrap().len(), 20);
}

#[tokio::test]
async fn a_list_goes_over_all_pages() {
    let admin = Admin::start().await;
    for number in 0..101 {
        let _ = admin.rig.cloud.identities().add_service_id(&format!("service {number}"));
    }
    let account = admin.rig.cloud.fixture().account_id.clone();
    let before = admin.rig.cloud.journal().requests().len();
    let all = admin.iam.service_ids(&ServiceIdFilter::in_account(&account), &admin.by).await.unwrap();
    assert!(all.len() > 101);
    assert_eq!(admin.rig.cloud.journal().requests().len() - before, 2);
    let keys = admin.iam.api_keys(&ApiKeyFilter::whole_account(&account), &admin.by).await.unwrap();
    assert!(keys.len() > 101);
    let error = admin.iam.service_ids(&ServiceIdFilter::in_account("another"), &admin.by).await.unwrap_err();
    assert!(error.is_misconfigured(), "{error}");
}

#[tokio::test]
async fn a_service_id_is_made_changed_locked_and_deleted_with_its_keys() {
    let admin = Admin::start().await;
    let (iam, by) = (&admin.iam, &admin.by);
    let account = admin.rig.cloud.fixture().account_id.clone();
    let made = iam.create_service_id(&NewServiceId::new("nightly", &account), by).await.unwrap();
    let key = iam.create_api_key(&NewApiKey::new("k", &made.iam_id).stored(), by).await.unwrap();
    let value = key.value.unwrap();
    assert_eq!(iam.api_key(&key.id, by).await.unwrap().value, Some(value.clone()), "it is stored");

    let change = ServiceIdChange::new().description("scores at night");
    let changed = iam.update_service_id(&made.id, &made.entity_tag, &change, by).await.unwrap();
    assert_eq!(changed.description.as_deref(), Some("scores at night"));
    let error = iam.update_service_id(&made.id, &made.entity_tag, &change, by).await.unwrap_err();
    assert_eq!(error.status(), Some(409));
    let named = ServiceIdFilter::in_account(&account).named("nightly");
    assert_eq!(iam.service_ids(&named, by).await.unwrap(), [iam.service_id(&made.id, by).await.unwrap()]);

    iam.lock_service_id(&made.id, by).await.unwrap();
    assert!(iam.delete_service_id(&made.id, by).await.unwrap_err().is_rejected_credential());
    iam.unlock_service_id(&made.id, by).await.unwrap();
    iam.delete_service_id(&made.id, by).await.unwrap();
    assert_eq!(admin.refusal_of(&value).await.as_deref(), Some("BXNIM0415E"));
}

#[tokio::test]
async fn a_service_id_sees_its_own_keys_and_nobody_elses() {
    let admin = Admin::start().await;
    let fixture = admin.rig.cloud.fixture();
    let credentials = admin.rig.api_key(&fixture.service_api_key);
    let by = credentials.authorize(&AuthRequest::new()).await.unwrap();
    assert_eq!(admin.iam.api_keys(&ApiKeyFilter::own(), &by).await.unwrap().len(), 1);
    let error = admin.iam.api_key_by_value(&Secret::from(fixture.api_key.as_str()), &by).await.unwrap_err();
    assert!(error.is_rejected_credential(), "{error}");
    assert!(admin.iam.api_keys(&ApiKeyFilter::of(admin.user()), &by).await.is_err());
}

#[tokio::test]
async fn a_new_key_may_take_a_while() {
    let admin = Admin::start().await;
    admin.rig.cloud.identities().set_propagation(Propagation::after_requests(1));
    let new = NewApiKey::new("k", admin.user());
    let value = admin.iam.create_api_key(&new, &admin.by).await.unwrap().value.unwrap();
    assert_eq!(admin.refusal_of(&value).await.as_deref(), Some("BXNIM0415E"));
    assert_eq!(admin.refusal_of(&value).await, None);
}
