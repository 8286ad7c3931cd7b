//! From a login to the provider that does it.

mod given;
mod iam;
mod platforms;

use std::sync::Arc;

use wml_auth_basic::NoAuth;
use wml_auth_core::{AuthError, Credentials, TokenSource, Transport};
use wml_auth_engine::Engine;

use crate::Target;
use crate::login::{IamKey, Login, McspInterface, Token};
use crate::without_checks::WithoutChecks;

/// What a login is made of.
enum Way {
    /// Tokens are fetched, and the engine keeps them fresh.
    Fetched(Arc<dyn TokenSource>),
    /// What is given goes on every request.
    Given(Credentials),
}

impl Login {
    /// The name under which the provider of this login is known, and by which its tokens say where they came from.
    pub(crate) fn provider_name(&self) -> &'static str {
        match self {
            Self::Iam { key: IamKey::ApiKey(_), .. } => "iam-apikey",
            Self::Iam { key: IamKey::RefreshToken(_), .. } => "refresh-token",
            Self::ServiceLevel { .. } => "service-level",
            Self::TrustedProfile { .. } => "trusted-profile",
            Self::Container { .. } => "container",
            Self::Vpc { .. } => "vpc",
            Self::Cp4d { .. } => "cp4d",
            Self::Cp4dService { .. } => "cp4d-service",
            Self::Cp4dServiceInstance { .. } => "cp4d-service-instance",
            Self::Zen(_) => "zen-api-key",
            Self::Mcsp { interface: McspInterface::First, .. } => "mcsp",
            Self::Mcsp { interface: McspInterface::Scoped { .. }, .. } => "mcspv2",
            Self::Mcsp { interface: McspInterface::Unscoped, .. } => "mcsp-unscoped",
            Self::LegacyWml { .. } => "legacy-wml",
            Self::Bearer(Token::Value(_)) => "bearer",
            Self::Bearer(Token::File(_)) => "token-file",
            Self::Bearer(Token::Command(_)) => "token-command",
            Self::Basic { is_api_key: true, .. } => "apikey-on-request",
            Self::Basic { is_api_key: false, .. } => "basic",
            Self::NoAuth => "none",
            Self::Unchecked(inner) => inner.provider_name(),
        }
    }

    /// Builds the provider. Nothing is sent before the first request for an authorization.
    pub(crate) fn credentials(
        &self,
        target: &Target,
        transport: Arc<dyn Transport>,
    ) -> Result<Credentials, AuthError> {
        Ok(match self.way(target, transport)? {
            Way::Fetched(source) => Credentials::new(Engine::new(source)),
            Way::Given(credentials) => credentials,
        })
    }

    fn way(&self, target: &Target, transport: Arc<dyn Transport>) -> Result<Way, AuthError> {
        match self {
            Self::Unchecked(inner) => inner.way(target, Arc::new(WithoutChecks(transport))),
            Self::Iam { key, exchange, scope, account_id } => {
                iam::exchanged(key, exchange, scope.as_deref(), account_id.as_deref(), transport)
            }
            Self::ServiceLevel { apikey, exchange, bound_to, service_id, minimum_role } => {
                let bound =
                    iam::Bound { to: bound_to, service_id: service_id.as_deref(), role: *minimum_role };
                iam::service_level(apikey, exchange, &bound, target, transport)
            }
            Self::TrustedProfile { source, profile, endpoint } => {
                let source = source.way(target, Arc::clone(&transport))?;
                iam::trusted_profile(source, profile, endpoint, transport)
            }
            Self::Container { token_file, profile, exchange, scope } => {
                iam::container(token_file.as_deref(), profile, exchange, scope.as_deref(), transport)
            }
            Self::Cp4d { url, username, proof, account_id } => {
                platforms::cp4d(url, username, proof, account_id.as_deref(), transport)
            }
            Self::Cp4dService { url, broker, user } => platforms::cp4d_service(url, broker, user, transport),
            Self::Cp4dServiceInstance { url, username, apikey, instance_id } => {
                platforms::cp4d_service_instance(url, username, apikey, instance_id, transport)
            }
            Self::Mcsp { apikey, url, interface } => platforms::mcsp(apikey, url, interface, transport),
            Self::LegacyWml { url, username, password, instance_id } => {
                platforms::legacy_wml(url, username, password, instance_id.as_deref(), transport)
            }
            Self::Zen(key) => given::zen(key),
            Self::NoAuth => Ok(Way::Given(Credentials::new(NoAuth))),
            Self::Bearer(token) => given::bearer(token),
            Self::Basic { username, secret, is_api_key: true } => given::api_key(username.as_deref(), secret),
            Self::Basic { username, secret, is_api_key: false } => {
                given::basic(username.as_deref().unwrap_or_default(), secret)
            }
            later => Err(AuthError::misconfigured(format!(
                "the provider {} is not supported yet",
                later.provider_name()
            ))),
        }
    }
}

impl Way {
    fn fetched(source: impl TokenSource + 'static) -> Self {
        Self::Fetched(Arc::new(source))
    }
}
