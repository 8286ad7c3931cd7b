//! Logins of IBM Cloud Pak for Data (watsonx software).
//!
//! | login | what is sent | in IBM's SDKs |
//! | --- | --- | --- |
//! | [`Cp4d`] | user with password or API key, to `POST {url}/v1/authorize` | `cp4d` |
//! | [`Cp4dBedrock`] | user with password to IBM Cloud Pak foundational services, and their token to the cluster | what `ibm-watsonx-ai` does where IAM is integrated |
//! | [`ZenApiKey`] | user with API key on each request, without an exchange | `ZenApiKey` |
//! | [`Cp4dService`] | a service broker's secret, to `GET {url}/v1/service_token` | Java's `cp4dService` |
//! | [`Cp4dServiceInstance`] | user with API key, to `GET {url}/v3/service_instances/{id}/token` | Java's `cp4dServiceInstance` |
//!
//! All but `ZenApiKey` are [`TokenSource`](wml_auth_core::TokenSource)s, which ask for one token at a time. Wrap them in
//! the engine (`wml-auth-engine`), which keeps a token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AccessToken, AuthError, Secret, TokenSource, Transport};
//! use wml_auth_cp4d::Cp4d;
//!
//! async fn token(transport: Arc<dyn Transport>, key: Secret) -> Result<AccessToken, AuthError> {
//!     Cp4d::builder("https://cpd.example.com/icp4d-api", "ada").api_key(key).build(transport)?.fetch().await
//! }
//! ```
//!
//! The cluster does not say how long a token lives; the token, a JWT, does. Where an answer says so as well, whichever ends
//! sooner holds. An answer with a status of 200 and a `_messageCode_` of another is the refusal that it says to be.
//!
//! A cluster often has a certificate of its own authority: hand that to the transport.

mod checked;
mod options;
mod source;
mod zen_api_key;

#[cfg(test)]
mod tests;

pub use options::{Cp4dBedrockBuilder, Cp4dBuilder, Cp4dServiceBuilder};
pub use source::{Cp4d, Cp4dBedrock, Cp4dService, Cp4dServiceInstance};
pub use zen_api_key::ZenApiKey;
