//! What exists in the account: identities, API keys, spaces, projects, deployments, sessions.
//!
//! One seed fixes all of it. The APIs read and change it under one lock; nothing here knows HTTP.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod api_key;
pub(crate) mod asset;
pub(crate) mod entity;
pub(crate) mod foundation;
pub(crate) mod gateway;
pub(crate) mod identity;
pub(crate) mod logins;
pub(crate) mod profile;
pub(crate) mod propagation;
pub(crate) mod session;
pub(crate) mod software;
pub(crate) mod task_credential;
pub(crate) mod workspace;

use std::collections::{HashMap, HashSet};
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::json;

use self::account::AccountSettings;
use self::activity::Activity;
use self::api_key::{ApiKey, NewApiKey};
use self::asset::Asset;
use self::entity::Entity;
use self::gateway::Gateway;
use self::identity::{IAM_REALM, Identity, ServiceIdentity, User};
use self::logins::Logins;
use self::profile::{
    ClaimRule, ComputeResource, Condition, CrType, IdentityType, Link, LinkTarget, Operator, Profile,
    RuleTerms, RuleType, Trusted,
};
use self::propagation::Spreading;
use self::session::Session;
use self::task_credential::TaskCredential;
use self::workspace::{Deployment, Instance, Kind, Role, Workspace};
use crate::seed::Seed;

pub(crate) struct World {
    pub(crate) seed: Seed,
    pub(crate) account_id: String,
    pub(crate) user: User,
    pub(crate) settings: AccountSettings,
    pub(crate) service_ids: Vec<ServiceIdentity>,
    /// The first is the fixture's, as long as nobody deletes it.
    pub(crate) profiles: Vec<Profile>,
    pub(crate) api_keys: Vec<ApiKey>,
    pub(crate) workspaces: Vec<Workspace>,
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) assets: Vec<Asset>,
    pub(crate) gateway: Gateway,
    pub(crate) task_credentials: Vec<TaskCredential>,
    /// By refresh token.
    pub(crate) sessions: HashMap<String, Session>,
    /// Access tokens which are refused although they are signed and in time.
    pub(crate) revoked: HashSet<String>,
    /// What is too new to be known.
    pub(crate) spreading: Spreading,
    /// Who was authenticated how often.
    pub(crate) activity: Activity,
    /// The token of the one compute resource there is.
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
        let service_id = ServiceIdentity::new(&seed, now, "wml-scoring", &user.iam_id());
        let logins = Logins::new(number, &account_id, &user.iam_id());
        let profile = fixture_profile(&seed, now, &account_id, &user, &service_id, &logins);
        let members = [(service_id.iam_id(), Role::Editor), (profile.iam_id(), Role::Editor)];
        let instance = Instance::new(&account_id, &seed.uuid());
        let workspaces = [(Kind::Space, "wml-space"), (Kind::Project, "wml-project")].map(|(kind, name)| {
            let mut workspace = Workspace::new(&seed, kind, name, &user.iam_id(), now);
            workspace.instance = Some(instance.clone());
            for (iam_id, role) in &members {
                workspace.set_role(iam_id, *role);
            }
            workspace
        });
        let space_id = workspaces.first().map(|space| space.id.clone()).unwrap_or_default();
        let deployment = Deployment::new(&seed, &space_id, &user.iam_id(), now);
        let cr_token = compute_resource_token(&seed);
        let owners = [user.iam_id(), service_id.iam_id()];
        let settings = AccountSettings::new(&Seed::new(!number), now, &user.iam_id());
        // Ids of its own, so that those of all else stay what they are.
        let gateway = Gateway::new(&Seed::new(number.rotate_left(32) ^ 1), now);
        let mut world = Self {
            seed,
            account_id,
            user,
            settings,
            service_ids: vec![service_id],
            profiles: vec![profile],
            api_keys: Vec::new(),
            workspaces: workspaces.into(),
            assets: vec![Asset::of(&deployment)],
            deployments: vec![deployment],
            gateway,
            task_credentials: Vec::new(),
            sessions: HashMap::new(),
            revoked: HashSet::new(),
            spreading: Spreading::default(),
            activity: Activity::default(),
            cr_token,
            logins,
        };
        for iam_id in owners {
            world.add_api_key(NewApiKey::named("fixture", &iam_id), &iam_id, now);
        }
        world
    }

    /// Everybody who can hold a token.
    pub(crate) fn identities(&self) -> impl Iterator<Item = Identity> {
        iter::once(self.user.identity())
            .chain(self.profiles.iter().map(Profile::identity))
            .chain(self.service_ids.iter().map(ServiceIdentity::identity))
    }

    /// Whoever has this `iam_id`.
    pub(crate) fn identity(&self, iam_id: &str) -> Option<Identity> {
        if self.user.is(iam_id) {
            return Some(self.user.identity());
        }
        let id = iam_id.strip_prefix(IAM_REALM)?;
        let profile = self.profiles.iter().find(|profile| profile.id == id).map(Profile::identity);
        profile.or_else(|| self.service_id(id).map(ServiceIdentity::identity))
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
        let key = self.known_api_key(value, now).filter(|key| key.is_usable(now));
        let Some(id) = key.filter(|key| key.iam_id == identity.iam_id).map(|key| key.id.clone()) else {
            return false;
        };
        self.activity.note(&id, now);
        true
    }

    /// The key with this value, whatever its state.
    pub(crate) fn api_key(&self, value: &str) -> Option<&ApiKey> {
        self.api_keys.iter().find(|key| key.value == value)
    }

    /// The key with this value, if it is known to one who is asked to log it in.
    pub(crate) fn known_api_key(&mut self, value: &str, now: Timestamp) -> Option<&ApiKey> {
        self.forget_long_expired_keys(now);
        let id = self.api_key(value)?.id.clone();
        if !self.spreading.has_reached(&id, now) {
            return None;
        }
        self.api_key(value)
    }

    /// Removes the keys that nobody can have any use for.
    pub(crate) fn forget_long_expired_keys(&mut self, now: Timestamp) {
        self.api_keys.retain(|key| !key.is_forgotten(now));
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
            entity: Entity::new(&self.seed, now, created_by),
            name: new.name,
            description: new.description,
            iam_id: new.iam_id,
            created_by: created_by.to_owned(),
            disabled: false,
            store_value: new.store_value,
            support_sessions: new.support_sessions,
            action_when_leaked: new.action_when_leaked,
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

    /// The profile of the fixture.
    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.profiles.first()
    }

    /// Keeps a new trusted profile.
    pub(crate) fn add_profile(&mut self, profile: Profile, now: Timestamp) {
        self.spreading.begin(&profile.id, now);
        self.profiles.push(profile);
    }

    /// What the compute resource token speaks for.
    pub(crate) fn compute_resource(&self) -> ComputeResource {
        compute_resource(&self.account_id)
    }

    /// What the metadata service speaks for.
    pub(crate) fn virtual_server(&self) -> ComputeResource {
        virtual_server(&self.logins)
    }

    pub(crate) fn workspace(&self, id: &str) -> Option<&Workspace> {
        self.workspaces.iter().find(|workspace| workspace.id == id)
    }

    pub(crate) fn workspace_mut(&mut self, id: &str) -> Option<&mut Workspace> {
        self.workspaces.iter_mut().find(|workspace| workspace.id == id)
    }

    /// Removes a space or project with all that is deployed in it.
    pub(crate) fn delete_workspace(&mut self, id: &str) {
        self.workspaces.retain(|workspace| workspace.id != id);
        self.deployments.retain(|deployment| deployment.space_id != id);
        self.assets.retain(|asset| asset.place != id);
    }

    pub(crate) fn space_id(&self) -> String {
        self.first_of(Kind::Space)
    }

    pub(crate) fn project_id(&self) -> String {
        self.first_of(Kind::Project)
    }

    /// The service instance which everything here is billed to.
    pub(crate) fn instance_guid(&self) -> String {
        let instance = self.workspaces.first().and_then(|space| space.instance.as_ref());
        instance.map(|instance| instance.guid.clone()).unwrap_or_default()
    }

    fn first_of(&self, kind: Kind) -> String {
        self.workspaces.iter().find(|w| w.kind == kind).map(|w| w.id.clone()).unwrap_or_default()
    }
}

