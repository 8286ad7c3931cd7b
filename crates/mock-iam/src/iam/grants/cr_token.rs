//! The token of a compute resource (a pod, a virtual server) for that of a trusted profile.

use super::{Asked, profile, untrusted};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::{CR_TOKEN, Login};

pub(super) const NAME: &str = CR_TOKEN;

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
    Ok(Login::of_compute_resource(profile.identity(), resource.crn, "wml"))
}
