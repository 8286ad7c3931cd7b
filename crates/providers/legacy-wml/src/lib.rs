//! The tokens of Watson Machine Learning's first years, by user name and password.
//!
//! An instance of that time came with service credentials: `url`, `username`, `password` and `instance_id`. The pair is
//! exchanged at the service itself, without IAM, by `GET {url}/v3/identity/token`.
//!
//! [`LegacyWml`] is a [`TokenSource`](wml_auth_core::TokenSource): it asks for one token at a time. Wrap it in the engine
//! (`wml-auth-engine`), which keeps a token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, Secret, TokenSource, Transport};
//! use wml_auth_legacy_wml::LegacyWml;
//!
//! async fn token(transport: Arc<dyn Transport>, password: Secret) -> Result<AccessToken, AuthError> {
//!     LegacyWml::builder("https://ibm-watson-ml.mybluemix.net", "a-user", password)
//!         .instance_id("1ee1bc4c-ae0e-4d43-ab07-b2ee3f0e5c2f")
//!         .build(transport)?
//!         .fetch()
//!         .await
//! }
//! ```
//!
//! # The instance
//!
//! Some services also want to know the instance on each request: [`LegacyWmlBuilder::instance_id`] sends it as
//! `ML-Instance-ID` beside the token. Instances of today's plans are found through the space, and want no such header.
//!
//! Credentials of the same time with an `apikey` are exchanged at IAM instead. [`WithInstanceId`] puts the header on those,
//! or on any other, tokens:
//!
//! ```
//! use wml_auth_core::{AuthError, TokenSource};
//! use wml_auth_legacy_wml::WithInstanceId;
//!
//! fn on_an_old_plan<S: TokenSource>(iam: S) -> Result<WithInstanceId<S>, AuthError> {
//!     WithInstanceId::new(iam, "1ee1bc4c-ae0e-4d43-ab07-b2ee3f0e5c2f")
//! }
//! ```

mod options;
mod source;
mod with_instance_id;

#[cfg(test)]
mod tests;

pub use options::LegacyWmlBuilder;
pub use source::LegacyWml;
pub use with_instance_id::WithInstanceId;
