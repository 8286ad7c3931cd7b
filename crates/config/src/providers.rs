//! From a login to the provider that does it.

use std::sync::Arc;

use async_trait::async_trait;
use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Authorization, Credentials, Identity, Secret, TokenSource,
    Transport,
};
use wml_auth_engine::Engine;
use wml_auth_iam::Endpoint;
use wml_auth_iam_apikey::{ApiKeyOnRequest, IamApiKey};

use crate::login::{Exchange, Login};

impl Login {
    /// The name under which the provider of this login is known, and by which its tokens say where they came from.
    pub(crate) fn provider_name(&self) -> &'static str {
        match self {
            Self::Iam { .. } => "iam-apikey",
            Self::ServiceLevel { .. } => "service-level",
            Self::Bearer(_) => "bearer",
            Self::Basic { .. } => "basic",
        }
    }

    /// Builds the provider. Nothing is sent before the first request for an authorization.
    pub(crate) fn credentials(&self, transport: Arc<dyn Transport>) -> Result<Credentials, AuthError> {
        match self {
            Self::Iam { apikey, exchange } => Ok(refreshed(iam(apikey, exchange)?.build(transport)?)),
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
            Self::ServiceLevel { .. } | Self::Bearer(_) => {
                Err(AuthError::internal("this login is resolved, but its provider is not part of this build"))
            }
        }
    }
}

/// A source behind the engine, which keeps its token fresh.
fn refreshed(source: impl TokenSource + 'static) -> Credentials {
    Credentials::new(Engine::new(source))
}

fn endpoint(exchange: &Exchange) -> Result<Endpoint, AuthError> {
    exchange.auth_url.as_deref().map_or_else(|| Ok(Endpoint::public()), Endpoint::parse)
}

fn iam(apikey: &Secret, exchange: &Exchange) -> Result<wml_auth_iam_apikey::IamApiKeyBuilder, AuthError> {
    let mut builder = IamApiKey::builder(apikey.clone()).endpoint(endpoint(exchange)?);
    if let Some((id, secret)) = &exchange.client {
        builder = builder.client(id, secret.clone());
    }
    if let Some(scope) = &exchange.scope {
        builder = builder.scope(scope);
    }
    if let Some(account) = &exchange.account_id {
        builder = builder.account(account);
    }
    Ok(builder)
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
