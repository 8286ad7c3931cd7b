//! The token of a compute resource (a pod, a virtual server) for that of a trusted profile.

use super::{Asked, profile, untrusted};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::{Authn, Login};

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:cr-token";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    let token = asked.params.required("cr_token")?;
    let world = cloud.world();
    let profile = profile(&world, asked.params)?;
    // No public source has the code for a token that does not verify; this is the one for any malformed token.
    if token != world.cr_token {
        return Err(OidcError::new("BXNIM0401E"));
    }
    let resource = world.compute_resource();
    if !profile.trusts_resource(&resource) {
        return Err(untrusted());
    }
    let crn = resource.crn;
    Ok(Login {
        identity: profile.identity(),
        grant_type: NAME.to_owned(),
        authn: Authn {
            iam_id: format!("crn-{crn}"),
            sub: crn,
            sub_type: None,
            name: "wml".to_owned(),
            given_name: None,
            family_name: None,
            email: None,
        },
        acr: None,
        amr: None,
        not_after: None,
        refreshable: false,
    })
}
