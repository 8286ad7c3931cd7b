//! Providers of what is given.

use async_trait::async_trait;
use wml_auth_basic::Basic;
use wml_auth_bearer::{StaticBearer, TokenCommand, TokenFile};
use wml_auth_core::{
    AccessToken, AuthError, AuthProvider, AuthRequest, Authorization, Credentials, Identity, Scheme, Secret,
};
use wml_auth_cp4d::ZenApiKey;
use wml_auth_iam_apikey::ApiKeyOnRequest;

use super::Way;
use crate::login::{Token, ZenKey};

pub(super) fn bearer(token: &Token) -> Result<Way, AuthError> {
    Ok(match token {
        Token::Value(token) => Way::Given(Credentials::new(StaticBearer::new(token.clone())?)),
        Token::File(path) => Way::fetched(TokenFile::new(path)),
        Token::Command(argv) => Way::fetched(TokenCommand::new(argv.iter().cloned())?),
    })
}

pub(super) fn api_key(username: Option<&str>, key: &Secret) -> Result<Way, AuthError> {
    let provider = ApiKeyOnRequest::new(key.clone())?;
    Ok(Way::Given(Credentials::new(match username {
        Some(name) => provider.with_username(name)?,
        None => provider,
    })))
}

pub(super) fn basic(username: &str, password: &Secret) -> Result<Way, AuthError> {
    Ok(Way::Given(Credentials::new(Basic::new(username, password)?)))
}
pub(super) fn zen(key: &ZenKey) -> Result<Way, AuthError> {
    Ok(Way::Given(match key {
        ZenKey::Pair { username, apikey } => Credentials::new(ZenApiKey::new(username, apikey.clone())?),
        ZenKey::Encoded(encoded) => Credentials::new(EncodedZenKey::new(encoded)?),
    }))
}

/// User and key of Cloud Pak for Data, as somebody else joined and encoded them.
struct EncodedZenKey(Authorization);

impl EncodedZenKey {
    fn new(encoded: &Secret) -> Result<Self, AuthError> {
        let token = AccessToken::new(encoded.clone()).with_scheme(Scheme::ZenApiKey);
        let authorization = Authorization::from_token(&token)
            .map_err(|fault| AuthError::misconfigured(format!("the encoded key cannot be sent: {fault}")))?;
        let identity = Identity::new("zen-api-key", "", &[("encoded", encoded.expose())]);
        Ok(Self(authorization.with_identity(identity)))
    }
}

#[async_trait]
impl AuthProvider for EncodedZenKey {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        Ok(self.0.clone())
    }

    fn ready(&self, _: &AuthRequest) -> Option<Authorization> {
        Some(self.0.clone())
    }
}
