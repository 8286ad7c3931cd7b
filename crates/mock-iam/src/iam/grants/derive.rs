//! A token from a token: the same identity, for no longer. Of this grant only the name is public; what it takes and gives
//! is a guess.

use super::{Asked, account, source};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::Login;

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:derive";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    let token = asked.params.required("access_token")?;
    let source = source(cloud, token)?;
    let world = cloud.world();
    account(&world, asked.params, "BXNIM0141E")?;
    let identity = world.identity(&source.iam_id).ok_or_else(|| OidcError::new("BXNIM0410E"))?;
    Ok(Login {
        identity,
        grant_type: NAME,
        authn: Some(source.authn),
        acr: source.acr,
        amr: source.amr,
        not_after: Some(source.exp),
        refreshable: false,
    })
}
