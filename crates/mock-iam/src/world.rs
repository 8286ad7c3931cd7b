//! What exists in the account: identities, API keys, spaces, projects, deployments, sessions.
//!
//! One seed fixes all of it. The APIs read and change it under one lock; nothing here knows HTTP.

pub(crate) mod api_key;
pub(crate) mod entity;
pub(crate) mod identity;
pub(crate) mod logins;
pub(crate) mod propagation;
pub(crate) mod session;
pub(crate) mod workspace;

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::json;

use self::api_key::{ApiKey, NewApiKey};
use self::entity::Entity;
use self::identity::{Identity, Profile, ServiceIdentity, User};
use self::logins::Logins;
use self::propagation::Spreading;
use self::session::Session;
use self::workspace::{Deployment, Kind, Role, Workspace};
use crate::seed::Seed;

pub(crate) struct World {
    pub(crate) seed: Seed,
    pub(crate) account_id: String,
    pub(crate) user: User,
    pub(crate) service_ids: Vec<ServiceIdentity>,
    pub(crate) profile: Profile,
    pub(crate) api_keys: Vec<ApiKey>,
    pub(crate) workspaces: Vec<Workspace>,
    pub(crate) deployments: Vec<Deployment>,
    /// By refresh token.
    pub(crate) sessions: HashMap<String, Session>,
    /// Access tokens which are refused although they are signed and in time.
    pub(crate) revoked: HashSet<String>,
    /// What is too new to be known.
    pub(crate) spreading: Spreading,
    /// The one compute resource token which the profile trusts.
    pub(crate) cr_token: String,
    pub(crate) logins: Logins,
}

impl World {
    /// An account with a user, a Service ID and a trusted profile, a space and a project they are members of, one
    /// deployment, and one API key each for the user and the Service ID.
    pub(crate) fn new(number: u64, now: Timestamp) -> Self {
        let seed = Seed::new(number);
        let account_id = seed.hex32();
        let user = User::new(&seed);
        let service_id = ServiceIdentity::new(&seed, now, "wml-scoring");
        let profile = Profile::new(&seed);
        let members = [
            (user.iam_id(), Role::Admin),
            (service_id.iam_id(), Role::Editor),
            (profile.iam_id(), Role::Editor),
        ];
        let instance_guid = seed.uuid();
        let workspaces = [(Kind::Space, "wml-space"), (Kind::Project, "wml-project")].map(|(kind, name)| {
            let mut workspace = Workspace::new(&seed, kind, name, &account_id, &instance_guid, now);
            for (iam_id, role) in &members {
                workspace.set_role(iam_id, *role);
            }
            workspace
        });
        let space_id = workspaces.first().map(|space| space.id.clone()).unwrap_or_default();
        let deployment = Deployment::new(&seed, &space_id, &user.iam_id(), now);
        let cr_token = compute_resource_token(&seed);
        let logins = Logins::new(number, &account_id, &user.iam_id());
        let owners = [user.iam_id(), service_id.iam_id()];
        let mut world = Self {
            seed,
            account_id,
            user,
            service_ids: vec![service_id],
            profile,
            api_keys: Vec::new(),
            workspaces: workspaces.into(),
            deployments: vec![deployment],
            sessions: HashMap::new(),
            revoked: HashSet::new(),
            spreading: Spreading::default(),
            cr_token,
            logins,
        };
        for iam_id in owners {
            world.add_api_key(NewApiKey::named("fixture", &iam_id), &iam_id, now);
        }
        world
    }

    /// Whoever has this `iam_id`.
    pub(crate) fn identity(&self, iam_id: &str) -> Option<Identity> {
        if self.user.iam_id() == iam_id {
            return Some(self.user.identity());
        }
        if self.profile.iam_id() == iam_id {
            return Some(self.profile.identity());
        }
        self.service_ids.iter().find(|service| service.iam_id() == iam_id).map(ServiceIdentity::identity)
    }

    /// Whoever logs in under this name, where that is not an `iam_id`: a user's e-mail, or the id of a Service ID.
    pub(crate) fn identity_named(&self, name: &str) -> Option<Identity> {
        if self.user.email == name {
            return Some(self.user.identity());
        }
        self.service_id(name).map(ServiceIdentity::identity)
    }

