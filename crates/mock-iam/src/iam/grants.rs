//! The ways to log in: one file per grant.

mod apikey;
mod assume;
mod cr_token;
mod delegated_refresh_token;
mod derive;
mod iam_authz;
mod passcode;
mod password;
mod refresh_token;

pub(super) use self::refresh_token::redeem as session;
use super::client::Client;
use super::error::OidcError;
use super::params::Params;
use crate::cloud::Cloud;
use crate::jwt::Refused;
use crate::token::{self, Claims, Login};
use crate::world::World;
use crate::world::profile::Profile;

/// What a grant may look at.
pub(super) struct Asked<'a> {
    pub(super) params: &'a Params<'a>,
    pub(super) client: Client,
}

impl Asked<'_> {
    /// Some grants are for registered clients alone.
    pub(super) fn needs_client(&self) -> Result<(), OidcError> {
        match self.client {
            Client::Default => Err(OidcError::new("BXNIM0308E")),
            _ => Ok(()),
        }
    }
}

/// Finds out who logs in, or why not.
pub(super) type Grant = fn(&Cloud, &Asked<'_>) -> Result<Login, OidcError>;

const GRANTS: &[(&str, Grant)] = &[
    (apikey::NAME, apikey::login),
    (assume::NAME, assume::login),
    (cr_token::NAME, cr_token::login),
    (delegated_refresh_token::NAME, delegated_refresh_token::login),
    (derive::NAME, derive::login),
    (iam_authz::NAME, iam_authz::login),
    (passcode::NAME, passcode::login),
    (password::NAME, password::login),
    (refresh_token::NAME, refresh_token::login),
];

pub(super) fn named(grant_type: &str) -> Option<Grant> {
    GRANTS.iter().find(|(name, _)| *name == grant_type).map(|(_, grant)| *grant)
}

pub(super) fn names() -> Vec<&'static str> {
    GRANTS.iter().map(|(name, _)| *name).collect()
}

/// What the token says that somebody logs in with.
fn source(cloud: &Cloud, access_token: &str) -> Result<Claims, OidcError> {
    token::verify(cloud, access_token).map_err(|refused| match refused {
        Refused::NotValid => OidcError::new("BXNIM0401E"),
        Refused::Expired => OidcError::new("BXNIM0405E"),
    })
}

/// Refuses with this code whoever asks for another account than the one there is.
fn account(world: &World, params: &Params<'_>, code: &str) -> Result<(), OidcError> {
    let asked = params.find("account").or_else(|| params.find("bss_account"));
    match asked.is_none_or(|account| account == world.account_id) {
        true => Ok(()),
        false => Err(OidcError::new(code)),
    }
}

/// The trusted profile which a request names by id, CRN or name; clients may send more than one of them.
///
/// No public source has the code for a profile that does not exist. It is answered like one that may not be used,
/// which tells a stranger less.
fn profile<'w>(world: &'w World, params: &Params<'_>) -> Result<&'w Profile, OidcError> {
    let [id, crn, name] = ["profile_id", "profile_crn", "profile_name"].map(|property| params.find(property));
    if id.or(crn).or(name).is_none() {
        return Err(OidcError::missing("profile_id"));
    }
    let is_meant = |profile: &&Profile| {
        id.is_none_or(|id| id == profile.id)
            && crn.is_none_or(|crn| crn == profile.crn(&world.account_id))
            && name.is_none_or(|name| name == profile.name)
    };
    world.profiles.iter().find(is_meant).ok_or_else(untrusted)
}

/// The profile does not trust whoever asks.
fn untrusted() -> OidcError {
    OidcError::new("BXNIM0513E")
}
