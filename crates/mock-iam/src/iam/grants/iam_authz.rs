//! One service acts for another: the token of a service that is authorized, for one that names the service it shall act
//! as by its CRN.

use super::{Asked, source};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::Login;
use crate::world::identity::Identity;

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:iam-authz";

/// Such tokens live half as long as others.
const LIFETIME: i64 = 1800;

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    let token = asked.params.required("access_token")?;
    let desired = asked.params.required("desired_iam_id")?;
    let crn = desired
        .strip_prefix("crn-")
        .filter(|crn| crn.starts_with("crn:") && crn.split(':').count() == 10)
        .ok_or_else(|| OidcError::new("BXNIM0113E"))?;
    let source = source(cloud, token)?;
    // Only services act for services.
    if !matches!(source.sub_type.as_deref(), Some("ServiceId" | "CRN")) {
        return Err(OidcError::new("BXNIM0513E"));
    }
    let identity = Identity {
        iam_id: desired.to_owned(),
        realm: "crn",
        identifier: crn.to_owned(),
        name: crn.to_owned(),
        person: None,
        sub: crn.to_owned(),
        sub_type: Some("CRN"),
    };
    Ok(Login {
        authn: None,
        identity,
        grant_type: NAME,
        acr: Some(0),
        amr: Some(Vec::new()),
        not_after: Some(cloud.clock.token_time().as_second().saturating_add(LIFETIME)),
        refreshable: false,
    })
}
