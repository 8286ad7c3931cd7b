//! A bearer token that somebody else made: given as a value, found in a file, printed by a command, or returned by
//! a function.
//!
//! | the token is | use | renewed |
//! | --- | --- | --- |
//! | at hand, and will do for as long as it lives | [`StaticBearer`] | never |
//! | in a file which somebody else keeps fresh | [`TokenFile`] | by reading the file again |
//! | printed by a program | [`TokenCommand`] | by running it again |
//! | obtained by code of your own | [`TokenFunction`] | by calling it again |
//!
//! The first is an [`AuthProvider`](wml_auth_core::AuthProvider); the others are
//! [token sources](wml_auth_core::TokenSource), to be wrapped in the engine (`wml-auth-engine`).
//!
//! ```
//! use wml_auth_bearer::{StaticBearer, TokenCommand, TokenFile};
//! use wml_auth_core::{Credentials, Secret};
//!
//! let pasted = Credentials::new(StaticBearer::new(Secret::from("Bearer abc"))?);
//! let mounted = TokenFile::new("/var/run/secrets/tokens/watsonx");
//! let printed = TokenCommand::new(["ibmcloud", "iam", "oauth-tokens", "--output", "json"])?;
//! # Ok::<(), wml_auth_core::AuthError>(())
//! ```
//!
//! # What passes as a token
//!
//! Visible ASCII without white space. A leading `Bearer` is taken off, in any case. From a file or a command, so is a
//! byte-order mark at the start and *one* line break (LF or CRLF) at the end. Anything else in it that is not a token
//! makes an error, which never repeats any of it.
//!
//! # How long it lives
//!
//! A JWT says so itself (`exp`), and so may a command's JSON. For any other token nobody knows: it is taken to live for
//! a minute, or what was set, and then asked for again. That is a life for the cache, not a promise by the issuer.

mod source;
mod static_bearer;
mod token_text;

pub use source::{TokenCommand, TokenFile, TokenFunction};
pub use static_bearer::StaticBearer;
