//! Whoever sets a Service ID up, or takes it away: logged in, with everything that is asked for it.

use wml_auth_config::{Key, Resolution};
use wml_auth_core::{AuthError, AuthRequest, Authorization, Secret};
use wml_auth_iam::identity_services::{IdentityServices, ServiceIdDetails};
use wml_auth_iam::{Claims, Endpoint, Platform, Target, regions};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) struct Administrator {
    pub(super) authorization: Authorization,
    pub(super) iam: IdentityServices,
    pub(super) platform: Platform,
    pub(super) target: Target,
    pub(super) resolution: Resolution,
}

impl Administrator {
    /// Logs in, but not by the profile that is set up: its Service ID may not do any of this.
    pub(super) async fn log_in(session: &Session, target: Option<Target>) -> Result<Self, Failure> {
        let (resolution, credentials) = session.resolve()?;
        if resolution.profile() == Some(session.profile_to_write()?) {
            return Err(Failure::usage("the profile cannot log in for its own set-up")
                .with_hint("name the profile of an administrator by `--as NAME`"));
        }
        let authorization = credentials.authorize(&AuthRequest::new()).await?;
        session.say_expiry(&authorization);
        let place = resolution.target();
        let target = match (target, &place.space_id, &place.project_id) {
            (Some(target), ..) => target,
            (None, Some(space), None) => Target::Space(space.clone()),
            (None, None, Some(project)) => Target::Project(project.clone()),
            (None, None, None) => {
                return Err(missing("no space or project", "pass `--space ID` or `--project ID`"));
            }
            (None, Some(_), Some(_)) => {
                return Err(missing("both a space and a project", "pass `--space ID` or `--project ID`"));
            }
        };
        let url = place.url.as_deref();
        let known = || url.and_then(|url| regions::platform_for(url).map(str::to_owned));
        let local = || url.and_then(regions::platform_on_loopback);
        let platform = place.platform_url.clone().or_else(known).or_else(local);
        let platform = platform.ok_or_else(|| {
            missing("no platform URL", "set `url` or `platform_url`, such as by WATSONX_URL")
        })?;
        let transport = session.transport();
        Ok(Self {
            iam: IdentityServices::new(transport.clone(), endpoint(&resolution)?),
            platform: Platform::new(transport, &platform)?,
            authorization,
            target,
            resolution,
        })
    }

    /// The account, as the token says: Service IDs are made in it.
    pub(super) fn account(&self) -> Result<String, Failure> {
        let token = Secret::from(self.authorization.expose_token());
        Claims::decode(&token).and_then(|claims| claims.account).ok_or_else(|| {
            Failure::usage("the token does not say of which account it is").with_exit(Exit::BadConfig)
        })
    }

    /// A Service ID that may have been deleted.
    pub(super) async fn service_id(&self, id: &str) -> Result<Option<ServiceIdDetails>, AuthError> {
        unless_gone(self.iam.service_id(id, &self.authorization).await)
    }
}

/// What is not there, is not there.
pub(super) fn unless_gone<T>(found: Result<T, AuthError>) -> Result<Option<T>, AuthError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The issuer of the administrator's token also manages the Service IDs.
fn endpoint(resolution: &Resolution) -> Result<Endpoint, AuthError> {
    auth_url(resolution).map_or_else(|| Ok(Endpoint::public()), Endpoint::parse)
}

pub(super) fn auth_url(resolution: &Resolution) -> Option<&str> {
    let values = &resolution.explanation().values;
    values.iter().find(|value| value.key == Key::AuthUrl).map(|value| value.value.as_str())
}

fn missing(what: &str, hint: &str) -> Failure {
    Failure::usage(format!("the configuration names {what}")).with_hint(hint).with_exit(Exit::BadConfig)
}
