//! A refresh token for a new access token. Only the client that got it may use it.

use super::{Asked, account};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::Login;

pub(super) const NAME: &str = "refresh_token";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    account(&cloud.world(), asked.params, "BXNIM0141E")?;
    redeem(cloud, asked, false)
}

/// The new token says how the session began, not that it was refreshed.
pub(in crate::iam) fn redeem(cloud: &Cloud, asked: &Asked<'_>, delegated: bool) -> Result<Login, OidcError> {
    let token = asked.params.required("refresh_token")?;
    let mut world = cloud.world();
    let session = world
        .sessions
        .get(token)
        .filter(|session| session.client_id == asked.client.id() && session.delegated == delegated)
        .ok_or_else(|| OidcError::new("BXNIM0407E"))?;
    if session.expires <= cloud.clock.epoch_seconds() {
        world.sessions.remove(token);
        return Err(OidcError::new("BXNIM0408E"));
    }
    let login = session.login.clone();
    if world.identity(&login.identity.iam_id).is_none() {
        return Err(OidcError::new("BXNIM0410E"));
    }
    Ok(login)
}
