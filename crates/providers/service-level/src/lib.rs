//! A service-level token: that of a Service ID which may use one deployment space or project.
//!
//! On the wire it is the token that IAM gives for the Service ID's API key, and nothing in it says what it may be used
//! for. What makes it *service-level* is that somebody made the Service ID an Editor or Admin of the space. This source
//! finds out whether that is so before it hands out a token, so that a wrong key, a missing role or a space without an
//! instance is told by name, and not by a 403 from the first request.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, Secret, TokenSource, Transport};
//! use wml_auth_service_level::ServiceLevel;
//!
//! async fn token(transport: Arc<dyn Transport>, key: Secret) -> Result<AccessToken, AuthError> {
//!     let source = ServiceLevel::builder(key)
//!         .space("1ee1bc4c-ae0e-4d43-ab07-b2ee3f0e5c2f")
//!         .wml_url("https://us-south.ml.cloud.ibm.com")
//!         .build(transport)?;
//!     let token = source.fetch().await?;
//!     let binding = source.binding().ok_or_else(|| AuthError::internal("not bound"))?;
//!     println!("{} of {}, billed to {}", binding.role, binding.target, binding.instance.guid);
//!     Ok(token)
//! }
//! ```
//!
//! # What is checked
//!
//! | what | when | failure |
//! | --- | --- | --- |
//! | the token is a Service ID's (`sub_type`), not a user's or a profile's | at every exchange | rejected |
//! | it is that of the configured Service ID, if one is named | at every exchange | rejected |
//! | the space or project is there, and the Service ID can see it | until it succeeds once | rejected |
//! | the Service ID has the least role, Editor unless set | until it succeeds once | rejected |
//! | it has an instance to run on and be billed to | until it succeeds once | misconfigured |
//! | the platform can be asked at all | until it succeeds once | as the platform or the network failed |
//!
//! The first two cost nothing. The others ask the platform twice; once they have all succeeded they are not repeated,
//! so that an outage of the platform cannot fail the renewal of a token. A role that is taken away later shows
//! as a 403 of the service.

mod binding;
mod options;
mod source;

#[cfg(test)]
mod tests;

pub use binding::Binding;
pub use options::ServiceLevelBuilder;
pub use source::ServiceLevel;
pub use wml_auth_iam::{Instance, Role, Target};
