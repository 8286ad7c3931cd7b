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
//! | expiry | of all that is said of a token's end the earliest holds; absurd lives are refused; a clock that is off does no harm |
//! | refresh | renewal in time, which neither delays nor fails anybody when it is slow, hangs or is refused, and recovers |
//! | retries | what may pass is tried again, what will not is not; `Retry-After` is told, and harmless when it makes no sense |
//! | faults | whatever comes back: an error, soon, without a secret; and afterwards it works again |
//! | rejection | a refused token is replaced; a late report does nothing |
//! | cancellation | a caller may leave at any time |
//! | secrecy | no secret in anything that can be printed |
//! | security | no redirect is followed: to another host, another path, itself, or from https to http |
//! | concurrency | any runtime, two of them, and after the first has gone |
//!
//! The faults are of four kinds, each a file: what stands in an answer (`bodies`), how much of it there is (`sizes`), where it
//! breaks off (`connections`), and how long it takes (`pace`).
//!
//! # Time
//!
//! Nobody waits for an hour to pass, nor for a deadline: the clock of the suite's engine is set, and its deadlines run out at a
//! word. A source needs no time-out of its own for that. A finished provider has a deadline of its own, which is waited
//! for; one that hangs for longer than the suite's [patience](Subject::patience) has failed.
//!
//! # The report
//!
//! [`Report`] has an [`Entry`] for each check, whatever came of it: group, name and [`Verdict`], and the reason where it failed
//! or was skipped. It is shown as text by `Display`:
//!
//! ```text
//! badge
//!   wire
//!     skipped  no secret stands in a URL: it lacks an exchange with the token service
//!   caching
//!     passed   call after call gives the same authorization
//! …
//!   6 passed, 0 failed, 81 skipped
//! ```
//!
//! and is one JSON document by [`Report::to_json`]:
//!
//! ```json
//! {
//!   "schema": 1,
//!   "subject": "badge",
//!   "passed": 6, "failed": 0, "skipped": 81,
//!   "checks": [
//!     {
//!       "group": "wire",
//!       "name": "no secret stands in a URL",
//!       "verdict": "skipped",
//!       "reason": "it lacks an exchange with the token service"
//!     },
//!     { "group": "caching", "name": "call after call gives the same authorization", "verdict": "passed", "reason": null }
//!   ]
//! }
//! ```
//!
//! A suite that cannot fail proves nothing: the tests of this crate run it against some thirty providers that are wrong on
//! purpose, and one of them sees to it that every check of the list is red for at least one. The one exception has its reason
//! beside it.

mod capability;
mod checks;
mod clock;
mod hourglass;
mod report;
mod stage;
mod subject;
mod suite;

pub use capability::Capability;
pub use report::{Entry, Report, Verdict};
pub use subject::Subject;
pub use suite::run;
