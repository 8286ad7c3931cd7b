//! From a login to the provider that does it.

mod given;
mod iam;
mod platforms;

use std::sync::Arc;

use wml_auth_basic::NoAuth;
use wml_auth_core::{AuthError, Credentials, TokenSource, Transport};
use wml_auth_engine::Engine;

use crate::login::{Exchange, IamKey, Login, McspInterface, Token};
use crate::without_checks::WithoutChecks;
use crate::{KeyPlace, Target};

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
            Self::Iam { key: IamKey::RefreshToken(..), .. } => "refresh-token",
            Self::ServiceLevel { .. } => "service-level",
            Self::TrustedProfile { .. } => "trusted-profile",
            Self::Container { .. } => "container",
            Self::Vpc { .. } => "vpc",
            Self::Cp4d { .. } => "cp4d",
            Self::Cp4dBedrock { .. } => "cp4d-bedrock",
            Self::Cp4dService { .. } => "cp4d-service",
            Self::Cp4dServiceInstance { .. } => "cp4d-service-instance",
            Self::Zen(_) => "zen-api-key",
            Self::Mcsp { interface: McspInterface::First, .. } => "mcsp",
            Self::Mcsp { interface: McspInterface::Scoped { .. }, .. } => "mcspv2",
            Self::Mcsp { interface: McspInterface::Unscoped, .. } => "mcsp-unscoped",
            Self::LegacyWml { .. } => "legacy-wml",
            Self::OfInstance { .. } => "with-instance-id",
            Self::Bearer(Token::Value(_)) => "bearer",
            Self::Bearer(Token::File(_)) => "token-file",
            Self::Bearer(Token::Command(_)) => "token-command",
            Self::Basic { is_api_key: true, .. } => "apikey-on-request",
            Self::Basic { is_api_key: false, .. } => "basic",
            Self::NoAuth => "none",
            Self::Unchecked(inner) => inner.provider_name(),
        }
    }

    /// Where its API key is exchanged for tokens, if it is.
    pub(crate) fn key_exchange(&self) -> Option<&Exchange> {
        match self {
            Self::Iam { key: IamKey::ApiKey(_), exchange, .. } | Self::ServiceLevel { exchange, .. } => {
                Some(exchange)
            }
            Self::Unchecked(inner) | Self::OfInstance { iam: inner, .. } => inner.key_exchange(),
            _ => None,
        }
    }

    /// Builds the provider. Nothing is sent before the first request for an authorization. `place` is where the API key
    /// can be read again.
    pub(crate) fn credentials(
        &self,
        target: &Target,
        transport: Arc<dyn Transport>,
        place: Option<&KeyPlace>,
    ) -> Result<Credentials, AuthError> {
        Ok(match self.way(target, transport, place)? {
            Way::Fetched(source) => Credentials::new(Engine::new(source)),
            Way::Given(credentials) => credentials,
        })
    }

    fn way(
        &self,
        target: &Target,
        transport: Arc<dyn Transport>,
        place: Option<&KeyPlace>,
    ) -> Result<Way, AuthError> {
        match self {
            Self::Unchecked(inner) => inner.way(target, Arc::new(WithoutChecks(transport)), place),
            Self::Iam { key: IamKey::ApiKey(key), exchange, scope, account_id } => {
                let asked = iam::Asked { scope: scope.clone(), account: account_id.clone() };
                iam::api_key(key, place, exchange.clone(), asked, transport)
            }
            Self::Iam { key: IamKey::RefreshToken(token, place), exchange, scope, account_id } => {
                let asked = iam::Asked { scope: scope.clone(), account: account_id.clone() };
                iam::refresh_token(token, place, exchange, &asked, transport)
            }
            Self::ServiceLevel { apikey, exchange, bound_to, service_id, minimum_role } => {
                let bound = iam::Bound {
                    to: bound_to.clone(),
                    service_id: service_id.clone(),
                    role: *minimum_role,
                    target: target.clone(),
                };
                iam::service_level(apikey, place, exchange.clone(), bound, transport)
            }
            Self::TrustedProfile { source, profile, endpoint } => {
                let source = source.way(target, Arc::clone(&transport), None)?;
                iam::trusted_profile(source, profile, endpoint, transport)
            }
            Self::Container { token_file, profile, exchange, scope } => {
                iam::container(token_file.as_deref(), profile, exchange, scope.as_deref(), transport)
            }
            Self::Vpc { profile, version, url } => {
                iam::vpc(url.as_deref(), version.as_deref(), profile, transport)
            }
            Self::Cp4d { url, username, proof, account_id } => {
                platforms::cp4d(url, username, proof, account_id.as_deref(), transport)
            }
            Self::Cp4dBedrock { url, bedrock_url, username, password } => {
                platforms::cp4d_bedrock(url, bedrock_url, username, password, transport)
            }
            Self::Cp4dService { url, broker, user } => platforms::cp4d_service(url, broker, user, transport),
            Self::Cp4dServiceInstance { url, username, apikey, instance_id } => {
                platforms::cp4d_service_instance(url, username, apikey, instance_id, transport)
            }
            Self::Mcsp { apikey, url, interface } => platforms::mcsp(apikey, url, interface, transport),
            Self::LegacyWml { url, username, password, instance_id } => {
                platforms::legacy_wml(url, username, password, instance_id.as_deref(), transport)
            }
            Self::OfInstance { iam, instance_id } => {
                let iam = iam.way(target, transport, place)?;
                platforms::of_instance(iam, instance_id)
            }
            Self::Zen(key) => given::zen(key),
            Self::NoAuth => Ok(Way::Given(Credentials::new(NoAuth))),
            Self::Bearer(token) => given::bearer(token),
            Self::Basic { username, secret, is_api_key: true } => given::api_key(username.as_deref(), secret),
            Self::Basic { username, secret, is_api_key: false } => {
                given::basic(username.as_deref().unwrap_or_default(), secret)
            }
        }
    }
}

impl Way {
    fn fetched(source: impl TokenSource + 'static) -> Self {
        Self::Fetched(Arc::new(source))
    }
}
