//! Those who are measured beside us, one file each.

pub(crate) mod aws;
pub(crate) mod azure;
pub(crate) mod gcp_auth;
pub(crate) mod google;
#[cfg(feature = "openssl-peers")]
pub(crate) mod ibmcloud_iam;
pub(crate) mod reqsign;
mod service_account;
pub(crate) mod yup_oauth2;
