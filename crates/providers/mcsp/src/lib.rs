//! An API key of the Multi-Cloud SaaS Platform (MCSP), exchanged for tokens: watsonx on AWS among others.
//!
//! [`Mcsp`] is a [`TokenSource`](wml_auth_core::TokenSource): it asks for one token at a time. Wrap it in the engine
//! (`wml-auth-engine`), which keeps a token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, Secret, TokenSource, Transport};
//! use wml_auth_mcsp::Mcsp;
//!
//! /// For watsonx.ai on AWS.
//! async fn token(transport: Arc<dyn Transport>, key: Secret) -> Result<AccessToken, AuthError> {
//!     Mcsp::unscoped(key).build(transport)?.fetch().await
//! }
//! ```
//!
//! # The three exchanges
//!
//! | | request | in IBM's SDKs |
//! | --- | --- | --- |
//! | [`Mcsp::v1`] | `POST /siusermgr/api/1.0/apikeys/token` | `mcsp` |
//! | [`Mcsp::v2`] | `POST /api/2.0/{collection}/{id}/apikeys/token`, and four switches in the query | `mcspv2` |
//! | [`Mcsp::unscoped`] | `POST /api/2.0/apikeys/token` | what `ibm-watsonx-ai` does for watsonx on AWS and for GovCloud |
//!
//! All send the key as JSON, and the answer's `token` is the one that is used. Its life is what the answer says
//! (`expires_in`, `expiration`), or what the token itself does, whichever ends sooner. IBM's SDKs go by the token alone, and
//! so cannot use one that says nothing of itself.

mod options;
mod scope;
mod source;

#[cfg(test)]
mod tests;

pub use options::{McspBuilder, McspV2Builder};
pub use scope::ScopeCollection;
pub use source::Mcsp;
