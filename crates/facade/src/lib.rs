//! Credentials for IBM Watson Machine Learning and watsonx.ai.
//!
//! One dependency for an application. [`credentials`] finds out who you are from the environment, a profiles file or
//! what IBM's own tools left behind; what it returns keeps a token fresh for as long as you use it.
//!
//! ```no_run
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wml_auth::AuthError> {
//! use wml_auth::AuthRequest;
//!
//! let credentials = wml_auth::credentials()?;
//! let authorization = credentials.authorize(&AuthRequest::new()).await?;
//! let mut request = http::Request::get("https://us-south.ml.cloud.ibm.com/ml/v4/deployments").body(()).unwrap();
//! authorization.apply(request.headers_mut());
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! * The contract ([`Credentials`], [`AuthProvider`], [`TokenSource`] …) is re-exported here, whole.
//! * [`engine`] keeps tokens fresh and asks providers in a chain.
//! * `config` resolves and explains; `iam` speaks to IBM Cloud; each login is a module of its own; `reqwest` is the
//!   HTTP transport. Each is a Cargo feature of its own, and all are on by default; `providers` is all the logins.
//!
//! A library should depend on `wml-auth-core` instead, and take any [`Credentials`] that an application hands it.

pub use wml_auth_core::*;

#[cfg(feature = "basic")]
pub use wml_auth_basic as basic;
#[cfg(feature = "bearer")]
pub use wml_auth_bearer as bearer;
#[cfg(feature = "config")]
pub use wml_auth_config as config;
#[cfg(feature = "container")]
pub use wml_auth_container as container;
#[cfg(feature = "cp4d")]
pub use wml_auth_cp4d as cp4d;
pub use wml_auth_engine as engine;
#[cfg(any(
    feature = "bearer",
    feature = "container",
    feature = "cp4d",
    feature = "iam-apikey",
    feature = "legacy-wml",
    feature = "mcsp",
    feature = "refresh-token",
    feature = "service-level",
    feature = "trusted-profile",
    feature = "vpc"
))]
pub use wml_auth_iam as iam;
#[cfg(feature = "iam-apikey")]
pub use wml_auth_iam_apikey as iam_apikey;
#[cfg(feature = "legacy-wml")]
pub use wml_auth_legacy_wml as legacy_wml;
#[cfg(feature = "mcsp")]
pub use wml_auth_mcsp as mcsp;
#[cfg(feature = "refresh-token")]
pub use wml_auth_refresh_token as refresh_token;
#[cfg(feature = "reqwest")]
pub use wml_auth_reqwest as reqwest;
#[cfg(feature = "service-level")]
pub use wml_auth_service_level as service_level;
#[cfg(feature = "trusted-profile")]
pub use wml_auth_trusted_profile as trusted_profile;
#[cfg(feature = "vpc")]
pub use wml_auth_vpc as vpc;

/// Credentials from wherever this process has them: environment, profiles file, IBM's credential files,
/// `VCAP_SERVICES`, in this order.
///
/// Asks nobody and needs no runtime: the first token is obtained when it is first needed. To choose a profile, to see
/// why it came out as it did, or to bring a transport of your own, use `config::Resolver`.
///
/// # Errors
///
/// [`AuthError::is_absent`] when nothing is configured, with what was looked at; [`AuthError::is_misconfigured`] when
/// something is and cannot work, with the place and how to mend it.
#[cfg(all(feature = "config", feature = "reqwest"))]
pub fn credentials() -> Result<Credentials, AuthError> {
    let resolution = config::Resolver::new(config::Environment::process()).resolve()?;
    resolution.credentials(std::sync::Arc::new(reqwest::ReqwestTransport::new()?))
}
