//! How to log in, with everything that it takes: one file for each family of logins.

mod iam;
mod plain;
mod platforms;
mod trusted;

use std::path::PathBuf;

use wml_auth_core::Secret;
use wml_auth_iam::regions::{self, Protocol};
use wml_auth_iam::{Endpoint, Role};

use crate::auth_type::AuthTypeFault;
use crate::key::Group;
use crate::layer::Entry;
use crate::layers::Layers;
use crate::values::Values;
use crate::warning::WarningCode;
use crate::{AuthType, ConfigError, Key, KeyPlace, Origin, Target, Warning, cluster};

/// A complete login. `Debug` is safe: secrets say nothing of themselves.
#[derive(Clone, Debug)]
pub(crate) enum Login {
    /// An API key or a refresh token is exchanged for tokens.
    Iam { key: IamKey, exchange: Exchange, scope: Option<String>, account_id: Option<String> },
    /// The API key of a Service ID that is bound to a space or project.
    ServiceLevel {
        apikey: Secret,
        exchange: Exchange,
        bound_to: ServiceScope,
        service_id: Option<String>,
        minimum_role: Option<Role>,
    },
    /// Another login assumes a trusted profile.
    TrustedProfile { source: Box<Self>, profile: ProfileNames, endpoint: Endpoint },
    /// A compute resource assumes one.
    Container {
        token_file: Option<PathBuf>,
        profile: ProfileNames,
        exchange: Exchange,
        scope: Option<String>,
    },
    /// So does a VPC instance, or it is itself.
    Vpc { profile: ProfileNames, version: Option<String>, url: Option<String> },
    /// A user of Cloud Pak for Data.
    Cp4d { url: String, username: String, proof: Proof, account_id: Option<String> },
    /// A user of it whom the foundational services know.
    Cp4dBedrock { url: String, bedrock_url: String, username: String, password: Secret },
    /// A service broker on it.
    Cp4dService { url: String, broker: Secret, user: BrokerUser },
    /// A service instance on it.
    Cp4dServiceInstance { url: String, username: String, apikey: Secret, instance_id: String },
    /// A user of it, without any exchange.
    Zen(ZenKey),
    /// A key of the Multi-Cloud SaaS Platform.
    Mcsp { apikey: Secret, url: String, interface: McspInterface },
    /// User and password of a Watson Machine Learning instance from before IAM.
    LegacyWml { url: String, username: String, password: Secret, instance_id: Option<String> },
    /// A login of IAM that names such an instance on every request.
    OfInstance { iam: Box<Self>, instance_id: String },
    /// A token that somebody else obtained.
    Bearer(Token),
    /// User and password on every request; without a user, an API key.
    Basic { username: Option<String>, secret: Secret, is_api_key: bool },
    /// Nothing at all.
    NoAuth,
    /// Any of these, by a token service whose certificate goes unchecked.
    Unchecked(Box<Self>),
}

/// What IAM is offered.
#[derive(Clone, Debug)]
pub(crate) enum IamKey {
    ApiKey(Secret),
    /// And where it can be replaced by its successor, or why it cannot.
    RefreshToken(Secret, Result<KeyPlace, ConfigError>),
}

/// Who is asked for the token, and as which client.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) endpoint: Endpoint,
    pub(crate) client: Option<(String, Secret)>,
}

/// What a service-level login is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServiceScope {
    Space(String),
    Project(String),
}

/// How a trusted profile is named. Which of the names go together, the login has checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProfileNames {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) crn: Option<String>,
    pub(crate) account: Option<String>,
}

/// How a user of Cloud Pak for Data proves who he is.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    Password(Secret),
    ApiKey(Secret),
}

/// For whom, and what for, a broker asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct BrokerUser {
    pub(crate) username: Option<String>,
    pub(crate) uid: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) permissions: Option<String>,
    pub(crate) expiration_time: Option<u64>,
}

/// A user name and key, joined or apart.
#[derive(Clone, Debug)]
pub(crate) enum ZenKey {
    Encoded(Secret),
    Pair { username: String, apikey: Secret },
}

