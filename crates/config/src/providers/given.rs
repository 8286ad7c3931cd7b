//! Providers of what is given.

use async_trait::async_trait;
use wml_auth_bearer::{StaticBearer, TokenCommand, TokenFile};
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, Credentials, Identity, Secret};
use wml_auth_iam_apikey::ApiKeyOnRequest;

use super::Way;
use crate::login::Token;

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
    Ok(Way::Given(Credentials::new(UserAndPassword::new(username, password)?)))
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
