//! User name and password. The one grant that insists on a client.

use super::{Asked, account};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::Login;

pub(super) const NAME: &str = "password";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    asked.needs_client()?;
    let username = asked.params.required("username")?;
    let password = asked.params.required("password")?;
    let world = cloud.world();
    if !world.has_password(username, password) {
        return Err(OidcError::new("BXNIM0602E"));
    }
    account(&world, asked.params, "BXNIM0141E")?;
    Ok(Login::with_secret(world.user.identity(), NAME))
}
