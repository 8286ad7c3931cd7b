//! Logins that offer IAM a key of one's own.

use wml_auth_core::Secret;
use wml_auth_iam::regions::Protocol;
use wml_auth_iam::{Endpoint, Role};

use super::{Exchange, IamKey, Login, ServiceScope, issuer, missing, required_secret};
use crate::layers::Layers;
use crate::text::{closest, listed, quoted};
use crate::values::Values;
use crate::warning::WarningCode;
use crate::{AuthType, ConfigError, Key, Target, Warning};

/// `iam`. As in IBM's Go core, an API key is used before a refresh token.
pub(super) fn read(values: &mut Values<'_>, target: &Target) -> Result<Login, ConfigError> {
    let key = match values.secret(Key::ApiKey)? {
        Some(key) => IamKey::ApiKey(key),
        None => match values.secret(Key::RefreshToken)? {
            Some(token) => IamKey::RefreshToken(token, values.place(Key::RefreshToken)),
            None => return Err(missing(AuthType::Iam, values, "apikey or refresh_token")),
        },
    };
    Ok(Login::Iam {
        key,
        exchange: exchange(values, target)?,
        scope: values.text(Key::Scope)?,
        account_id: values.text(Key::AccountId)?,
    })
}

/// `service-level`.
pub(super) fn service_level(
    values: &mut Values<'_>,
    target: &Target,
    layers: &Layers<'_>,
) -> Result<Login, ConfigError> {
    Ok(Login::ServiceLevel {
        apikey: required_secret(AuthType::ServiceLevel, values, Key::ApiKey)?,
        exchange: exchange(values, target)?,
        bound_to: service_scope(values, target, layers)?,
        service_id: values.text(Key::ServiceId)?,
        minimum_role: minimum_role(values)?,
    })
}

/// The client, and the IAM that it asks.
pub(super) fn exchange(values: &mut Values<'_>, target: &Target) -> Result<Exchange, ConfigError> {
    Ok(Exchange { client: client(values)?, endpoint: endpoint(values, target)?.unwrap_or_default() })
}

/// The IAM that is configured, or else that of the region.
pub(super) fn endpoint(values: &mut Values<'_>, target: &Target) -> Result<Option<Endpoint>, ConfigError> {
    let wants_private = values.switch(Key::PrivateTokenUrl)? == Some(true);
    if let Some(url) = values.text(Key::AuthUrl)? {
        // Takes `/identity/token` off, which some clients want to be part of it.
        let parsed = Endpoint::parse(&url).map_err(|error| {
            let fault = ConfigError::near(values.origin(Key::AuthUrl), error.message());
            fault.with_hint(error.hint().unwrap_or("write the base URL of IAM").to_owned())
        });
        return parsed.map(Some);
    }
    let url = match issuer(target) {
        Some(issuer) if issuer.protocol == Protocol::Mcsp => {
            let message = "the service at this URL takes tokens of MCSP, and the login obtains one of IAM; \
                           auth type aws obtains the other";
            values.warnings.push(Warning::new(WarningCode::ForeignIssuer, message));
            None
        }
        Some(issuer) if wants_private => Some(issuer.private_url.unwrap_or(issuer.url)),
        Some(issuer) => Some(issuer.url),
        None => None,
    };
    match url {
        Some(url) => Endpoint::parse(url).map(Some).map_err(|error| ConfigError::broken(error.message())),
        None if wants_private => Ok(Some(Endpoint::private())),
        None => Ok(None),
    }
}

fn client(values: &mut Values<'_>) -> Result<Option<(String, Secret)>, ConfigError> {
    match (values.text(Key::ClientId)?, values.secret(Key::ClientSecret)?) {
        (Some(id), Some(secret)) => Ok(Some((id, secret))),
        (None, None) => Ok(None),
        (one, _) => {
            let (given, missing) = match one {
                Some(_) => (Key::ClientId, Key::ClientSecret),
                None => (Key::ClientSecret, Key::ClientId),
            };
            let message = format!("{} is set without {}", given.name(), missing.name());
            let error = ConfigError::near(values.origin(given), message);
            Err(error.with_hint("set both in the same source, or neither"))
        }
    }
}

/// The space or the project. Where different sources name one each, the nearer source decides.
///
/// The platform is asked about it, so its URL has to be known, or follow from that of the service.
fn service_scope(
    values: &Values<'_>,
    target: &Target,
    layers: &Layers<'_>,
) -> Result<ServiceScope, ConfigError> {
    if target.url.is_none() && target.platform_url.is_none() {
        let message = "auth type service-level needs url or platform_url, and no source has one";
        let asked = values.entry(Key::AuthType).map(|entry| &entry.origin);
        return Err(ConfigError::near(asked, message)
            .with_hint("set the service's URL, such as by WATSONX_URL or in the profile"));
    }
    match (&target.space_id, &target.project_id) {
        (Some(space), None) => Ok(ServiceScope::Space(space.clone())),
        (None, Some(project)) => Ok(ServiceScope::Project(project.clone())),
        (Some(space), Some(project)) => match layers.is_above(Key::SpaceId, Key::ProjectId) {
            Some(true) => Ok(ServiceScope::Space(space.clone())),
            Some(false) => Ok(ServiceScope::Project(project.clone())),
            None => {
                let message = "a service-level login is for a space or a project, and both are set";
                let project = layers.visible(Key::ProjectId).map(|entry| &entry.origin);
                Err(ConfigError::near(project, message).with_hint("leave one of space_id and project_id out"))
            }
        },
        (None, None) => {
            let message = "auth type service-level needs space_id or project_id, and no source has one";
            let asked = values.entry(Key::AuthType).map(|entry| &entry.origin);
            Err(ConfigError::near(asked, message)
                .with_hint("set the deployment space, such as by WATSONX_SPACE_ID or in the profile"))
        }
    }
}

fn minimum_role(values: &mut Values<'_>) -> Result<Option<Role>, ConfigError> {
    let Some(name) = values.text(Key::MinimumRole)? else { return Ok(None) };
    if let Some(role) = Role::parse(&name) {
        return Ok(Some(role));
    }
    let names = [Role::Viewer, Role::Editor, Role::Admin].map(Role::as_str);
    let message = format!("unknown role {}", quoted(&name));
    Err(ConfigError::near(values.origin(Key::MinimumRole), message).with_hint(match closest(&name, names) {
        Some(role) => format!("did you mean {}?", quoted(role)),
        None => format!("the roles are {}", listed(names)),
    }))
}
