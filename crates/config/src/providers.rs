//! From a login to the provider that does it.

use std::sync::Arc;

use async_trait::async_trait;
use wml_auth_bearer::{StaticBearer, TokenCommand, TokenFile};
use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Authorization, Credentials, Identity, Secret, TokenSource,
    Transport,
};
use wml_auth_engine::Engine;
use wml_auth_iam_apikey::{ApiKeyOnRequest, IamApiKey};
use wml_auth_service_level::ServiceLevel;

use crate::Target;
use crate::login::{IamKey, Login, ServiceScope, Token};
use crate::without_checks::WithoutChecks;

impl Login {
    /// The name under which the provider of this login is known, and by which its tokens say where they came from.
    pub(crate) fn provider_name(&self) -> &'static str {
        match self {
            Self::Iam { key: IamKey::ApiKey(_), .. } => "iam-apikey",
            Self::Unchecked(inner) => inner.provider_name(),
            Self::ServiceLevel { .. } => "service-level",
            Self::Bearer(Token::Value(_)) => "bearer",
            Self::Bearer(Token::File(_)) => "token-file",
            Self::Bearer(Token::Command(_)) => "token-command",
            Self::Iam { key: IamKey::RefreshToken(_), .. } => "refresh-token",
            Self::TrustedProfile { .. } => "trusted-profile",
            Self::Container { .. } => "container",
            Self::Vpc { .. } => "vpc",
            Self::Cp4d { .. } => "cp4d",
            Self::Cp4dService { .. } => "cp4d-service",
            Self::Cp4dServiceInstance { .. } => "cp4d-service-instance",
            Self::Zen(_) => "zen",
            Self::Mcsp { .. } => "mcsp",
            Self::LegacyWml { .. } => "legacy-wml",
            Self::NoAuth => "no-auth",
            Self::Basic { is_api_key: true, .. } => "apikey-on-request",
            Self::Basic { is_api_key: false, .. } => "basic",
        }
    }

    /// Builds the provider. Nothing is sent before the first request for an authorization.
    pub(crate) fn credentials(
        &self,
        target: &Target,
        transport: Arc<dyn Transport>,
    ) -> Result<Credentials, AuthError> {
        match self {
            Self::Unchecked(inner) => inner.credentials(target, Arc::new(WithoutChecks(transport))),
            Self::Iam { key: IamKey::ApiKey(apikey), exchange, scope, account_id } => {
                let mut source = IamApiKey::builder(apikey.clone()).endpoint(exchange.endpoint.clone());
                if let Some((id, secret)) = &exchange.client {
                    source = source.client(id, secret.clone());
                }
                if let Some(scope) = scope {
                    source = source.scope(scope);
                }
                if let Some(account) = account_id {
                    source = source.account(account);
                }
                Ok(refreshed(source.build(transport)?))
            }
            Self::Basic { username, secret, is_api_key: true } => {
                let provider = ApiKeyOnRequest::new(secret.clone())?;
                Ok(Credentials::new(match username {
                    Some(name) => provider.with_username(name)?,
                    None => provider,
                }))
            }
            Self::Basic { username, secret, is_api_key: false } => {
                Ok(Credentials::new(UserAndPassword::new(username.as_deref().unwrap_or_default(), secret)?))
            }
            Self::ServiceLevel { apikey, exchange, bound_to, service_id, minimum_role } => {
                let mut source = ServiceLevel::builder(apikey.clone()).endpoint(exchange.endpoint.clone());
                source = match bound_to {
                    ServiceScope::Space(id) => source.space(id),
                    ServiceScope::Project(id) => source.project(id),
                };
                if let Some((id, secret)) = &exchange.client {
                    source = source.client(id, secret.clone());
                }
                if let Some(id) = service_id {
                    source = source.service_id(id);
                }
                if let Some(role) = minimum_role {
                    source = source.minimum_role(*role);
                }
                if let Some(url) = &target.url {
                    source = source.wml_url(url);
                }
                if let Some(url) = &target.platform_url {
                    source = source.platform_url(url);
                }
                Ok(refreshed(source.build(transport)?))
            }
            Self::Bearer(Token::Value(token)) => Ok(Credentials::new(StaticBearer::new(token.clone())?)),
            Self::Bearer(Token::File(path)) => Ok(refreshed(TokenFile::new(path))),
            Self::Bearer(Token::Command(argv)) => Ok(refreshed(TokenCommand::new(argv.iter().cloned())?)),
            later => Err(AuthError::misconfigured(format!(
                "the provider {} is not supported yet",
                later.provider_name()
            ))),
        }
    }
}

/// A source behind the engine, which keeps its token fresh.
fn refreshed(source: impl TokenSource + 'static) -> Credentials {
    Credentials::new(Engine::new(source))
}

/// User and password on every request. Nothing is fetched and nothing expires.
struct UserAndPassword(Authorization);

impl UserAndPassword {
    fn new(username: &str, password: &Secret) -> Result<Self, AuthError> {
        let authorization = Authorization::basic(username, password).map_err(|_| {
            AuthError::misconfigured(
                "the user name or password is empty, or has a colon or control character in it",
            )
        })?;
        let inputs = [("username", username), ("password", password.expose())];
        Ok(Self(authorization.with_identity(Identity::new("basic", "", &inputs))))
    }
}

#[async_trait]
impl AuthProvider for UserAndPassword {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        Ok(self.0.clone())
    }

    fn ready(&self, _: &AuthRequest) -> Option<Authorization> {
        Some(self.0.clone())
    }
}
