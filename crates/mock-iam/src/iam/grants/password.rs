//! User name and password. The one grant that insists on a client.

use super::Asked;
use crate::cloud::Cloud;
use crate::iam::client::Client;
use crate::iam::error::OidcError;
use crate::token::Login;

pub(super) const NAME: &str = "password";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    if asked.client == Client::Default {
        return Err(OidcError::new("BXNIM0308E"));
    }
    let username = asked.params.required("username")?;
    let password = asked.params.required("password")?;
    let world = cloud.world();
    if username != world.user.email || password != world.user.password {
        return Err(OidcError::new("BXNIM0602E"));
    }
    Ok(Login::with_secret(world.user.identity(), NAME))
}
