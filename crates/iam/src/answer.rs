//! The JSON in which issuers hand out tokens, and which of its oddities pass.
//!
//! | in the answer | what is made of it |
//! | --- | --- |
//! | a body that is not a JSON object: HTML, an array, `null`, cut off | invalid answer |
//! | the token missing, `null`, of another type, empty, or unfit for a header (white space, control characters, beyond ASCII) | invalid answer |
//! | a member that is read here, twice | invalid answer |
//! | `token_type` missing, `null`, or `Bearer` or `jwt` in any case | accepted: the latter is what MCSP calls a bearer token |
//! | `token_type` of any other value | invalid answer |
//! | `expires_in`, `expiration` missing or `null` | not known |
//! | … a whole number, a number with a fraction (cut off), or digits in a string | accepted |
//! | … zero or negative | invalid answer |
//! | … absurdly large | passed on; a date ends with the year 9999. The engine has the last word on it |
//! | … of any other type | invalid answer |
//! | `expires_at`, as virtual servers' metadata services write it: a date by RFC 3339 | a date; the earlier stands |
//! | … anything else | not known |
//! | the token is a JWT with `exp` | a second date; the earlier stands |
//! | neither life nor date nor `exp` | invalid answer where an issuer answers; see [`read_token`] |
//! | `refresh_token`, where a [session](read_session) is asked for: missing, `null`, empty, unfit for a form (white space around it, control characters), or `not_supported` | none |
//! | … of another type than a string | invalid answer |
//! | any other member | ignored |
//!
//! No error repeats anything of the body.

mod members;

use std::time::Duration;

use serde::de::Deserializer as _;
use wml_auth_core::{AccessToken, AuthError, Secret};

pub(crate) use self::members::Text;
use self::members::{Date, Members, Whole, Within};
use crate::grant::NO_REFRESH_TOKEN;
use crate::{Claims, Session, epoch};

/// Reads a token and its life. `names` are the members that may hold the token; the first that is there is taken.
///
/// Whoever needs a life has to look for it: this accepts a token without one.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_iam::answer::read_token;
///
/// let body = br#"{"access_token":"abc","token_type":"Bearer","expires_in":3600,"scope":"ibm openid"}"#;
/// let token = read_token(body, &["access_token"])?;
/// assert_eq!(token.expires_in(), Some(Duration::from_secs(3600)));
/// assert!(read_token(b"<html>", &["access_token"]).unwrap_err().is_invalid_answer());
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// [`AuthError::is_invalid_answer`], by the table in the [module's description](self).
pub fn read_token(body: &[u8], names: &[&str]) -> Result<AccessToken, AuthError> {
    read(body, names, &[]).map(|(token, _)| token)
}

/// Reads an answer of IAM's with the refresh tokens in it.
///
/// ```
/// use wml_auth_iam::answer::read_session;
///
/// let body = br#"{"access_token":"abc","refresh_token":"not_supported","expires_in":3600}"#;
/// assert_eq!(read_session(body)?.refresh_token, None);
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// As [`read_token`]: like that, it accepts a token without a life.
pub fn read_session(body: &[u8]) -> Result<Session, AuthError> {
    let (token, rest) = read(body, &["access_token"], &["refresh_token", "delegated_refresh_token"])?;
    let mut rest = rest.into_iter().map(|text| text.filter(is_refresh_token));
    Ok(Session {
        token,
        refresh_token: rest.next().flatten(),
        delegated_refresh_token: rest.next().flatten(),
    })
}

fn is_refresh_token(text: &Secret) -> bool {
    let text = text.expose();
    text != NO_REFRESH_TOKEN
        && !text.is_empty()
        && text.trim().len() == text.len()
        && !text.chars().any(char::is_control)
}

/// A token under one of `names`, and the strings that are called as in `besides`.
fn read(
    body: &[u8],
    names: &[&str],
    besides: &[&str],
) -> Result<(AccessToken, Vec<Option<Secret>>), AuthError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let mut members = deserializer
        .deserialize_map(Members { names: &[names, besides].concat() })
        .and_then(|members| deserializer.end().map(|()| members))
        .map_err(|fault| not_readable(body, &fault))?;
    let besides = members.texts.split_off(names.len().min(members.texts.len()));
    let token = members
        .texts
        .into_iter()
        .flatten()
        .next()
        .ok_or_else(|| AuthError::invalid_answer("the answer holds no token"))?;
    token.header_text().map_err(|fault| {
        AuthError::invalid_answer(format!("the token in the answer cannot be used: {fault}"))
    })?;
    if members
        .token_type
        .is_some_and(|kind| !["bearer", "jwt"].iter().any(|known| kind.eq_ignore_ascii_case(known)))
    {
        return Err(AuthError::invalid_answer("the token in the answer is not a bearer token"));
    }
    let positive = |number: Option<Whole>, what: &str| match number {
        Some(Whole(seconds)) if seconds <= 0 => {
            Err(AuthError::invalid_answer(format!("the answer's {what} is not a time to come")))
        }
        number => Ok(number),
    };
    let expires_at = Claims::decode(&token).and_then(|claims| claims.expires_at);
    let mut answer = AccessToken::new(token);
    if let Some(Whole(seconds)) = positive(members.expires_in, "expires_in")? {
        answer = answer.with_expires_in(Duration::from_secs(seconds.unsigned_abs()));
    }
    if let Some(Whole(seconds)) = positive(members.expiration, "expiration")? {
        answer = answer.with_expires_at(epoch::date(seconds));
    }
    if let Some(Date(date)) = members.expires_at {
        answer = answer.with_expires_at(date);
    }
    if let Some(date) = expires_at {
        answer = answer.with_expires_at(date);
    }
    Ok((answer, besides))
}

/// Reads them from the object that is the member `outer` of the body, as [`read_token`] does.
///
/// ```
/// use wml_auth_iam::answer::read_token_within;
///
/// let token = read_token_within("data", br#"{"data":{"token":"abc","expires_in":60}}"#, &["token"])?;
/// assert_eq!(token.secret().expose(), "abc");
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// As [`read_token`]; also when `outer` is not there, or is there twice.
pub fn read_token_within(outer: &str, body: &[u8], names: &[&str]) -> Result<AccessToken, AuthError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let inner = deserializer
        .deserialize_map(Within { outer })
        .and_then(|inner| deserializer.end().map(|()| inner))
        .map_err(|fault| not_readable(body, &fault))?;
    read_token(inner.get().as_bytes(), names)
}

fn not_readable(body: &[u8], fault: &serde_json::Error) -> AuthError {
    if body.trim_ascii_start().first() == Some(&b'<') {
        return AuthError::invalid_answer("a web page came instead of a token")
            .with_hint("a proxy, a firewall or a login page may stand in between; check the endpoint");
    }
    // The fault's own text may repeat a value.
    AuthError::invalid_answer(match fault.classify() {
        serde_json::error::Category::Data => "the answer's JSON is not that of a token",
        serde_json::error::Category::Eof => "the answer's JSON is cut off",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "the answer is not JSON",
    })
}

#[cfg(test)]
mod tests;