/// The three interfaces of the Multi-Cloud SaaS Platform.
#[derive(Clone, Debug)]
pub(crate) enum McspInterface {
    /// `/siusermgr/api/1.0/apikeys/token`
    First,
    /// `/api/2.0/{collection}/{id}/apikeys/token`
    Scoped {
        collection: String,
        id: String,
        builtin_actions: Option<bool>,
        custom_actions: Option<bool>,
        roles: Option<bool>,
        prefix_roles: Option<bool>,
        claim: Option<String>,
    },
    /// `/api/2.0/apikeys/token`
    Unscoped,
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
        let login = match auth_type {
            AuthType::Iam => iam::read(values, target)?,
            AuthType::ServiceLevel => iam::service_level(values, target, layers)?,
            AuthType::TrustedProfile => trusted::assumed(values, target, layers)?,
            AuthType::Container => trusted::container(values, target)?,
            AuthType::Vpc => trusted::vpc(values)?,
            AuthType::Cp4d => platforms::cp4d(values)?,
            AuthType::Cp4dService => platforms::cp4d_service(values)?,
            AuthType::Cp4dServiceInstance => platforms::cp4d_service_instance(values)?,
            AuthType::Mcsp => platforms::mcsp(values)?,
            AuthType::McspV2 => platforms::mcsp_v2(values)?,
            AuthType::Aws => platforms::aws(values, target)?,
            AuthType::LegacyWml => platforms::legacy_wml(values, target)?,
            AuthType::Zen => plain::zen(values)?,
            AuthType::Bearer => plain::bearer(values)?,
            AuthType::Basic => plain::basic(values)?,
            AuthType::NoAuth => Self::NoAuth,
        };
        login.with_tls(values)
    }

    /// Who is asked for a token, by URL, where somebody is.
    pub(crate) fn token_service(&self) -> Option<&str> {
        match self {
            Self::Vpc { url, .. } => Some(url.as_deref().unwrap_or("http://169.254.169.254")),
            Self::Cp4d { url, .. }
            | Self::Cp4dService { url, .. }
            | Self::Cp4dServiceInstance { url, .. }
            | Self::Mcsp { url, .. }
            | Self::Cp4dBedrock { bedrock_url: url, .. }
            | Self::LegacyWml { url, .. } => Some(url),
            Self::Unchecked(inner) | Self::OfInstance { iam: inner, .. } => inner.token_service(),
            _ => self.endpoint().map(Endpoint::as_str),
        }
    }

    /// Turns the checks of certificates off, where the login asks somebody for a token and is told to.
    fn with_tls(self, values: &mut Values<'_>) -> Result<Self, ConfigError> {
        let asks_nobody = matches!(
            self,
            Self::Zen(_) | Self::Bearer(_) | Self::Basic { .. } | Self::NoAuth | Self::Vpc { .. }
        );
        if asks_nobody || values.switch(Key::AuthDisableSsl)? != Some(true) {
            return Ok(self);
        }
        let message = "the certificate of the token service goes unchecked: whoever stands between can read the \
                       credential; better let the system, or --ca-file, trust the right authority";
        let mut warning = Warning::new(WarningCode::UncheckedCertificates, message);
        if let Some(origin) = values.origin(Key::AuthDisableSsl) {
            warning = warning.at(origin);
        }
        values.warnings.push(warning);
        Ok(Self::Unchecked(Box::new(self)))
    }
}

/// The auth type that is written, or else the one that the credential implies.
///
/// A user as other watsonx clients name one is a user of the cluster that is called, if one is.
/// An API key with nothing beside it is for whoever issues the tokens of the region: in IBM Cloud that is IAM.
pub(crate) fn auth_type(values: &mut Values<'_>, target: &Target) -> Result<AuthType, ConfigError> {
    let about = |origin: &Origin, fault: AuthTypeFault| {
        ConfigError::about(origin, fault.message).with_hint(fault.hint)
    };
    if let Some(entry) = values.entry(Key::AuthType) {
        let name = values.text(Key::AuthType)?.unwrap_or_default();
        return AuthType::parse(&name).map_err(|fault| about(&entry.origin, fault));
    }
    let url = values.url_beside()?.or_else(|| target.url.clone());
    if let Some(kind) = cluster::auth_type(values.winner(), url.as_deref(), target.platform_url.is_some()) {
        return Ok(kind);
    }
    match values.winner().inferred() {
        Some(AuthType::Iam)
            if values.entry(Key::ApiKey).is_some()
                && values.entry(Key::AuthUrl).is_none()
                && issuer(target).is_some_and(|issuer| issuer.protocol == Protocol::Mcsp) =>
        {
            Ok(AuthType::Aws)
        }
        Some(inferred) => Ok(inferred),
        None => match values.entry(Key::IamProfileCrn) {
            Some(entry) => {
                let message = "a trusted profile is named by its CRN, and nothing says how to log in";
                Err(ConfigError::about(&entry.origin, message).with_hint(
                    "set auth_type to iamAssume, with an API key, or to vpc; a container takes iam_profile_id",
                ))
            }
            None => Err(ConfigError::broken("there is no credential to log in with")),
        },
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

/// Who issues the tokens of the region that is called.
fn issuer(target: &Target) -> Option<regions::Issuer> {
    target.url.as_deref().and_then(regions::region_of).map(|region| region.issuer)
}

fn required_secret(auth_type: AuthType, values: &mut Values<'_>, key: Key) -> Result<Secret, ConfigError> {
    values.secret(key)?.map_or_else(|| Err(missing(auth_type, values, key.name())), Ok)
}

fn required_text(auth_type: AuthType, values: &mut Values<'_>, key: Key) -> Result<String, ConfigError> {
    values.text(key)?.map_or_else(|| Err(missing(auth_type, values, key.name())), Ok)
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

/// An error unless at most one of these is set.
fn at_most_one(values: &Values<'_>, keys: &[Key], hint: &str) -> Result<(), ConfigError> {
    let mut given = keys.iter().filter_map(|key| values.entry(*key));
    match (given.next(), given.next()) {
        (Some(first), Some(second)) => {
            let message = format!("{} and {} are both set", first.key.name(), second.key.name());
            Err(ConfigError::about(&second.origin, message).with_hint(hint))
        }
        _ => Ok(()),
    }
}
