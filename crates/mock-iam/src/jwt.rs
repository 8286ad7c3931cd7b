//! Signed tokens, whoever issues them: how long they live, and whether one is still good.

use std::io;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer::TokenAnswer;
use crate::cloud::Cloud;

/// When a token begins and ends, in seconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Life {
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

impl Life {
    /// A life from now on, of the cloud's usual length unless the terms say otherwise.
    pub(crate) fn new(cloud: &Cloud, terms: &TokenAnswer) -> Self {
        Self::lasting(cloud, terms, cloud.token_lifetime)
    }

    /// A life from now on, of this length unless the terms say otherwise.
    pub(crate) fn lasting(cloud: &Cloud, terms: &TokenAnswer, usual: Duration) -> Self {
        let iat = cloud.clock.token_time().as_second().saturating_add(terms.issued);
        let lifetime = terms.lifetime.unwrap_or(usual).as_secs();
        Self { iat, exp: iat.saturating_add(i64::try_from(lifetime).unwrap_or(i64::MAX)) }
    }

    /// The same, but not beyond this moment.
    pub(crate) fn until(self, end: Option<i64>) -> Self {
        Self { exp: end.map_or(self.exp, |end| self.exp.min(end)), ..self }
    }

    /// What an answer says of it in `expires_in`.
    pub(crate) fn expires_in(self, terms: &TokenAnswer) -> i64 {
        terms.expires_in.unwrap_or(self.exp.saturating_sub(self.iat))
    }

    /// What an answer says of it in `expiration`.
    pub(crate) fn expiration(self, terms: &TokenAnswer) -> i64 {
        terms.expiration.unwrap_or(self.exp)
    }
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Not ours: garbage, another signature, another account, revoked.
    NotValid,
    Expired,
}

/// A token with these claims, on these terms.
pub(crate) fn sign(cloud: &Cloud, claims: &impl Serialize, terms: &TokenAnswer) -> io::Result<String> {
    let kid = terms.kid.as_deref();
    match terms.without.as_slice() {
        [] => cloud.signer.sign(claims, kid),
        without => {
            let mut rest = serde_json::to_value(claims)?;
            if let Some(members) = rest.as_object_mut() {
                members.retain(|name, _| !without.contains(name));
            }
            cloud.signer.sign(&rest, kid)
        }
    }
}

/// The claims of a token that is good now: signed by us, in time, not revoked, and with all that such claims have.
pub(crate) fn read<C: DeserializeOwned>(cloud: &Cloud, token: &str) -> Result<C, Refused> {
    let claims: Value = cloud.signer.verify(token).ok_or(Refused::NotValid)?;
    let end = claims.get("exp").and_then(Value::as_i64).ok_or(Refused::NotValid)?;
    let claims = serde_json::from_value(claims).map_err(|_| Refused::NotValid)?;
    if cloud.world().revoked.contains(token) {
        return Err(Refused::NotValid);
    }
    if end <= cloud.clock.token_time().as_second() {
        return Err(Refused::Expired);
    }
    Ok(claims)
}
