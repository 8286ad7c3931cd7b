//! Credentials of wml-auth for code that is not async: the same providers and the same engine, called from any thread.
//!
//! ```
//! use wml_auth_blocking::BlockingCredentials;
//! use wml_auth_core::{AuthError, AuthRequest, Credentials};
//!
//! fn header(credentials: Credentials) -> Result<String, AuthError> {
//!     let credentials = BlockingCredentials::new(credentials);
//!     let authorization = credentials.authorize(&AuthRequest::new())?;
//!     Ok(authorization.header_value().to_str().unwrap_or_default().to_owned())
//! }
//! # use wml_auth_core::{AuthProvider, Authorization, Secret};
//! # struct Fixed;
//! # #[async_trait::async_trait]
//! # impl AuthProvider for Fixed {
//! #     async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
//! #         Ok(Authorization::bearer(&Secret::from("badge-7"))?)
//! #     }
//! # }
//! # assert_eq!(header(Credentials::new(Fixed))?, "Bearer badge-7");
//! # Ok::<(), AuthError>(())
//! ```
//!
//! # How
//!
//! One background thread for each [`BlockingCredentials`] and its clones, with a small tokio runtime of its own. It is
//! started by the first call and ends with the last clone. Everything that has to wait for a network runs there:
//!
//! * A **warm** call asks nobody and waits for nobody. Where the token is due for renewal, it is renewed on that thread
//!   while callers go on with the one in hand.
//! * A **cold** call waits until that thread has a token, or an error. However many threads wait, there is one exchange.
//!
//! # Inside of a runtime
//!
//! It may be called there: it neither panics nor needs the runtime's help. It does what its name says, though, and a
//! task that waits holds up the others on its thread. From async code call the `Credentials` themselves.
//!
//! Let one kind of code lean on one set of credentials. Where async code on a single-threaded runtime has begun an
//! exchange, and then a blocking call on the very same thread waits for it, nobody is left to go on with it. The call
//! then ends after its [time limit](BlockingCredentials::LONGEST_WAIT) with an error.

mod background;
mod credentials;

pub use credentials::BlockingCredentials;