    /// Whether this is the user and the password.
    pub(crate) fn has_password(&self, username: &str, password: &str) -> bool {
        self.user.email == username && self.user.password == password
    }

    /// Whether this is a good API key of whoever logs in under this name.
    pub(crate) fn has_key(&mut self, username: &str, value: &str, now: Timestamp) -> bool {
        let Some(identity) = self.identity_named(username) else { return false };
        self.known_api_key(value, now).is_some_and(|key| key.is_usable(now) && key.iam_id == identity.iam_id)
    }

    /// The key with this value, whatever its state.
    pub(crate) fn api_key(&self, value: &str) -> Option<&ApiKey> {
        self.api_keys.iter().find(|key| key.value == value)
    }

    /// The key with this value, if it is known to one who is asked to log it in.
    pub(crate) fn known_api_key(&mut self, value: &str, now: Timestamp) -> Option<&ApiKey> {
        let id = self.api_key(value)?.id.clone();
        if !self.spreading.has_reached(&id, now) {
            return None;
        }
        self.api_key(value)
    }

    /// Puts a changed key back in its place.
    pub(crate) fn replace_api_key(&mut self, changed: ApiKey) {
        if let Some(key) = self.api_keys.iter_mut().find(|key| key.id == changed.id) {
            *key = changed;
        }
    }

    /// Makes a key, and keeps it.
    pub(crate) fn add_api_key(&mut self, new: NewApiKey, created_by: &str, now: Timestamp) -> ApiKey {
        let key = ApiKey {
            id: format!("ApiKey-{}", self.seed.uuid()),
            value: new.value.unwrap_or_else(|| self.seed.api_key()),
            entity: Entity::new(&self.seed, now),
            name: new.name,
            description: new.description,
            iam_id: new.iam_id,
            created_by: created_by.to_owned(),
            disabled: false,
            store_value: new.store_value,
            expires_at: new.expires_at,
        };
        self.spreading.begin(&key.id, now);
        self.api_keys.push(key.clone());
        key
    }

    /// Keeps a new Service ID.
    pub(crate) fn add_service_id(&mut self, service: ServiceIdentity, now: Timestamp) {
        self.spreading.begin(&service.id, now);
        self.service_ids.push(service);
    }

    pub(crate) fn service_id(&self, id: &str) -> Option<&ServiceIdentity> {
        self.service_ids.iter().find(|service| service.id == id)
    }

    /// Removes a Service ID and, as IAM does, every key of it.
    pub(crate) fn delete_service_id(&mut self, id: &str) {
        let iam_id = format!("iam-{id}");
        self.service_ids.retain(|service| service.id != id);
        self.api_keys.retain(|key| key.iam_id != iam_id);
    }

    pub(crate) fn workspace(&self, id: &str) -> Option<&Workspace> {
        self.workspaces.iter().find(|workspace| workspace.id == id)
    }

    pub(crate) fn workspace_mut(&mut self, id: &str) -> Option<&mut Workspace> {
        self.workspaces.iter_mut().find(|workspace| workspace.id == id)
    }

    pub(crate) fn space_id(&self) -> String {
        self.first_of(Kind::Space)
    }

    pub(crate) fn project_id(&self) -> String {
        self.first_of(Kind::Project)
    }

    /// The service instance which everything here is billed to.
    pub(crate) fn instance_guid(&self) -> String {
        self.workspaces.first().map(|space| space.instance_guid.clone()).unwrap_or_default()
    }

    fn first_of(&self, kind: Kind) -> String {
        self.workspaces.iter().find(|w| w.kind == kind).map(|w| w.id.clone()).unwrap_or_default()
    }
}

/// A compute resource token with the look of a projected Kubernetes service account token. The profile trusts it by
/// value, so its signature is only noise.
fn compute_resource_token(seed: &Seed) -> String {
    let header = json!({ "alg": "RS256", "kid": seed.url_safe(43) });
    let claims = json!({
        "aud": ["iam"],
        "iss": "https://kubernetes.default.svc",
        "kubernetes.io": { "namespace": "default", "serviceaccount": { "name": "wml", "uid": seed.uuid() } },
        "sub": "system:serviceaccount:default:wml",
    });
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}.{}", seed.url_safe(342))
}
