//! Measures wml-auth beside its peers, in one run.
//!
//! A [`Contender`] is a library used in its best documented way: it is built on an [`Issuer`], which is a server on
//! loopback, and asked for a header value that is ready to send. A row of [`rows`] is one question put to all of them.
//! The [`roster`] says who takes part.
//!
//! Nothing here is a test. What a row says is judged by whoever runs it: `cargo xtask bench`.

mod client;
mod contender;
mod contenders;
pub mod counting;
mod issuer;
pub mod roster;
pub mod rows;
mod sample;
mod settings;

pub use contender::{Contender, Early};
pub use issuer::Issuer;
pub use sample::{Kind, Outcome, Sample, Values, median};
pub use settings::Settings;