/// A profile that trusts the user and the Service ID, and what is linked to it: a pod and a virtual server.
fn fixture_profile(
    seed: &Seed,
    now: Timestamp,
    account_id: &str,
    user: &User,
    service_id: &ServiceIdentity,
    logins: &Logins,
) -> Profile {
    let by = user.iam_id();
    let trusted = |kind, identifier| Trusted { identifier, kind, accounts: Vec::new(), description: None };
    let mut profile = Profile::new(seed, now, "wml-profile", &by);
    profile.identities = vec![
        Trusted { accounts: vec![account_id.to_owned()], ..trusted(IdentityType::User, by.clone()) },
        trusted(IdentityType::ServiceId, service_id.id.clone()),
    ];
    profile.links = [("wml-pod", compute_resource(account_id)), ("wml-server", virtual_server(logins))]
        .map(|(name, resource)| Link {
            id: format!("Link-{}", seed.uuid()),
            entity: Entity::new(seed, now, &by),
            name: Some(name.to_owned()),
            cr_type: resource.cr_type,
            target: LinkTarget {
                crn: Some(resource.crn),
                namespace: resource.namespace,
                name: resource.name,
                ..LinkTarget::default()
            },
        })
        .into();
    profile.rules = vec![ClaimRule {
        id: format!("ClaimRule-{}", seed.uuid()),
        entity: Entity::new(seed, now, &by),
        terms: RuleTerms {
            name: Some("wml-sign-in".to_owned()),
            kind: RuleType::Saml,
            realm_name: Some("https://idp.example.com".to_owned()),
            cr_type: None,
            expiration: 3600,
            conditions: vec![Condition {
                claim: "blueGroups".to_owned(),
                operator: Operator::Equals,
                value: "\"wml\"".to_owned(),
            }],
        },
    }];
    profile
}

/// The server that has a metadata service.
fn virtual_server(logins: &Logins) -> ComputeResource {
    ComputeResource {
        cr_type: CrType::VSI,
        crn: logins.virtual_server.crn.clone(),
        namespace: None,
        name: None,
    }
}

/// A service account in a cluster.
fn compute_resource(account_id: &str) -> ComputeResource {
    ComputeResource {
        cr_type: CrType::IKS_SA,
        crn: format!("crn:v1:bluemix:public:containers-kubernetes:us-south:a/{account_id}:mock::"),
        namespace: Some("default".to_owned()),
        name: Some("wml".to_owned()),
    }
}

/// A compute resource token with the look of a projected Kubernetes service account token. It is known by
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
