//! Providers of IAM tokens.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use wml_auth_container::ContainerToken;
use wml_auth_core::{AuthError, AuthRequest, Identity, Secret, TokenSource, Transport};
use wml_auth_iam::{Endpoint, Role};
use wml_auth_iam_apikey::IamApiKey;
use wml_auth_refresh_token::RefreshToken;
use wml_auth_service_level::ServiceLevel;
use wml_auth_trusted_profile::TrustedProfile;
use wml_auth_vpc::{MetadataVersion, VpcInstance};

use super::Way;
use crate::login::{Exchange, ProfileNames, ServiceScope};
use crate::reloading_key::ReloadingKey;
use crate::{ConfigError, KeyPlace, Target};

/// What kind of token is asked for.
pub(super) struct Asked {
    pub(super) scope: Option<String>,
    pub(super) account: Option<String>,
}

pub(super) fn api_key(
    key: &Secret,
    place: Option<&KeyPlace>,
    Exchange { endpoint, client }: Exchange,
    Asked { scope, account }: Asked,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    keyed(key, place, move |key| {
        let mut builder = IamApiKey::builder(key).endpoint(endpoint.clone());
        if let Some((id, secret)) = &client {
            builder = builder.client(id, secret.clone());
        }
        if let Some(scope) = &scope {
            builder = builder.scope(scope);
        }
        if let Some(account) = &account {
            builder = builder.account(account);
        }
        builder.build(Arc::clone(&transport))
    })
}

pub(super) fn refresh_token(
    token: &Secret,
    place: &Result<KeyPlace, ConfigError>,
    Exchange { endpoint, client }: &Exchange,
    Asked { scope, account }: &Asked,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut builder = RefreshToken::builder(token.clone())
        .endpoint(endpoint.clone())
        .on_rotation(keeping(token.clone(), place.clone()));
    if let Some((id, secret)) = client {
        builder = builder.client(id, secret.clone());
    }
    if let Some(scope) = scope {
        builder = builder.scope(scope);
    }
    if let Some(account) = account {
        builder = builder.account(account);
    }
    builder.build(transport).map(Way::fetched)
}

/// Writes each new refresh token where the one before it stands, so that the next process goes on with it. Where that
/// cannot be done the login goes on in this process, and the one in the place is good until it expires.
fn keeping(token: Secret, place: Result<KeyPlace, ConfigError>) -> impl Fn(&Secret) + Send + Sync + 'static {
    let written = Mutex::new(token);
    move |successor| {
        let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = place.as_ref().map_err(Clone::clone).and_then(|place| place.replace(&written, successor));
        match kept {
            Ok(()) => *written = successor.clone(),
            Err(error) => tracing::warn!(%error, "IAM gave a new refresh token, and it is not written down"),
        }
    }
}

/// A source that logs in with an API key. Where the key stands in a file, a new one there is picked up.
fn keyed<S: TokenSource + 'static>(
    key: &Secret,
    place: Option<&KeyPlace>,
    make: impl Fn(Secret) -> Result<S, AuthError> + Send + Sync + 'static,
) -> Result<Way, AuthError> {
    match place {
        Some(place) => ReloadingKey::new(key.clone(), place.clone(), make).map(Way::fetched),
        None => make(key.clone()).map(Way::fetched),
    }
}

/// What a service-level login is held to.
pub(super) struct Bound {
    pub(super) to: ServiceScope,
    pub(super) service_id: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) target: Target,
}

pub(super) fn service_level(
    key: &Secret,
    place: Option<&KeyPlace>,
    Exchange { endpoint, client }: Exchange,
    bound: Bound,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    keyed(key, place, move |key| {
        let mut source = ServiceLevel::builder(key).endpoint(endpoint.clone());
        source = match &bound.to {
            ServiceScope::Space(id) => source.space(id),
            ServiceScope::Project(id) => source.project(id),
        };
        if let Some((id, secret)) = &client {
            source = source.client(id, secret.clone());
        }
        if let Some(id) = &bound.service_id {
            source = source.service_id(id);
        }
        if let Some(role) = bound.role {
            source = source.minimum_role(role);
        }
        if let Some(url) = &bound.target.url {
            source = source.wml_url(url);
        }
        if let Some(url) = &bound.target.platform_url {
            source = source.platform_url(url);
        }
        source.build(Arc::clone(&transport))
    })
}

pub(super) fn vpc(
    url: Option<&str>,
    version: Option<&str>,
    profile: &ProfileNames,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut builder = VpcInstance::builder();
    if let Some(url) = url {
        builder = builder.metadata_url(url);
    }
    if let Some(version) = version {
        builder = builder.version(MetadataVersion::parse(version)?);
    }
    if let Some(id) = &profile.id {
        builder = builder.profile_id(id);
    }
    if let Some(crn) = &profile.crn {
        builder = builder.profile_crn(crn);
    }
    if let Some(name) = &profile.name {
        builder = builder.profile_name(name);
    }
    builder.build(transport).map(Way::fetched)
}

pub(super) fn trusted_profile(
    source: Way,
    profile: &ProfileNames,
    endpoint: &Endpoint,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut builder = match source {
        Way::Fetched(source) => TrustedProfile::builder(source),
        Way::Given(credentials) => {
            // What is given is at hand at once, and says whose it is.
            let identity = match credentials.ready(&AuthRequest::new()) {
                Some(authorization) => authorization.identity().clone(),
                None => Identity::new("given", "", &[]),
            };
            TrustedProfile::builder_over(credentials, identity)
        }
    }
    .endpoint(endpoint.clone());
    if let Some(id) = &profile.id {
        builder = builder.profile_id(id);
    }
    if let Some(crn) = &profile.crn {
        builder = builder.profile_crn(crn);
    }
    if let Some(name) = &profile.name {
        builder = builder.profile_name(name);
    }
    if let Some(account) = &profile.account {
        builder = builder.account(account);
    }
    builder.build(transport).map(Way::fetched)
}

pub(super) fn container(
    token_file: Option<&Path>,
    profile: &ProfileNames,
    Exchange { endpoint, client }: &Exchange,
    scope: Option<&str>,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut builder = ContainerToken::builder().endpoint(endpoint.clone());
    if let Some(path) = token_file {
        builder = builder.token_file(path);
    }
    if let Some(id) = &profile.id {
        builder = builder.profile_id(id);
    }
    if let Some(name) = &profile.name {
        builder = builder.profile_name(name);
    }
    if let Some((id, secret)) = client {
        builder = builder.client(id, secret.clone());
    }
    if let Some(scope) = scope {
        builder = builder.scope(scope);
    }
    builder.build(transport).map(Way::fetched)
}
