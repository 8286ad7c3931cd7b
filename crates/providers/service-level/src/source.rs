//! The source of tokens.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Authorization, Identity, Secret, TokenSource};
use wml_auth_iam::{Claims, Container, Grant, IamClient, Platform, Role, Target};

use crate::{Binding, ServiceLevelBuilder};

/// Exchanges a Service ID's API key for tokens, having proved what they may be used for; see the
/// [crate's description](crate).
///
/// Clones share the proof: keep one to ask for the [`binding`](Self::binding) after the source has been wrapped.
#[derive(Clone, Debug)]
pub struct ServiceLevel {
    iam: IamClient,
    grant: Grant,
    platform: Platform,
    identity: Identity,
    demand: Demand,
    binding: Arc<OnceLock<Binding>>,
}

/// What has to be proved.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) target: Target,
    /// Without the `iam-` before it.
    pub(crate) service_id: Option<String>,
    pub(crate) minimum_role: Role,
}

/// Who a token says it is for, once that is a Service ID.
struct Subject {
    service_id: String,
    iam_id: String,
}

impl ServiceLevel {
    /// Starts with a Service ID's API key and the public IAM.
    pub fn builder(key: Secret) -> ServiceLevelBuilder {
        ServiceLevelBuilder::new(key)
    }

    pub(crate) fn new(
        iam: IamClient,
        grant: Grant,
        platform: Platform,
        identity: Identity,
        demand: Demand,
    ) -> Self {
        Self { iam, grant, platform, identity, demand, binding: Arc::default() }
    }

    /// What was found out; `None` until a token has been fetched.
    pub fn binding(&self) -> Option<Binding> {
        self.binding.get().cloned()
    }

    async fn bind(&self, token: &AccessToken, subject: Subject) -> Result<Binding, AuthError> {
        let target = &self.demand.target;
        let authorization = Authorization::from_token(token)
            .map_err(|_| AuthError::invalid_answer("the token cannot be sent in a header"))?;
        let container = self.platform.container(target, &authorization).await;
        let Container { instance, .. } = container.map_err(|error| self.unseen(error))?;
        let role = self.platform.role(target, &subject.iam_id, &authorization).await?;
        let role =
            role.filter(|role| *role >= self.demand.minimum_role).ok_or_else(|| self.too_little(role))?;
        let instance = instance.ok_or_else(|| {
            AuthError::misconfigured(format!("{target} has no Watson Machine Learning instance"))
                .with_host(self.platform.host())
                .with_hint(format!("associate an instance with the {} in its settings", target.kind()))
        })?;
        let Subject { service_id, iam_id } = subject;
        Ok(Binding { target: target.clone(), role, instance, service_id, iam_id })
    }

    /// The platform does not tell strangers whether a space is there.
    fn unseen(&self, error: AuthError) -> AuthError {
        if !matches!(error.status(), Some(403 | 404)) {
            return error;
        }
        let target = &self.demand.target;
        let told = AuthError::rejected(format!(
            "the Service ID cannot see {target}: there is none of that id, or it is not a member; it needs the role {}",
            self.demand.minimum_role
        ));
        let told = told.with_host(self.platform.host()).with_hint(self.how_to_join());
        let told = error.code().into_iter().fold(told, AuthError::with_code);
        let told = error.service_message().into_iter().fold(told, AuthError::with_service_message);
        let told = error.transaction_id().into_iter().fold(told, AuthError::with_transaction_id);
        error.status().into_iter().fold(told, AuthError::with_status)
    }

    fn too_little(&self, role: Option<Role>) -> AuthError {
        let Demand { target, minimum_role, .. } = &self.demand;
        let message = match role {
            Some(role) => {
                format!("the Service ID has the role {role} in {target}, and needs the role {minimum_role}")
            }
            None => format!("the Service ID is not a member of {target}, and needs the role {minimum_role}"),
        };
        AuthError::rejected(message).with_host(self.platform.host()).with_hint(self.how_to_join())
    }

    fn how_to_join(&self) -> String {
        format!(
            "check the id; then open the {}'s access control and add the Service ID as {}",
            self.demand.target.kind(),
            match self.demand.minimum_role {
                Role::Admin => "Admin",
                Role::Editor => "Editor or Admin",
                Role::Viewer => "Viewer, Editor or Admin",
            }
        )
    }
}

impl Demand {
    /// Who the token is for, if it is for whom it has to be. The claims come from IAM itself, over TLS.
    fn prove(&self, token: &AccessToken) -> Result<Subject, AuthError> {
        let claims = Claims::decode(token.secret()).ok_or_else(|| {
            AuthError::invalid_answer(
                "the token does not say whom it is for, so it cannot be a service-level one",
            )
        })?;
        if !claims.is_service_id() {
            let whose = match claims.subject_type.as_deref() {
                None => "a user's",
                Some("Profile") => "a trusted profile's",
                Some("CRN") => "a service's own",
                Some(_) => "not a Service ID's",
            };
            return Err(AuthError::rejected(format!(
                "the API key is {whose}, and a service-level credential needs a Service ID's"
            ))
            .with_hint("make an API key for the Service ID, and configure that one"));
        }
        let iam_id = claims.iam_id.or(claims.id).filter(|id| id.starts_with("iam-ServiceId-"));
        let Some(iam_id) = iam_id else {
            return Err(AuthError::invalid_answer("the token does not name the Service ID that it is for"));
        };
        let service_id = bare_service_id(&iam_id).to_owned();
        if self.service_id.as_ref().is_some_and(|configured| *configured != service_id) {
            return Err(AuthError::rejected(format!(
                "the API key is that of {service_id}, which is not the configured Service ID"
            ))
            .with_hint("configure a key of that Service ID, or correct the id"));
        }
        Ok(Subject { service_id, iam_id })
    }
}

/// `ServiceId-…`, whether or not `iam-` stands before it.
pub(crate) fn bare_service_id(id: &str) -> &str {
    id.strip_prefix("iam-").unwrap_or(id)
}

/// # Cancel safety
///
/// Dropping the future gives the exchange and the check up; the next one starts both anew.
#[async_trait]
impl TokenSource for ServiceLevel {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let token = self.iam.token(&self.grant).await?;
        let subject = self.demand.prove(&token)?;
        if self.binding.get().is_none() {
            let binding = self.bind(&token, subject).await?;
            self.binding.get_or_init(|| binding);
        }
        Ok(token)
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
