//! The contract of wml-auth: how a program that calls IBM Watson Machine Learning or watsonx.ai gets the headers
//! for its requests, whoever it is and however it logs in.
//!
//! This crate has no HTTP client, no runtime, no TLS, no serialization and no macro in its graph. An SDK can depend
//! on it for good.
//!
//! # The words
//!
//! * A **credential** is what somebody was given to prove who they are: an API key, a password, a file that a
//!   cluster mounts.
//! * A **token** is what an issuer gives in exchange for it: short-lived, and replaced before it ends.
//! * An **authorization** is what goes on the request: a header, rarely more or none, made from a token or from the credential
//!   itself.
//! * A **token source** knows one way of obtaining a token. A **provider** hands out authorizations, usually by
//!   keeping the token of a source fresh.
//!
//! # For the author of an SDK
//!
//! Take a [`Credentials`], whatever is behind it. For each request ask it to [`authorize`](Credentials::authorize),
//! [`apply`](Authorization::apply) the answer to the headers, and when the service says 401 because of the token,
//! [`reject`](Credentials::reject) that very authorization, ask again, and send the request once more. Whether it does
//! is what [`TokenVerdict`] tells, and where the headers may go is an [`Origin`]. Where the request goes through a
//! [`Transport`], [`Authorized`] does all of this.
//!
//! ```
//! use http::HeaderMap;
//! use wml_auth_core::{AuthError, AuthRequest, Credentials};
//!
//! async fn headers(credentials: &Credentials) -> Result<HeaderMap, AuthError> {
//!     let mut headers = HeaderMap::new();
//!     credentials.authorize(&AuthRequest::new()).await?.apply(&mut headers);
//!     Ok(headers)
//! }
//! ```
//!
//! # For the author of a provider
//!
//! Implement [`TokenSource`]: one method that makes one attempt, one that says whose tokens these are. The engine
//! (`wml-auth-engine`) turns a source into an [`AuthProvider`] that caches, shares one exchange among all
//! callers, renews early, retries politely and recovers by itself. Implement [`AuthProvider`] directly only when
//! there is nothing to keep fresh, as with an API key that is sent as it is.
//!
//! Take a [`Transport`] instead of an HTTP client and a [`Clock`] instead of reading the time, hold secrets in
//! [`Secret`], and report failures by the constructor of [`AuthError`] that names their class.
//!
//! # Promises
//!
//! * **Secrets.** [`Secret`], [`AccessToken`] and [`Authorization`] print nothing of what they hold and wipe it
//!   when its last clone is gone. A key or token with a line break in it is refused before a header is made.
//! * **Errors** never hold a secret or a raw body, and are safe to print: see [`AuthError`].
//! * **Cancellation.** Every future here may be dropped at any await point; see each trait for what that leaves behind.
//! * **Time** is read through [`Clock`] only, both clocks at once: see [`Moment`].
//! * **Stability.** Structs and enums that may grow are `#[non_exhaustive]`. The types of `http` are part of
//!   the public interface; no other foreign type is.

mod access_token;
mod auth_error;
mod authorization;
mod authorized;
mod base64;
mod clock;
mod credentials;
mod identity;
mod observer;
mod origin;
mod provider;
mod request;
mod secret;
mod text;
mod token_source;
mod transport;
mod verdict;

pub use access_token::{AccessToken, Scheme};
pub use auth_error::{Attempt, AuthError};
pub use authorization::{Authorization, Generation};
pub use authorized::Authorized;
pub use clock::{Clock, Moment, SystemClock};
pub use credentials::Credentials;
pub use identity::{Fingerprint, Identity};
pub use observer::{Event, Observer};
pub use origin::Origin;
pub use provider::{AuthProvider, BoxFuture};
pub use request::AuthRequest;
pub use secret::{Secret, UnsafeSecret};
pub use token_source::TokenSource;
pub use transport::{BodyLimit, CertificateChecks, Transport};
pub use verdict::TokenVerdict;
