//! The places a value can come from, one file each.

pub(crate) mod api_key_file;
pub(crate) mod credential_file;
pub(crate) mod environment;
pub(crate) mod explicit;
pub(crate) mod ibmcloud;
pub(crate) mod vcap;

pub(crate) mod boolean;
mod json;
mod named_values;
