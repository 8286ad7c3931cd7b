//! The wire of IBM Cloud IAM: what a token request looks like, what the answers mean, and the tables of facts that
//! go with them.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, Secret, Transport};
//! use wml_auth_iam::{ApiKey, Endpoint, Grant, IamClient};
//!
//! async fn token(transport: Arc<dyn Transport>, key: Secret) -> Result<AccessToken, AuthError> {
//!     let iam = IamClient::new(transport, Endpoint::public());
//!     iam.token(&Grant::api_key(&ApiKey::parse(key)?)).await
//! }
//! ```
//!
//! This crate has no HTTP client: requests go through a [`Transport`](wml_auth_core::Transport). It keeps nothing and
//! repeats nothing; that is the engine's part.
//!
//! # What is where
//!
//! | to | see |
//! | --- | --- |
//! | ask for a token | [`IamClient`], [`Grant`], [`ApiKey`], [`Profile`], [`Endpoint`] |
//! | get a refresh token with it | [`IamClient::session`], [`Session`] |
//! | write the builder of a login by IAM | [`IamOptions`], [`ProfileOptions`] |
//! | ask another token service than IAM, and have its answers judged alike | [`Issuer`], [`TokenRequest`], [`Fields`], [`BaseUrl`] |
//! | read an issuer's answer, and learn which oddities pass | [`answer`] |
//! | know what `BXNIM0415E` means | [`codes`] |
//! | look into a token | [`Claims`], [`Jwt`] |
//! | read a token that somebody else mounts and renews | [`SecretFile`] |
//! | know which platform goes with a WML URL | [`regions`] |
//! | manage API keys and Service IDs | [`identity_services`] |
//! | keep an API key for tasks that run later | [`Platform::task_credentials`], [`TaskCredential`] |
//! | say who belongs to a space or project, and ask what it runs on | [`Platform`], [`Member`], [`Target`], [`Container`], [`Role`] |
//!
//! # Failures
//!
//! | what came | error |
//! | --- | --- |
//! | no answer | the transport's, usually [`unreachable`](wml_auth_core::AuthError::unreachable) |
//! | 2xx and no usable token | [`invalid_answer`](wml_auth_core::AuthError::invalid_answer) |
//! | 2xx and no usable token, but a `_messageCode_` of 4xx or 5xx | as if that were the status |
//! | 3xx | `invalid_answer`, naming the host it points to; it is not followed |
//! | 408, 429, 5xx | [`busy`](wml_auth_core::AuthError::busy), with `Retry-After` where it was sent |
//! | any other status with a code of [`codes`] | as that table says |
//! | 404, 405, 407, 410, 421 | [`misconfigured`](wml_auth_core::AuthError::misconfigured): not IAM's address, or a proxy's refusal |
//! | any other 4xx | [`rejected`](wml_auth_core::AuthError::rejected) |
//!
//! Every error names the host, the status and the transaction id: the service's own, or else the one that was sent
//! with the request. What a service says is passed on without any secret that it was sent.

pub mod answer;
mod api_key;
mod base_url;
mod call;
mod checked;
mod claims;
mod client;
pub mod codes;
mod container;
mod endpoint;
mod epoch;
mod error_body;
mod fields;
mod grant;
pub mod identity_services;
mod issuer;
mod jwt;
mod options;
mod platform;
mod profile;
mod refusal;
pub mod regions;
mod retry_after;
mod role;
mod secret_file;
mod segment;
mod session;
mod target;
mod token_request;
mod transaction;

#[cfg(test)]
mod scripted;

pub use api_key::ApiKey;
pub use base_url::BaseUrl;
pub use claims::Claims;
pub use client::IamClient;
pub use container::{Container, Instance};
pub use endpoint::Endpoint;
pub use fields::Fields;
pub use grant::Grant;
pub use issuer::Issuer;
pub use jwt::Jwt;
pub use options::IamOptions;
pub use platform::{Member, NewTaskCredential, Platform, TaskCredential};
pub use profile::{Profile, ProfileOptions};
pub use role::Role;
pub use secret_file::SecretFile;
pub use segment::path_segment;
pub use session::Session;
pub use target::Target;
pub use token_request::TokenRequest;
