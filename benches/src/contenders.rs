//! Everybody who takes part, one file each.

pub(crate) mod floors;
pub(crate) mod ours;
#[cfg(feature = "peers")]
pub(crate) mod peers;
