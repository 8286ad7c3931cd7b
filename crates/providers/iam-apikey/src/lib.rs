//! An IBM Cloud API key: exchanged for IAM tokens, or sent on the request itself.
//!
//! # Exchanged
//!
//! [`IamApiKey`] is a [`TokenSource`](wml_auth_core::TokenSource): it asks IAM for one token at a time. Wrap it in the
//! engine (`wml-auth-engine`), which keeps a token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, Secret, TokenSource, Transport};
//! use wml_auth_iam_apikey::IamApiKey;
//!
//! async fn token(transport: Arc<dyn Transport>, key: Secret) -> Result<AccessToken, AuthError> {
//!     IamApiKey::builder(key).build(transport)?.fetch().await
//! }
//! ```
//!
//! The key of a user and that of a Service ID are exchanged alike; to insist on a Service ID that may use a
//! deployment space, see `wml-auth-service-level`.
//!
//! # Sent
//!
//! [`ApiKeyOnRequest`] is an [`AuthProvider`](wml_auth_core::AuthProvider) of its own: some services take the key by
//! HTTP Basic, as the password of the user `apikey`. The key then goes out with every request, so prefer tokens where
//! the service takes them.
//!
//! ```
//! use wml_auth_core::{Credentials, Secret};
//! use wml_auth_iam_apikey::ApiKeyOnRequest;
//!
//! let credentials = Credentials::new(ApiKeyOnRequest::new(Secret::from("0123456789-abcdefghij_ABCDEFGHIJ"))?);
//! # Ok::<(), wml_auth_core::AuthError>(())
//! ```
//!
//! # Which keys are refused
//!
//! Those that cannot be one, before anything is sent: see [`ApiKey::parse`](wml_auth_iam::ApiKey::parse).

mod on_request;
mod options;
mod source;

pub use on_request::ApiKeyOnRequest;
pub use options::IamApiKeyBuilder;
pub use source::IamApiKey;
