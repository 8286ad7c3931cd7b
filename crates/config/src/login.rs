//! How to log in, with everything that it takes.

use std::path::PathBuf;

use wml_auth_core::Secret;
use wml_auth_iam::Role;

use crate::auth_type::{AuthTypeFault, unsupported};
use crate::key::Group;
use crate::layer::Entry;
use crate::layers::Layers;
use crate::text::{closest, listed, quoted};
use crate::values::Values;
use crate::warning::WarningCode;
use crate::{AuthType, ConfigError, Key, Origin, Target, Warning};

/// A complete login. `Debug` is safe: secrets say nothing of themselves.
#[derive(Clone, Debug)]
pub(crate) enum Login {
    /// An API key is exchanged for tokens.
    Iam { apikey: Secret, exchange: Exchange, scope: Option<String>, account_id: Option<String> },
    /// The same for a Service ID that is bound to a space or project.
    ServiceLevel {
        apikey: Secret,
        exchange: Exchange,
        bound_to: ServiceScope,
        service_id: Option<String>,
        minimum_role: Option<Role>,
    },
    /// A token that somebody else obtained.
    Bearer(Token),
    /// User and password on every request; without a user, an API key.
    Basic { username: Option<String>, secret: Secret, is_api_key: bool },
}

/// Who is asked for the token, and as which client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange {
    pub(crate) auth_url: Option<String>,
    pub(crate) client: Option<(String, Secret)>,
}

/// What a service-level login is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServiceScope {
    Space(String),
    Project(String),
}

/// Where a ready token is.
#[derive(Clone, Debug)]
pub(crate) enum Token {
    Value(Secret),
    File(PathBuf),
    Command(Vec<String>),
}

impl Login {
    /// Reads the login of an auth type.
    pub(crate) fn read(
        auth_type: AuthType,
        values: &mut Values<'_>,
        target: &Target,
        layers: &Layers<'_>,
    ) -> Result<Self, ConfigError> {
        Ok(match auth_type {
            AuthType::Iam => Self::Iam {
                apikey: required(auth_type, values, Key::ApiKey)?,
                exchange: exchange(values)?,
                scope: values.text(Key::Scope)?,
                account_id: values.text(Key::AccountId)?,
            },
            AuthType::ServiceLevel => Self::ServiceLevel {
                apikey: required(auth_type, values, Key::ApiKey)?,
                exchange: exchange(values)?,
                bound_to: service_scope(values, target, layers)?,
                service_id: values.text(Key::ServiceId)?,
                minimum_role: minimum_role(values)?,
            },
            AuthType::Bearer => Self::Bearer(token(values)?),
            AuthType::Basic => basic(values)?,
        })
    }
}

/// The auth type that is written, or else the one that the credential implies.
pub(crate) fn auth_type(values: &mut Values<'_>) -> Result<AuthType, ConfigError> {
    let about = |origin: &Origin, fault: AuthTypeFault| {
        ConfigError::about(origin, fault.message).with_hint(fault.hint)
    };
    if let Some(entry) = values.entry(Key::AuthType) {
        let name = values.text(Key::AuthType)?.unwrap_or_default();
        return AuthType::parse(&name).map_err(|fault| about(&entry.origin, fault));
    }
    let winner = values.winner();
    match (winner.inferred(), &winner.later) {
        (Some(inferred), _) => Ok(inferred),
        (None, Some(later)) => Err(about(&later.origin, unsupported(later.login))),
        (None, None) => Err(ConfigError::broken("there is no credential to log in with")),
    }
}

/// What belongs to a credential, stands in its source, and is of no use for this login.
pub(crate) fn unused(auth_type: AuthType, values: &Values<'_>) -> Vec<Warning> {
    let is_unused = |key: &Key| key.group() != Group::Target && values.origin(*key).is_none();
    let keys = Key::ALL.iter().copied().filter(is_unused);
    keys.filter_map(|key| values.entry(key))
        .map(|Entry { key, origin, .. }| {
            let message = format!("{} is set and auth type {auth_type} has no use for it", key.name());
            Warning::new(WarningCode::UnusedValue, message).at(origin)
        })
        .collect()
}

fn required(auth_type: AuthType, values: &mut Values<'_>, key: Key) -> Result<Secret, ConfigError> {
    values.secret(key)?.map_or_else(|| Err(missing(auth_type, values, key.name())), Ok)
}

/// An error at the place that asked for the login.
fn missing(auth_type: AuthType, values: &Values<'_>, what: &str) -> ConfigError {
    let message = format!("auth type {auth_type} needs {what}, and its source holds none");
    let asked = values.entry(Key::AuthType).or_else(|| values.winner().entries.first());
    ConfigError::near(asked.map(|entry| &entry.origin), message).with_hint(
        "set it in the same source, because a credential is never put together from two; \
         a profile can point elsewhere with { env = \"…\" }",
    )
}

fn exchange(values: &mut Values<'_>) -> Result<Exchange, ConfigError> {
    let client = match (values.text(Key::ClientId)?, values.secret(Key::ClientSecret)?) {
        (Some(id), Some(secret)) => Some((id, secret)),
        (None, None) => None,
        (one, _) => {
            let (given, missing) = match one {
                Some(_) => (Key::ClientId, Key::ClientSecret),
                None => (Key::ClientSecret, Key::ClientId),
            };
            let message = format!("{} is set without {}", given.name(), missing.name());
            let error = ConfigError::near(values.origin(given), message);
            return Err(error.with_hint("set both in the same source, or neither"));
        }
    };
    Ok(Exchange { client, auth_url: values.text(Key::AuthUrl)? })
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

fn token(values: &mut Values<'_>) -> Result<Token, ConfigError> {
    if let Some(token) = values.secret(Key::BearerToken)? {
        return Ok(Token::Value(token));
    }
    if let Some(path) = values.path(Key::BearerTokenFile) {
        return Ok(Token::File(path));
    }
    match values.command(Key::BearerTokenCommand) {
        Some(argv) => Ok(Token::Command(argv)),
        None => {
            Err(missing(AuthType::Bearer, values, "bearer_token, bearer_token_file or bearer_token_command"))
        }
    }
}

fn basic(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    let has_password = values.entry(Key::Password).is_some();
    let key = if has_password { Key::Password } else { Key::ApiKey };
    let Some(secret) = values.secret(key)? else {
        return Err(missing(AuthType::Basic, values, "username and password, or apikey"));
    };
    let username = values.text(Key::Username)?;
    if has_password && username.is_none() {
        return Err(missing(AuthType::Basic, values, "username with the password"));
    }
    Ok(Login::Basic { username, secret, is_api_key: !has_password })
}
