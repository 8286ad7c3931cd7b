//! The token that a cluster gives a pod, exchanged for that of a trusted profile.
//!
//! Kubernetes, OpenShift and Code Engine mount a *compute resource token* into a container: a file that the cluster
//! replaces before it expires. A trusted profile that is linked to the compute resource takes it for a login. No secret has
//! to be deployed.
//!
//! [`ContainerToken`] is a [`TokenSource`](wml_auth_core::TokenSource): it reads the file and asks IAM for one token at a
//! time. Wrap it in the engine (`wml-auth-engine`), which keeps a token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_container::ContainerToken;
//! use wml_auth_core::{AccessToken, AuthError, TokenSource, Transport};
//!
//! async fn token(transport: Arc<dyn Transport>) -> Result<AccessToken, AuthError> {
//!     ContainerToken::builder().profile_name("scoring").build(transport)?.fetch().await
//! }
//! ```
//!
//! # The file
//!
//! It is read anew for each exchange. Without a [path](ContainerTokenBuilder::token_file) of its own, the first of
//! [`DEFAULT_FILES`] that is there is taken, as IBM's SDKs do; and then no other for as long as the source lives, so that a
//! file which is away for a moment does not make the pod act as somebody else.
//!
//! White space and a line break around the token are taken off. While the file is being replaced (it is missing for a
//! moment, or empty), the last token read from it is used, until it expires by its own `exp`. When IAM refuses the token
//! and another one is in the file by then, that is tried once.
//!
//! | the file | error |
//! | --- | --- |
//! | is not there, and was not before | misconfigured |
//! | is in none of the default places, and was not before | absent, naming them: a chain asks its next member |
//! | holds several lines, or what is no text | misconfigured |
//! | any other fault, and no token to go on with | as [`SecretFile`](wml_auth_iam::SecretFile) says |

mod files;
mod options;
mod source;

pub use files::DEFAULT_FILES;
pub use options::ContainerTokenBuilder;
pub use source::ContainerToken;
