//! User and password on each request, or nothing at all.
//!
//! Neither has a token to fetch or to renew: both are [`AuthProvider`](wml_auth_core::AuthProvider)s of their own, and
//! need no engine.
//!
//! ```
//! use wml_auth_basic::{Basic, NoAuth};
//! use wml_auth_core::{AuthRequest, Credentials, Secret};
//!
//! let credentials = Credentials::new(Basic::new("ada", &Secret::from("pass word"))?);
//! let authorization = credentials.ready(&AuthRequest::new()).ok_or("not at hand")?;
//! assert_eq!(authorization.header_value(), "Basic YWRhOnBhc3Mgd29yZA==");
//!
//! let nobody = Credentials::new(NoAuth);
//! let authorization = nobody.ready(&AuthRequest::new()).ok_or("not at hand")?;
//! assert_eq!(authorization.headers().count(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The password goes out with every request, so prefer tokens where the service takes them. To send an API key this way,
//! see `wml-auth-iam-apikey`.

mod no_auth;
mod source;

pub use no_auth::NoAuth;
pub use source::Basic;
