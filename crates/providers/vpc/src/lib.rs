//! The identity of a virtual server, exchanged for tokens of a trusted profile.
//!
//! A virtual server on IBM Cloud VPC can ask its *metadata service*, which no other machine can reach, to vouch for it. A
//! trusted profile that is linked to the server takes that for a login. There is no secret to deploy, and none to leak.
//!
//! [`VpcInstance`] is a [`TokenSource`](wml_auth_core::TokenSource): it asks for one token at a time, in two steps. Wrap it
//! in the engine (`wml-auth-engine`), which keeps a token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, TokenSource, Transport};
//! use wml_auth_vpc::VpcInstance;
//!
//! async fn token(transport: Arc<dyn Transport>) -> Result<AccessToken, AuthError> {
//!     VpcInstance::builder().build(transport)?.fetch().await
//! }
//! ```
//!
//! # The two steps
//!
//! | step | version 2022-03-01 | version 2025-08-26 |
//! | --- | --- | --- |
//! | an identity token of the server | `PUT /instance_identity/v1/token` | `PUT /identity/v1/token` |
//! | IAM's token of the profile for it | `POST /instance_identity/v1/iam_token` | `POST /identity/v1/iam_tokens` |
//!
//! The identity token is fetched anew each time, and lives for minutes.
//!
//! The service is at a link-local address and speaks plain `http`, unless secure access is switched on for the server. A
//! [`Transport`](wml_auth_core::Transport) sends nothing there through a proxy.
//!
//! # When nobody answers
//!
//! On a machine that is no such server, packets to that address usually vanish. So each step has a short time of its own,
//! and no other attempt is worth it before the service has answered for the first time:
//!
//! | what happens | error |
//! | --- | --- |
//! | no answer in time, and never one before | absent: a chain asks its next member, anybody else is told soon |
//! | no answer in time, and one before | unreachable, so worth another try |
//! | no connection | unreachable, so worth another try |
//! | a refusal | as [`wml_auth_iam`] says, with a hint where the service's own word has one |

mod deadline;
mod options;
mod source;
mod version;

pub use options::VpcInstanceBuilder;
pub use source::VpcInstance;
pub use version::MetadataVersion;
