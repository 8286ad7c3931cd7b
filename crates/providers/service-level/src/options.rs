//! What can be set on a source.

use std::sync::Arc;

use wml_auth_core::{AuthError, Secret, Transport};
use wml_auth_iam::{ApiKey, Endpoint, Grant, IamOptions, Platform, Role, Target, regions};

use crate::ServiceLevel;
use crate::source::{Demand, bare_service_id};

/// Options of a [`ServiceLevel`]. Nothing is checked before [`build`](Self::build).
///
/// Needed are a [`space`](Self::space) or a [`project`](Self::project), and a [`wml_url`](Self::wml_url) or a
/// [`platform_url`](Self::platform_url).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ServiceLevelBuilder {
    key: Secret,
    iam: IamOptions,
    space: Option<String>,
    project: Option<String>,
    service_id: Option<String>,
    wml_url: Option<String>,
    platform_url: Option<String>,
    minimum_role: Role,
}

impl ServiceLevelBuilder {
    pub(crate) fn new(key: Secret) -> Self {
        Self {
            key,
            iam: IamOptions::new(),
            space: None,
            project: None,
            service_id: None,
            wml_url: None,
            platform_url: None,
            minimum_role: Role::Editor,
        }
    }

    /// The deployment space, by its id.
    pub fn space(mut self, id: &str) -> Self {
        self.space = Some(id.to_owned());
        self
    }

    /// The project, by its id, in place of a space.
    pub fn project(mut self, id: &str) -> Self {
        self.project = Some(id.to_owned());
        self
    }

    /// The Service ID that the key must belong to: `ServiceId-…` or `iam-ServiceId-…`. Any unless set.
    pub fn service_id(mut self, id: &str) -> Self {
        self.service_id = Some(id.to_owned());
        self
    }

    /// The base URL of WML, from which the platform's follows where the region is known, or the address is a loopback
    /// one (a mock).
    pub fn wml_url(mut self, url: &str) -> Self {
        self.wml_url = Some(url.to_owned());
        self
    }

    /// The base URL of the platform that holds the space. Goes before [`wml_url`](Self::wml_url).
    pub fn platform_url(mut self, url: &str) -> Self {
        self.platform_url = Some(url.to_owned());
        self
    }

    /// Which IAM is asked. The public one unless set.
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.iam = self.iam.endpoint(endpoint);
        self
    }

    /// Asks IAM as a registered client, by HTTP Basic. None unless set; id and secret go together.
    pub fn client(mut self, id: &str, secret: Secret) -> Self {
        self.iam = self.iam.client(id, secret);
        self
    }

    /// The least role that will do. [`Role::Editor`] unless set: IBM asks for Editor or Admin.
    pub fn minimum_role(mut self, role: Role) -> Self {
        self.minimum_role = role;
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a key that [`ApiKey::parse`] refuses, half a client, no space and no project
    /// or both, something else than a Service ID, or no platform to ask.
    pub fn build(self, transport: impl Transport + 'static) -> Result<ServiceLevel, AuthError> {
        let key = ApiKey::parse(self.key.clone())?;
        let target = self.find_target()?;
        let service_id = self.find_service_id()?;
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let platform = Platform::new(Arc::clone(&transport), &self.find_platform()?)?;
        let identity = self.iam.identity(
            "service-level",
            &[
                ("apikey", key.secret().expose()),
                ("target", target.kind()),
                ("id", target.id()),
                ("service_id", service_id.as_deref().unwrap_or_default()),
                ("platform", platform.as_str()),
                ("minimum_role", self.minimum_role.as_str()),
            ],
        );
        Ok(ServiceLevel::new(
            self.iam.connect(transport)?,
            Grant::api_key(&key),
            platform,
            identity,
            Demand { target, service_id, minimum_role: self.minimum_role },
        ))
    }

    fn find_target(&self) -> Result<Target, AuthError> {
        let target = match (&self.space, &self.project) {
            (Some(space), None) => Target::Space(space.clone()),
            (None, Some(project)) => Target::Project(project.clone()),
            (None, None) => {
                return Err(AuthError::misconfigured(
                    "a service-level credential needs a space or a project",
                )
                .with_hint("give the id of the deployment space"));
            }
            (Some(_), Some(_)) => {
                return Err(AuthError::misconfigured("both a space and a project are given")
                    .with_hint("give the one that the Service ID is to work in"));
            }
        };
        let id = target.id();
        if id.trim().is_empty() || id.trim().len() != id.len() || id.chars().any(char::is_control) {
            return Err(AuthError::misconfigured(format!("the {} id is empty or not an id", target.kind())));
        }
        Ok(target)
    }

    fn find_service_id(&self) -> Result<Option<String>, AuthError> {
        let Some(configured) = &self.service_id else {
            return Ok(None);
        };
        let bare = bare_service_id(configured);
        if bare.strip_prefix("ServiceId-").is_none_or(|id| id.trim().is_empty()) {
            return Err(AuthError::misconfigured("the configured Service ID is not one")
                .with_hint("it begins with ServiceId- or iam-ServiceId-"));
        }
        Ok(Some(bare.to_owned()))
    }

    fn find_platform(&self) -> Result<String, AuthError> {
        match (&self.platform_url, &self.wml_url) {
            (Some(platform), _) => Ok(platform.clone()),
            (None, Some(wml)) => regions::check(wml)?
                .and_then(|region| region.platform_url)
                .map(str::to_owned)
                .or_else(|| regions::platform_on_loopback(wml))
                .ok_or_else(|| {
                    AuthError::misconfigured("the platform that goes with this WML URL is not known")
                        .with_hint("check the URL, or give the platform's URL as well")
                }),
            (None, None) => Err(AuthError::misconfigured("a service-level credential needs the URL of WML")
                .with_hint("give it, such as https://us-south.ml.cloud.ibm.com, or the platform's URL")),
        }
    }
}
