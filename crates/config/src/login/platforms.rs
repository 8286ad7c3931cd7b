//! Logins at platforms beside IBM Cloud: Cloud Pak for Data, the Multi-Cloud SaaS Platform, and Watson Machine Learning
//! as it was before IAM.

use wml_auth_iam::regions::Protocol;

use super::{
    BrokerUser, Login, McspInterface, Proof, at_most_one, iam, issuer, missing, required_secret,
    required_text,
};
use crate::values::Values;
use crate::{AuthType, ConfigError, Key, Target, cluster};

/// `cp4d`.
pub(super) fn cp4d(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    const THIS: AuthType = AuthType::Cp4d;
    at_most_one(values, &[Key::Password, Key::ApiKey], "a user logs in by one of them: leave the other out")?;
    let username = required_text(THIS, values, Key::Username)?;
    let proof = match (values.secret(Key::Password)?, values.secret(Key::ApiKey)?) {
        (Some(password), _) => Proof::Password(password),
        (None, Some(apikey)) => Proof::ApiKey(apikey),
        (None, None) => return Err(missing(THIS, values, "password or apikey")),
    };
    let url = match values.text(Key::AuthUrl)? {
        Some(url) => url,
        None => cluster_beside(values)?,
    };
    // As in ibm-watsonx-ai, an API key is never for the foundational services.
    if let Proof::Password(password) = &proof
        && let Some(bedrock_url) = values.text(Key::BedrockUrl)?
    {
        return Ok(Login::Cp4dBedrock { url, bedrock_url, username, password: password.clone() });
    }
    Ok(Login::Cp4d { url, username, proof, account_id: values.text(Key::Cp4dAccountId)? })
}

/// The token service of the cluster whose URL stands in the same source, where that says it.
fn cluster_beside(values: &Values<'_>) -> Result<String, ConfigError> {
    if !cluster::follows_from_url(values.winner()) {
        return Err(missing(AuthType::Cp4d, values, Key::AuthUrl.name()).with_hint(
            "set it in the same source: it is the URL of the cluster with /icp4d-api behind it, for most clusters",
        ));
    }
    match values.url_beside()? {
        Some(url) => Ok(cluster::token_service(&url)),
        None => Err(missing(AuthType::Cp4d, values, "auth_url, or the url of the cluster")),
    }
}

/// `cp4dService`.
pub(super) fn cp4d_service(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    const THIS: AuthType = AuthType::Cp4dService;
    Ok(Login::Cp4dService {
        url: required_text(THIS, values, Key::AuthUrl)?,
        broker: required_secret(THIS, values, Key::ServiceBrokerSecret)?,
        user: BrokerUser {
            username: values.text(Key::Username)?,
            uid: values.text(Key::Uid)?,
            display_name: values.text(Key::DisplayName)?,
            permissions: values.text(Key::Permissions)?,
            expiration_time: values.text(Key::ExpirationTime)?.and_then(|time| time.parse().ok()),
        },
    })
}

/// `cp4dServiceInstance`.
pub(super) fn cp4d_service_instance(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    const THIS: AuthType = AuthType::Cp4dServiceInstance;
    Ok(Login::Cp4dServiceInstance {
        url: required_text(THIS, values, Key::AuthUrl)?,
        username: required_text(THIS, values, Key::Username)?,
        apikey: required_secret(THIS, values, Key::ApiKey)?,
        instance_id: required_text(THIS, values, Key::ServiceInstanceId)?,
    })
}

/// `mcsp`.
pub(super) fn mcsp(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    const THIS: AuthType = AuthType::Mcsp;
    Ok(Login::Mcsp {
        apikey: required_secret(THIS, values, Key::ApiKey)?,
        url: required_text(THIS, values, Key::AuthUrl)?,
        interface: McspInterface::First,
    })
}

/// `mcspv2`.
pub(super) fn mcsp_v2(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    const THIS: AuthType = AuthType::McspV2;
    Ok(Login::Mcsp {
        apikey: required_secret(THIS, values, Key::ApiKey)?,
        url: required_text(THIS, values, Key::AuthUrl)?,
        interface: McspInterface::Scoped {
            collection: required_text(THIS, values, Key::ScopeCollectionType)?,
            id: required_text(THIS, values, Key::ScopeId)?,
            builtin_actions: values.switch(Key::IncludeBuiltinActions)?,
            custom_actions: values.switch(Key::IncludeCustomActions)?,
            roles: values.switch(Key::IncludeRoles)?,
            prefix_roles: values.switch(Key::PrefixRoles)?,
            claim: values.text(Key::CallerExtClaim)?,
        },
    })
}

/// `aws`: the token service follows from the region, unless it is named.
pub(super) fn aws(values: &mut Values<'_>, target: &Target) -> Result<Login, ConfigError> {
    const THIS: AuthType = AuthType::Aws;
    let apikey = required_secret(THIS, values, Key::ApiKey)?;
    let wants_private = values.switch(Key::PrivateTokenUrl)? == Some(true);
    let of_region = issuer(target).filter(|issuer| issuer.protocol == Protocol::Mcsp).map(|issuer| {
        let private = issuer.private_url.filter(|_| wants_private);
        private.unwrap_or(issuer.url).to_owned()
    });
    let url = match (values.text(Key::AuthUrl)?, of_region) {
        (Some(url), _) | (None, Some(url)) => url,
        (None, None) => {
            return Err(missing(THIS, values, "auth_url, or the url of a region on AWS or in GovCloud"));
        }
    };
    Ok(Login::Mcsp { apikey, url, interface: McspInterface::Unscoped })
}

/// `legacy-wml`. The instance is its own token service, so its URL will do; but only one from the same source. Credentials
/// with an API key are for IAM instead, and the instance is named beside its tokens.
pub(super) fn legacy_wml(values: &mut Values<'_>, target: &Target) -> Result<Login, ConfigError> {
    const THIS: AuthType = AuthType::LegacyWml;
    at_most_one(values, &[Key::Password, Key::ApiKey], "leave the one out that the instance does not take")?;
    if values.entry(Key::ApiKey).is_some() {
        let instance_id = required_text(THIS, values, Key::ServiceInstanceId)?;
        return Ok(Login::OfInstance { iam: Box::new(iam::read(values, target)?), instance_id });
    }
    let username = required_text(THIS, values, Key::Username)?;
    let password = required_secret(THIS, values, Key::Password)?;
    let url = match values.text(Key::AuthUrl)? {
        Some(url) => url,
        None => values.url_beside()?.ok_or_else(|| missing(THIS, values, "auth_url, or url"))?,
    };
    Ok(Login::LegacyWml { url, username, password, instance_id: values.text(Key::ServiceInstanceId)? })
}
