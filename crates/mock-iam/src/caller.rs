//! Who calls an API that wants a token: a real check, not a comparison with a constant.

use serde_json::Value;

use crate::cloud::Cloud;
use crate::jwt::{self, Refused};
use crate::request::{Authorization, Request};
use crate::{cp4d, mcsp, token, wml};

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
    /// The holder of a token of IAM.
    pub(crate) fn by_token(cloud: &Cloud, request: &Request) -> Result<Self, Refusal> {
        match request.authorization() {
            None => Err(Refusal::Missing),
            Some(Authorization::Bearer(token)) => match token::verify(cloud, &token) {
                Ok(claims) => Ok(Self { iam_id: claims.iam_id }),
                Err(refused) => Err(refused.into()),
            },
            Some(_) => Err(Refusal::NotValid),
        }
    }

    /// The holder of a token of any issuer here, or of a key of Cloud Pak for Data: these do not only run on IBM Cloud.
    pub(crate) fn anywhere(cloud: &Cloud, request: &Request) -> Result<Self, Refusal> {
        match request.authorization() {
            Some(Authorization::Bearer(token)) => Ok(Self { iam_id: holder(cloud, &token)? }),
            Some(Authorization::ZenApiKey { user, key }) => {
                let mut world = cloud.world();
                let good = world.has_key(&user, &key, cloud.clock.now());
                let identity = world.identity_named(&user).filter(|_| good);
                identity.map(|identity| Self { iam_id: identity.iam_id }).ok_or(Refusal::NotValid)
            }
            _ => Self::by_token(cloud, request),
        }
    }

    /// The same, or the holder of an API key that is on the request itself as the password of user `apikey`.
    pub(crate) fn by_token_or_key(cloud: &Cloud, request: &Request) -> Result<Self, Refusal> {
        match request.authorization() {
            Some(Authorization::Basic { user, password }) if user == "apikey" => cloud
                .world()
                .known_api_key(&password, cloud.clock.now())
                .filter(|key| key.is_usable(cloud.clock.now()))
                .map(|key| Self { iam_id: key.iam_id.clone() })
                .ok_or(Refusal::NotValid),
            _ => Self::anywhere(cloud, request),
        }
    }
}

/// The `iam_id` behind a token that is good now.
fn holder(cloud: &Cloud, token: &str) -> Result<String, Refused> {
    let claims: Value = jwt::read(cloud, token)?;
    let world = cloud.world();
    let holder = match claims.get("iss").and_then(Value::as_str) {
        Some(cp4d::ISSUER) => cp4d::holder(&world, &claims),
        Some(mcsp::ISSUER) => mcsp::holder(&world, &claims),
        Some(wml::LEGACY_ISSUER) => wml::holder(&world, &claims),
        _ => token::holder(&world, &claims),
    };
    holder.ok_or(Refused::NotValid)
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotValid => Self::NotValid,
            Refused::Expired => Self::Expired,
        }
    }
}
