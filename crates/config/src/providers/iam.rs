//! Providers of IAM tokens.

use std::path::Path;
use std::sync::Arc;

use wml_auth_container::ContainerToken;
use wml_auth_core::{AuthError, AuthRequest, Identity, Secret, Transport};
use wml_auth_iam::{Endpoint, Role};
use wml_auth_iam_apikey::IamApiKey;
use wml_auth_refresh_token::RefreshToken;
use wml_auth_service_level::ServiceLevel;
use wml_auth_trusted_profile::TrustedProfile;

use super::Way;
use crate::Target;
use crate::login::{Exchange, IamKey, ProfileNames, ServiceScope};

pub(super) fn exchanged(
    key: &IamKey,
    Exchange { endpoint, client }: &Exchange,
    scope: Option<&str>,
    account: Option<&str>,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    // The two builders have these options in common, and no type.
    macro_rules! build {
        ($builder:expr) => {{
            let mut builder = $builder.endpoint(endpoint.clone());
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
        }};
    }
    match key {
        IamKey::ApiKey(key) => build!(IamApiKey::builder(key.clone())),
        IamKey::RefreshToken(token) => build!(RefreshToken::builder(token.clone())),
    }
}

/// What a service-level login is held to.
pub(super) struct Bound<'l> {
    pub(super) to: &'l ServiceScope,
    pub(super) service_id: Option<&'l str>,
    pub(super) role: Option<Role>,
}

pub(super) fn service_level(
    apikey: &Secret,
    Exchange { endpoint, client }: &Exchange,
    bound: &Bound<'_>,
    target: &Target,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut source = ServiceLevel::builder(apikey.clone()).endpoint(endpoint.clone());
    source = match bound.to {
        ServiceScope::Space(id) => source.space(id),
        ServiceScope::Project(id) => source.project(id),
    };
    if let Some((id, secret)) = client {
        source = source.client(id, secret.clone());
    }
    if let Some(id) = bound.service_id {
        source = source.service_id(id);
    }
    if let Some(role) = bound.role {
        source = source.minimum_role(role);
    }
    if let Some(url) = &target.url {
        source = source.wml_url(url);
    }
    if let Some(url) = &target.platform_url {
        source = source.platform_url(url);
    }
    source.build(transport).map(Way::fetched)
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
