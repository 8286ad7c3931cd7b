//! A token for that of a trusted profile, which lives no longer than the first; or a refresh token for one.

use super::{Asked, profile, session, source, untrusted};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::{Authn, Login};

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:assume";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    let by_session =
        asked.params.find("access_token").is_none() && asked.params.find("refresh_token").is_some();
    if !by_session {
        asked.params.required("access_token")?;
    }
    let by_name = asked.params.find("profile_id").or(asked.params.find("profile_crn")).is_none();
    if by_name && asked.params.find("profile_name").is_some() {
        asked.params.required("account")?;
    }
    let profile = profile(&cloud.world(), asked.params)?.clone();
    let (iam_id, login) =
        if by_session { by_refresh_token(cloud, asked)? } else { by_access_token(cloud, asked)? };
    if !profile.trusts(&iam_id) {
        return Err(untrusted());
    }
    Ok(Login { identity: profile.identity(), ..login })
}

/// Whoever assumes the profile, and the rest of the login.
type Source = (String, Login);

fn by_access_token(cloud: &Cloud, asked: &Asked<'_>) -> Result<Source, OidcError> {
    let source = source(cloud, asked.params.required("access_token")?)?;
    let identity = cloud.world().identity(&source.iam_id).ok_or_else(|| OidcError::new("BXNIM0410E"))?;
    let login = Login {
        identity,
        grant_type: NAME,
        authn: Some(source.authn),
        acr: source.acr,
        amr: source.amr,
        not_after: Some(source.exp),
        refreshable: false,
    };
    Ok((source.iam_id, login))
}

fn by_refresh_token(cloud: &Cloud, asked: &Asked<'_>) -> Result<Source, OidcError> {
    let login = session(cloud, asked, false)?;
    if login.identity.sub_type == Some("ServiceId") {
        return Err(OidcError::new("BXNIM0453E"));
    }
    let iam_id = login.identity.iam_id.clone();
    let authn = login.authn.or_else(|| Some(Authn::of(&login.identity)));
    Ok((iam_id, Login { authn, grant_type: NAME, refreshable: false, ..login }))
}
