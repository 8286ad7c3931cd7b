//! From a login to the provider that does it.

use std::sync::Arc;

use async_trait::async_trait;
use wml_auth_bearer::{StaticBearer, TokenCommand, TokenFile};
use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Authorization, Credentials, Identity, Secret, TokenSource,
    Transport,
};
use wml_auth_engine::Engine;
use wml_auth_iam::Endpoint;
use wml_auth_iam_apikey::{ApiKeyOnRequest, IamApiKey};
use wml_auth_service_level::ServiceLevel;

use crate::login::{Exchange, Login, ServiceScope, Token};
use crate::reloading_key::ReloadingKey;
use crate::{KeyPlace, Target};

impl Login {
    /// The name under which the provider of this login is known, and by which its tokens say where they came from.
    pub(crate) fn provider_name(&self) -> &'static str {
        match self {
            Self::Iam { .. } => "iam-apikey",
            Self::ServiceLevel { .. } => "service-level",
            Self::Bearer(Token::Value(_)) => "bearer",
            Self::Bearer(Token::File(_)) => "token-file",
            Self::Bearer(Token::Command(_)) => "token-command",
            Self::Basic { is_api_key: true, .. } => "apikey-on-request",
            Self::Basic { is_api_key: false, .. } => "basic",
        }
    }

    /// Where its API key is exchanged for tokens, if it is.
    pub(crate) fn key_exchange(&self) -> Option<&Exchange> {
        match self {
            Self::Iam { exchange, .. } | Self::ServiceLevel { exchange, .. } => Some(exchange),
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
        match self {
            Self::Iam { apikey, exchange, scope, account_id } => {
                let (exchange, scope, account_id) = (exchange.clone(), scope.clone(), account_id.clone());
                keyed(apikey, place, move |key| {
                    let mut source = IamApiKey::builder(key).endpoint(exchange.endpoint()?);
                    if let Some((id, secret)) = &exchange.client {
                        source = source.client(id, secret.clone());
                    }
                    if let Some(scope) = &scope {
                        source = source.scope(scope);
                    }
                    if let Some(account) = &account_id {
                        source = source.account(account);
                    }
                    source.build(Arc::clone(&transport))
                })
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
                let (exchange, bound_to, target) = (exchange.clone(), bound_to.clone(), target.clone());
                let (service_id, minimum_role) = (service_id.clone(), *minimum_role);
                keyed(apikey, place, move |key| {
                    let mut source = ServiceLevel::builder(key).endpoint(exchange.endpoint()?);
                    source = match &bound_to {
                        ServiceScope::Space(id) => source.space(id),
                        ServiceScope::Project(id) => source.project(id),
                    };
                    if let Some((id, secret)) = &exchange.client {
                        source = source.client(id, secret.clone());
                    }
                    if let Some(id) = &service_id {
                        source = source.service_id(id);
                    }
                    if let Some(role) = minimum_role {
                        source = source.minimum_role(role);
                    }
                    if let Some(url) = &target.url {
                        source = source.wml_url(url);
                    }
                    if let Some(url) = &target.platform_url {
                        source = source.platform_url(url);
                    }
                    source.build(Arc::clone(&transport))
                })
            }
            Self::Bearer(Token::Value(token)) => Ok(Credentials::new(StaticBearer::new(token.clone())?)),
            Self::Bearer(Token::File(path)) => Ok(refreshed(TokenFile::new(path))),
            Self::Bearer(Token::Command(argv)) => Ok(refreshed(TokenCommand::new(argv.iter().cloned())?)),
        }
    }
}

/// A source that logs in with an API key. Where the key stands in a file, a new one there is picked up.
fn keyed<S: TokenSource + 'static>(
    apikey: &Secret,
    place: Option<&KeyPlace>,
    make: impl Fn(Secret) -> Result<S, AuthError> + Send + Sync + 'static,
) -> Result<Credentials, AuthError> {
    match place {
        Some(place) => Ok(refreshed(ReloadingKey::new(apikey.clone(), place.clone(), make)?)),
        None => Ok(refreshed(make(apikey.clone())?)),
    }
}

/// A source behind the engine, which keeps its token fresh.
fn refreshed(source: impl TokenSource + 'static) -> Credentials {
    Credentials::new(Engine::new(source))
}

impl Exchange {
    pub(crate) fn endpoint(&self) -> Result<Endpoint, AuthError> {
        self.auth_url.as_deref().map_or_else(|| Ok(Endpoint::public()), Endpoint::parse)
    }
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
