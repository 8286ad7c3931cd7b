//! A token for that of a trusted profile, which lives no longer than the first.

use super::{Asked, profile, untrusted};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::jwt::Refused;
use crate::token::{self, Login};

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:assume";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    let token = asked.params.required("access_token")?;
    let by_name = asked.params.find("profile_id").or(asked.params.find("profile_crn")).is_none();
    if by_name && asked.params.find("profile_name").is_some() {
        asked.params.required("account")?;
    }
    let profile = profile(&cloud.world(), asked.params)?.clone();
    let source = token::verify(cloud, token).map_err(|refused| match refused {
        Refused::NotValid => OidcError::new("BXNIM0401E"),
        Refused::Expired => OidcError::new("BXNIM0405E"),
    })?;
    if !profile.trusts(&source.iam_id) {
        return Err(untrusted());
    }
    Ok(Login {
        identity: profile.identity(),
        grant_type: NAME.to_owned(),
        authn: source.authn,
        acr: source.acr,
        amr: source.amr,
        not_after: Some(source.exp),
        refreshable: false,
    })
}
