//! Who calls an API that wants a token: a real check, not a comparison with a constant.

use crate::cloud::Cloud;
use crate::jwt::Refused;
use crate::request::{Authorization, Request};
use crate::token;

/// Somebody whose credential was good.
pub(crate) struct Caller {
    pub(crate) iam_id: String,
}

/// Why there is no [`Caller`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No `Authorization` at all.
    Missing,
    /// One that is not a good token or key.
    NotValid,
    /// A token of ours, too late.
    Expired,
}

impl Caller {
    /// The holder of a bearer token.
    pub(crate) fn by_token(cloud: &Cloud, request: &Request) -> Result<Self, Refusal> {
        match request.authorization() {
            None => Err(Refusal::Missing),
            Some(Authorization::Bearer(token)) => match token::verify(cloud, &token) {
                Ok(claims) => Ok(Self { iam_id: claims.iam_id }),
                Err(Refused::NotValid) => Err(Refusal::NotValid),
                Err(Refused::Expired) => Err(Refusal::Expired),
            },
            Some(_) => Err(Refusal::NotValid),
        }
    }

    /// The holder of a bearer token, or of an API key that is on the request itself as the password of user `apikey`.
    pub(crate) fn by_token_or_key(cloud: &Cloud, request: &Request) -> Result<Self, Refusal> {
        match request.authorization() {
            Some(Authorization::Basic { user, password }) if user == "apikey" => cloud
                .world()
                .known_api_key(&password, cloud.clock.now())
                .filter(|key| key.is_usable(cloud.clock.now()))
                .map(|key| Self { iam_id: key.iam_id.clone() })
                .ok_or(Refusal::NotValid),
            _ => Self::by_token(cloud, request),
        }
    }
}
