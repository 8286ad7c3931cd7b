//! A refresh token that one client asked for and another one, the receiver, turns into a token.

use super::{Asked, refresh_token};
use crate::cloud::Cloud;
use crate::iam::error::OidcError;
use crate::token::Login;

pub(super) const NAME: &str = "urn:ibm:params:oauth:grant-type:delegated-refresh-token";

pub(super) fn login(cloud: &Cloud, asked: &Asked<'_>) -> Result<Login, OidcError> {
    refresh_token::redeem(cloud, asked, true)
}
