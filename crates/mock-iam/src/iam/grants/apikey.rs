//! An API key for a token: the grant that everybody uses.

use super::{Asked, account};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::Login;

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:apikey";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    asked.params.required("apikey")?;
    let now = cloud.clock.now();
    let mut world = cloud.world();
    let value = asked.params.spellings("apikey").find(|value| world.api_key(value).is_some());
    let key = value
        .and_then(|value| world.known_api_key(&value, now))
        .ok_or_else(|| OidcError::new("BXNIM0415E"))?;
    // No public source has a code for a key past its date; others report it as disabled.
    if !key.is_usable(now) {
        return Err(OidcError::new("BXNIM0462E"));
    }
    let (id, iam_id) = (key.id.clone(), key.iam_id.clone());
    account(&world, asked.params, "BXNIM0413E")?;
    world.activity.note(&id, now);
    let identity = world.identity(&iam_id).ok_or_else(|| OidcError::new("BXNIM0410E"))?;
    Ok(Login::with_secret(identity, NAME))
}
