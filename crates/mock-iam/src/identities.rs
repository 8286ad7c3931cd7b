//! The administrator's hand: changes to the account without a request.

use std::fmt;
use std::sync::Arc;

use crate::cloud::Cloud;
use crate::secrecy::Redacted;
use crate::world::World;
use crate::world::api_key::{ApiKey, NewApiKey};
use crate::world::identity::ServiceIdentity;
use crate::world::propagation::Propagation;
use crate::world::workspace::Role;

/// Control over who exists in the account and what they may do, from [`MockIam::identities`](crate::MockIam::identities).
///
/// Everything takes effect at once. The methods that name something answer whether it was there.
///
/// ```
/// use wml_auth_mock_iam::{MockIam, Role};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let cloud = MockIam::start().await?;
/// let service = cloud.identities().add_service_id("nightly-scoring");
/// assert!(cloud.identities().set_role(&cloud.fixture().space_id, &service.iam_id, Role::Editor));
/// assert!(cloud.identities().disable_key(&service.api_key));
/// assert!(!cloud.identities().disable_key("no such key"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Identities {
    cloud: Arc<Cloud>,
}

/// A Service ID with one API key.
#[derive(Clone)]
#[non_exhaustive]
pub struct ServiceId {
    /// `ServiceId-<uuid>`.
    pub service_id: String,
    /// `iam-ServiceId-<uuid>`.
    pub iam_id: String,
    /// Its API key.
    pub api_key: String,
}

impl Identities {
    pub(crate) fn new(cloud: Arc<Cloud>) -> Self {
        Self { cloud }
    }

    /// Gives the fixture's user one more API key.
    #[must_use = "the value of a key cannot be read again"]
    pub fn add_user_key(&self) -> String {
        let mut world = self.cloud.world();
        let iam_id = world.user.iam_id();
        self.new_key(&mut world, &iam_id)
    }

    /// Makes a Service ID with a key. It is no member of anything yet.
    #[must_use = "the value of a key cannot be read again"]
    pub fn add_service_id(&self, name: &str) -> ServiceId {
        let mut world = self.cloud.world();
        let service = ServiceIdentity::new(&world.seed, self.cloud.clock.now(), name, &world.user.iam_id());
        let (service_id, iam_id) = (service.id.clone(), service.iam_id());
        world.add_service_id(service, self.cloud.clock.now());
        let api_key = self.new_key(&mut world, &iam_id);
        ServiceId { service_id, iam_id, api_key }
    }

    /// Gives a Service ID one more API key, for instance to rotate to. `None` if there is no such Service ID.
    #[must_use = "the value of a key cannot be read again"]
    pub fn add_service_key(&self, iam_id: &str) -> Option<String> {
        let mut world = self.cloud.world();
        world.service_ids.iter().find(|service| service.iam_id() == iam_id)?;
        Some(self.new_key(&mut world, iam_id))
    }

    /// Makes somebody a member of a space or project, or changes the role of a member.
    pub fn set_role(&self, space_or_project_id: &str, iam_id: &str, role: Role) -> bool {
        let mut world = self.cloud.world();
        let workspace = world.workspace_mut(space_or_project_id);
        workspace.map(|workspace| workspace.set_role(iam_id, role)).is_some()
    }

    /// Takes somebody out of a space or project.
    pub fn remove_member(&self, space_or_project_id: &str, iam_id: &str) -> bool {
        let mut world = self.cloud.world();
        world.workspace_mut(space_or_project_id).is_some_and(|workspace| workspace.remove_member(iam_id))
    }

    /// Disables an API key. Tokens it was exchanged for stay good, as they do in IBM Cloud.
    pub fn disable_key(&self, api_key: &str) -> bool {
        self.change_key(api_key, |key| key.disabled = true)
    }

    /// Enables a disabled API key.
    pub fn enable_key(&self, api_key: &str) -> bool {
        self.change_key(api_key, |key| key.disabled = false)
    }

    /// Deletes an API key, locked or not.
    pub fn delete_key(&self, api_key: &str) -> bool {
        let mut world = self.cloud.world();
        let before = world.api_keys.len();
        world.api_keys.retain(|key| key.value != api_key);
        world.api_keys.len() < before
    }

    /// Locks an API key against changes. It can still be used.
    pub fn lock(&self, api_key: &str) -> bool {
        self.change_key(api_key, |key| key.entity.locked = true)
    }

    /// Unlocks a locked API key.
    pub fn unlock(&self, api_key: &str) -> bool {
        self.change_key(api_key, |key| key.entity.locked = false)
    }

    /// From now on, new keys and Service IDs take this long to be known.
    pub fn set_propagation(&self, propagation: Propagation) {
        self.cloud.world().spreading.propagation = propagation;
    }

    /// Makes an access token worthless before its time.
    pub fn revoke_token(&self, access_token: &str) {
        self.cloud.world().revoked.insert(access_token.to_owned());
        self.cloud.minted.forget();
    }

    fn new_key(&self, world: &mut World, iam_id: &str) -> String {
        world.add_api_key(NewApiKey::named("by-hand", iam_id), iam_id, self.cloud.clock.now()).value
    }

    fn change_key(&self, api_key: &str, change: impl FnOnce(&mut ApiKey)) -> bool {
        let mut world = self.cloud.world();
        let now = self.cloud.clock.now();
        let Some(mut key) = world.api_key(api_key).cloned() else { return false };
        change(&mut key);
        key.entity.touch(&world.seed, now, &world.user.iam_id(), "update");
        world.replace_api_key(key);
        true
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let world = self.cloud.world();
        f.debug_struct("Identities")
            .field("service_ids", &world.service_ids.len())
            .field("api_keys", &world.api_keys.len())
            .finish()
    }
}

impl fmt::Debug for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceId")
            .field("service_id", &self.service_id)
            .field("iam_id", &self.iam_id)
            .field("api_key", &Redacted(self.api_key.as_bytes()))
            .finish()
    }
}
