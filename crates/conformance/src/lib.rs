//! The suite that every provider must pass, ours or a third party's.
//!
//! Say how to make your source against a mock IBM Cloud, and what it cannot do; [`run`] does the rest, and the
//! [`Report`] tells each check by name. What a missing capability leaves out is shown as skipped, never left out of the
//! list.
//!
//! ```
//! use std::time::Duration;
//! use async_trait::async_trait;
//! use wml_auth_conformance::{Capability, Subject, run};
//! use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};
//!
//! struct BadgeMachine { pin: Secret }
//!
//! #[async_trait]
//! impl TokenSource for BadgeMachine {
//!     async fn fetch(&self) -> Result<AccessToken, AuthError> {
//!         Ok(AccessToken::new(Secret::from("badge-1")).with_expires_in(Duration::from_secs(600)))
//!     }
//!     fn identity(&self) -> Identity {
//!         Identity::new("badge", "front desk", &[("pin", self.pin.expose())])
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! // It does not speak to IBM Cloud, so what a token server can do to it is skipped; and it prints the same badge
//! // every time.
//! let subject = Subject::source("badge", |_cloud| Ok(BadgeMachine { pin: Secret::from("0000") }))
//!     .without(Capability::Exchange)
//!     .without(Capability::Renewal);
//! let report = run(&subject).await;
//! assert!(report.passed(), "{report}");
//! # }
//! ```
//!
//! # The groups
//!
//! | group | what it shows |
//! | --- | --- |
//! | wire | the request is a POST that says who sends it, with no secret in its URL |
//! | caching | one exchange for any number of calls, one after another or at once |
//! | expiry | the earlier of two expiries holds; absurd ones are refused; a minimum is kept or refused |
//! | refresh | renewal in time, which neither delays nor fails anybody, and recovers |
//! | retries | what may pass is tried again, what will not is not, `Retry-After` is told |
//! | faults | whatever comes back: an error, soon, without a secret |
//! | rejection | a refused token is replaced; a late report does nothing |
//! | cancellation | a caller may leave at any time |
//! | secrecy | no secret in anything that can be printed |
//! | security | a redirect is not followed |
//! | concurrency | any runtime, two of them, and after the first has gone |
//!
//! A suite that cannot fail proves nothing: the tests of this crate run it against a provider that is wrong on purpose
//! for each group.

mod capability;
mod checks;
mod clock;
mod report;
mod stage;
mod subject;
mod suite;

pub use capability::Capability;
pub use report::{Entry, Report, Verdict};
pub use subject::Subject;
pub use suite::run;
