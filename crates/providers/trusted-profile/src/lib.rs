//! A trusted profile, assumed with the token of somebody whom the profile lists.
//!
//! A trusted profile is an identity without a key of its own. Users, Service IDs and services that it lists may *assume* it:
//! they exchange a token of theirs for one of the profile, and act as the profile until that ends. Who acted is in the
//! audit log.
//!
//! [`TrustedProfile`] is a [`TokenSource`](wml_auth_core::TokenSource): it takes the first token from any other source or
//! provider, and exchanges it. Wrap it in the engine (`wml-auth-engine`), which keeps the profile's token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, TokenSource, Transport};
//! use wml_auth_trusted_profile::TrustedProfile;
//!
//! /// As the profile, logged in by an API key or by whatever else `first` is.
//! async fn token(transport: Arc<dyn Transport>, first: impl TokenSource + 'static) -> Result<AccessToken, AuthError> {
//!     let source = TrustedProfile::builder(first)
//!         .profile_id("Profile-9fd84246-7df4-4667-94e4-8ecde51d5ac5")
//!         .build(transport)?;
//!     source.fetch().await
//! }
//! ```
//!
//! # Where the first token comes from
//!
//! | given | each time the profile's token is renewed |
//! | --- | --- |
//! | a source, to [`TrustedProfile::builder`] | it is asked for a new token, which is then thrown away. One cache: the profile's |
//! | credentials, to [`TrustedProfile::builder_over`] | they are asked for a token that still has a good part of its life before it. Two caches: theirs, which others may share, and the profile's |
//!
//! IAM ends the profile's token no later than the first one. A cache may hand out a token that is about to end, and the
//! profile's would end with it; so credentials are asked for at least half of the life that their tokens have been seen to
//! have (of an hour, to begin with). When they say that theirs do not live that long, what they have is taken.
//!
//! # Which profile
//!
//! By its id, by its CRN, or by its name together with the account that holds it: exactly one of these. Nothing else goes
//! with the second exchange; client, scope and account belong to the first login.

mod first;
mod options;
mod source;

pub use options::TrustedProfileBuilder;
pub use source::TrustedProfile;
