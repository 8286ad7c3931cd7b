//! An IAM refresh token, exchanged for access tokens and for its successor.
//!
//! Somebody who logged in once, by a passcode for example, has a refresh token, which stands for the login for days. IAM
//! gives it to registered clients only, and takes it back from the same client only.
//!
//! [`RefreshToken`] is a [`TokenSource`](wml_auth_core::TokenSource): it asks IAM for one token at a time. Wrap it in the
//! engine (`wml-auth-engine`), which keeps a token fresh.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AuthError, Secret, Transport};
//! use wml_auth_iam::{Endpoint, Grant, IamClient};
//! use wml_auth_refresh_token::RefreshToken;
//!
//! /// Logs in with a passcode, and goes on from there.
//! async fn log_in(transport: Arc<dyn Transport>, passcode: &Secret) -> Result<RefreshToken, AuthError> {
//!     let iam = IamClient::new(transport.clone(), Endpoint::public()).with_client("bx", Secret::from("bx"))?;
//!     let session = iam.session(&Grant::passcode(passcode)?).await?;
//!     let token = session.refresh_token.ok_or_else(|| AuthError::rejected("IAM gave no refresh token"))?;
//!     RefreshToken::builder(token).on_rotation(|token| keep(token)).build(transport)
//! }
//! # fn keep(_: &Secret) {}
//! ```
//!
//! # Rotation
//!
//! IAM may answer with another refresh token, and the source then goes on with that one. An answer without one, with an
//! empty one or with the word `not_supported` changes nothing: a refresh token in hand is never replaced by none. Who
//! wants to go on after a restart keeps the successor: see [`RefreshTokenBuilder::on_rotation`].
//!
//! Fetches of one source, and of its clones, wait for each other, so that none of them uses a token that another has just
//! used up.
//!
//! # The end
//!
//! A refresh token ends after 72 hours (an account may say otherwise), and with the session that it belongs to. IAM then
//! refuses it with `BXNIM0408E`, `BXNIM0407E` or `BXNIM0439E`, which is told as a rejected credential: somebody has to log
//! in again.

mod options;
mod source;

pub use options::RefreshTokenBuilder;
pub use source::RefreshToken;
