//! A one-time passcode, which a person reads off a page and types into the command line.

use super::{Asked, account};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::Login;

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:passcode";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    asked.needs_client()?;
    let passcode = asked.params.required("passcode")?;
    let mut world = cloud.world();
    account(&world, asked.params, "BXNIM0141E")?;
    // No public source has the code for a passcode that is wrong or used up; this is the one for a wrong password.
    let iam_id = world.logins.passcodes.remove(passcode).ok_or_else(|| OidcError::new("BXNIM0602E"))?;
    let identity = world.identity(&iam_id).ok_or_else(|| OidcError::new("BXNIM0410E"))?;
    Ok(Login::with_secret(identity, NAME))
}
