//! Logins that ask nobody: what is given goes on the request.

use super::{Login, Token, ZenKey, missing, required_secret, required_text};
use crate::values::Values;
use crate::{AuthType, ConfigError, Key};

/// `bearer`.
pub(super) fn bearer(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    if let Some(token) = values.secret(Key::BearerToken)? {
        return Ok(Login::Bearer(Token::Value(token)));
    }
    if let Some(path) = values.path(Key::BearerTokenFile) {
        return Ok(Login::Bearer(Token::File(path)));
    }
    match values.command(Key::BearerTokenCommand) {
        Some(argv) => Ok(Login::Bearer(Token::Command(argv))),
        None => {
            Err(missing(AuthType::Bearer, values, "bearer_token, bearer_token_file or bearer_token_command"))
        }
    }
}

/// `basic`.
pub(super) fn basic(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    let has_password = values.entry(Key::Password).is_some();
    let key = if has_password { Key::Password } else { Key::ApiKey };
    let Some(secret) = values.secret(key)? else {
        return Err(missing(AuthType::Basic, values, "username and password, or apikey"));
    };
    let username = values.text(Key::Username)?;
    if has_password && username.is_none() {
        return Err(missing(AuthType::Basic, values, "username with the password"));
    }
    Ok(Login::Basic { username, secret, is_api_key: !has_password })
}

/// `zen`.
pub(super) fn zen(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    if let Some(encoded) = values.secret(Key::ZenApiKey)? {
        return Ok(Login::Zen(ZenKey::Encoded(encoded)));
    }
    if values.entry(Key::ApiKey).is_none() {
        return Err(missing(AuthType::Zen, values, "zen_api_key, or username and apikey"));
    }
    let apikey = required_secret(AuthType::Zen, values, Key::ApiKey)?;
    let username = required_text(AuthType::Zen, values, Key::Username)?;
    Ok(Login::Zen(ZenKey::Pair { username, apikey }))
}
