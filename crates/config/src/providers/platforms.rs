//! Providers of the tokens of platforms beside IBM Cloud.

use std::sync::Arc;

use wml_auth_core::{AuthError, Secret, Transport};
use wml_auth_cp4d::{Cp4d, Cp4dBedrock, Cp4dService, Cp4dServiceInstance};
use wml_auth_legacy_wml::{LegacyWml, WithInstanceId};
use wml_auth_mcsp::{Mcsp, ScopeCollection};

use super::Way;
use crate::login::{BrokerUser, McspInterface, Proof};

pub(super) fn mcsp(
    apikey: &Secret,
    url: &str,
    interface: &McspInterface,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let key = apikey.clone();
    let source = match interface {
        McspInterface::First => Mcsp::v1(key).url(url).build(transport),
        McspInterface::Unscoped => Mcsp::unscoped(key).url(url).build(transport),
        McspInterface::Scoped {
            collection,
            id,
            builtin_actions,
            custom_actions,
            roles,
            prefix_roles,
            claim,
        } => {
            let mut builder = Mcsp::v2(key, ScopeCollection::of(collection, id))
                .url(url)
                .include_builtin_actions(builtin_actions.unwrap_or(false))
                .include_custom_actions(custom_actions.unwrap_or(false))
                .include_roles(roles.unwrap_or(true))
                .prefix_roles(prefix_roles.unwrap_or(false));
            if let Some(claim) = claim {
                builder = builder.caller_ext_claim(claim);
            }
            builder.build(transport)
        }
    };
    source.map(Way::fetched)
}

pub(super) fn legacy_wml(
    url: &str,
    username: &str,
    password: &Secret,
    instance_id: Option<&str>,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut builder = LegacyWml::builder(url, username, password.clone());
    if let Some(id) = instance_id {
        builder = builder.instance_id(id);
    }
    builder.build(transport).map(Way::fetched)
}

/// What is given cannot be named an instance: a login of IAM always fetches.
pub(super) fn of_instance(iam: Way, instance_id: &str) -> Result<Way, AuthError> {
    match iam {
        Way::Fetched(source) => WithInstanceId::new(source, instance_id).map(Way::fetched),
        Way::Given(_) => Err(AuthError::internal("a login of IAM fetches no tokens")),
    }
}

pub(super) fn cp4d(
    url: &str,
    username: &str,
    proof: &Proof,
    account: Option<&str>,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut builder = Cp4d::builder(url, username);
    builder = match proof {
        Proof::Password(password) => builder.password(password.clone()),
        Proof::ApiKey(key) => builder.api_key(key.clone()),
    };
    if let Some(account) = account {
        builder = builder.account(account);
    }
    builder.build(transport).map(Way::fetched)
}

pub(super) fn cp4d_bedrock(
    url: &str,
    bedrock_url: &str,
    username: &str,
    password: &Secret,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    Cp4dBedrock::builder(url, bedrock_url, username, password.clone()).build(transport).map(Way::fetched)
}

pub(super) fn cp4d_service(
    url: &str,
    broker: &Secret,
    user: &BrokerUser,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    let mut builder = Cp4dService::builder(url, broker.clone());
    if let Some(name) = &user.username {
        builder = builder.username(name);
    }
    if let Some(id) = &user.uid {
        builder = builder.uid(id);
    }
    if let Some(name) = &user.display_name {
        builder = builder.display_name(name);
    }
    if let Some(permissions) = &user.permissions {
        builder = builder.permissions(permissions);
    }
    if let Some(time) = user.expiration_time {
        builder = builder.expiration_time(time);
    }
    builder.build(transport).map(Way::fetched)
}

pub(super) fn cp4d_service_instance(
    url: &str,
    username: &str,
    apikey: &Secret,
    instance_id: &str,
    transport: Arc<dyn Transport>,
) -> Result<Way, AuthError> {
    Cp4dServiceInstance::new(url, instance_id, username, apikey.clone(), transport).map(Way::fetched)
}
