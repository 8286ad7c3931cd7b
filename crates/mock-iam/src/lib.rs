//! An IBM Cloud that fits in a test: IAM, identity services, spaces and Watson Machine Learning.
//!
//! [`MockIam`] is a real HTTP server on a loopback port of its own, with an account in it that has a user, a Service
//! ID, a trusted profile, a space, a project and a deployment. Tokens are really signed and really checked: a request
//! to Watson Machine Learning with an expired, revoked or foreign token is refused as IBM Cloud refuses it, and a
//! deleted key no longer logs in.
//!
//! ```
//! use std::time::Duration;
//! use wml_auth_mock_iam::{Answer, MockIam, Role, Route};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let cloud = MockIam::start().await?;
//! let fixture = cloud.fixture();
//!
//! // Point the code under test at `cloud.url()` with `fixture.api_key`, then make its life hard:
//! cloud.on(Route::Token).then(Answer::status(503)).then(Answer::close());
//! cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, Role::Viewer);
//! cloud.clock().advance(Duration::from_secs(3600));
//!
//! // … and see what it did.
//! assert_eq!(cloud.journal().token_requests(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! | a test says | with | in |
//! | --- | --- | --- |
//! | start, stop, addresses, TLS, Unix socket | [`MockIam`], [`MockIamBuilder`], [`Certificate`] | `mock.rs`, `tls.rs` |
//! | ids and credentials which work | [`Fixture`] | `fixture.rs` |
//! | the next answer is this one | [`OnRoute`] | `script.rs` |
//! | it has this status, these bytes | [`Answer`] | `answer.rs`, `answer/malformed.rs` |
//! | it is late, slow, cut off, or no HTTP at all | [`Answer`], [`Delay`] | `answer/travel.rs`, `delay.rs` |
//! | its token is odd | [`TokenAnswer`] | `answer/token.rs` |
//! | not so many per key | [`RateLimit`] | `rate_limit.rs` |
//! | a new key is not known yet | [`Propagation`] | `world/propagation.rs` |
//! | no secret may come here | [`Trap`] | `trap.rs` |
//! | all of that is in a file | [`Scenario`] | `scenario.rs` |
//! | requests wait here | [`Barrier`] | `barrier.rs` |
//! | what was asked, how often, at once | [`Journal`], [`Recorded`] | `journal.rs` |
//! | this key is disabled, that member a viewer | [`Identities`], [`ServiceId`], [`Role`] | `identities.rs` |
//! | an hour passes | [`Clock`] | `clock.rs` |
//! | what there is to ask | [`OPENAPI`] | `openapi.rs` |
//! | which part of the cloud is meant | [`Route`] | `route.rs` |
//!
//! And behind that: `server.rs` is the wire, `api.rs` finds the API of a path, `iam/`, `identity_services/`,
//! `platform/` and `wml/` are the four APIs with one error envelope each, `iam/grants/` has a file for every way to
//! log in to IAM, `vpc/` is the metadata service of a virtual server, `cp4d/` is Cloud Pak for Data, `mcsp/` is where watsonx on AWS logs in, `control.rs` is the API for tests in other
//! processes, `world/` is what exists in the account, `token.rs`, `jwt.rs` and `signing.rs` are its tokens. An API is a
//! plain function from a request to an [`Answer`]: nothing in it awaits.
//!
//! # Outside of Rust
//!
//! `wml-auth mock` is the same server as a command: it prints the [`Fixture`] as one line of JSON, and serves. It listens
//! at IPv4 or IPv6 (`--host`), with TLS (`--tls`, `--tls-1-2`), at a Unix socket (`--unix-socket`), and is controlled
//! over HTTP (`--admin-port`). The repository's `Dockerfile` puts it into a container.
//!
//! # What is faithful, and what is a guess
//!
//! Paths, envelopes, headers, claims and codes follow what IBM has published or what was seen on the wire. Where
//! nothing is public (the code of an unknown trusted profile, the status of a locked key) a comment at that place
//! says so; do not take the mock's word for it.
//!
#![doc = include_str!("faults.md")]

mod answer;
mod api;
mod barrier;
mod caller;
mod clock;
mod cloud;
mod control;
mod cp4d;
mod delay;
mod fixture;
mod iam;
mod identities;
mod identity_services;
mod journal;
mod json;
mod jwt;
mod mcsp;
mod minted;
mod mock;
mod openapi;
mod platform;
mod rate_limit;
mod request;
mod route;
mod scenario;
mod script;
mod secrecy;
mod seed;
mod server;
mod signing;
mod tls;
mod token;
mod trace;
mod trap;
mod vpc;
mod wml;
mod world;

pub use answer::{Answer, TokenAnswer};
pub use barrier::Barrier;
pub use clock::Clock;
pub use delay::Delay;
pub use fixture::Fixture;
pub use identities::{Identities, ServiceId};
pub use journal::{Journal, Recorded};
pub use mock::{MockIam, MockIamBuilder};
pub use openapi::OPENAPI;
pub use rate_limit::{LimitBody, RateLimit, RetryAfter};
pub use route::Route;
pub use scenario::{Scenario, ScenarioError};
pub use script::OnRoute;
pub use tls::Certificate;
pub use trap::Trap;
pub use world::propagation::Propagation;
pub use world::workspace::Role;
