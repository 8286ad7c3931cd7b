//! The readable parts of a JWT.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::zeroize::Zeroizing;
use serde_json::{Map, Value};
use wml_auth_core::Secret;

/// Header and claims of a JWT as JSON, **unverified** and without the signature: what is left is of no use as a token.
///
/// It is for showing people what a token is. For what a program wants to know there is [`Claims`](crate::Claims).
///
/// ```
/// use wml_auth_core::Secret;
/// use wml_auth_iam::Jwt;
///
/// let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWJfdHlwZSI6IlNlcnZpY2VJZCIsImV4cCI6MTcwMDAwMzYwMH0.c2ln";
/// let jwt = Jwt::decode(&Secret::from(token)).unwrap();
/// assert_eq!(jwt.header, r#"{"alg":"RS256"}"#);
/// assert_eq!(jwt.claims, r#"{"exp":1700003600,"sub_type":"ServiceId"}"#);
/// assert!(Jwt::decode(&Secret::from("opaque")).is_none());
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Jwt {
    /// The header, a JSON object on one line, without control characters.
    pub header: String,
    /// The claims, likewise. They name a person, where the token is a person's.
    pub claims: String,
}

impl Jwt {
    /// Reads a JWT. `None` for anything else: it has to be three parts, the first two of them JSON objects in
    /// base64url without padding.
    pub fn decode(token: &Secret) -> Option<Self> {
        let (header, claims) = objects(token)?;
        Some(Self { header: written(header), claims: written(claims) })
    }
}

/// Says nothing of what is in it.
impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt").finish_non_exhaustive()
    }
}

/// On one line. JSON need not escape the control characters beyond ASCII, and a terminal obeys them.
fn written(members: Map<String, Value>) -> String {
    let text = Value::Object(members).to_string();
    text.chars().fold(String::with_capacity(text.len()), |mut text, c| {
        match c.is_control() {
            true => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => text.push(c),
        }
        text
    })
}

/// Header and claims.
pub(crate) fn objects(token: &Secret) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let mut parts = token.expose().split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some((object(header)?, object(payload)?))
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(part).ok()?);
    match serde_json::from_slice(&bytes).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_no_token_and_cannot_move_a_cursor() {
        let payload = BASE64_URL_SAFE_NO_PAD.encode("{\"name\":\"a\\u001b[2Jb\\n\\u009b2J\"}");
        let jwt = Jwt::decode(&Secret::new(format!("e30.{payload}.c2lnbmF0dXJl"))).unwrap();
        assert_eq!((jwt.header.as_str(), jwt.claims.as_str()), ("{}", r#"{"name":"a\u001b[2Jb\n\u009b2J"}"#));
        assert!(!format!("{jwt:?}").contains("name"));
    }
}
