//! The exchanges of MCSP pass the suite.

#![allow(clippy::unwrap_used, reason = "a test may")]

use wml_auth_conformance::{Subject, run};
use wml_auth_core::{AuthError, Secret};
use wml_auth_mcsp::{Mcsp, ScopeCollection};
use wml_auth_mock_iam::{MockIam, Route};
use wml_auth_reqwest::ReqwestTransport;

async fn passes(
    name: &str,
    make: impl Fn(&MockIam, Secret) -> Result<Mcsp, AuthError> + Send + Sync + 'static,
) {
    let subject =
        Subject::source(name, move |cloud| make(cloud, Secret::from(cloud.fixture().api_key.as_str())));
    let report = run(&subject.at(Route::Mcsp, "token")).await;
    assert!(report.passed() && report.counts()[0] >= 80, "{report}");
}

fn transport() -> ReqwestTransport {
    ReqwestTransport::new().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_version() {
    passes("mcsp", |cloud, key| Mcsp::v1(key).url(cloud.url()).build(transport())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_version() {
    let scope = || ScopeCollection::account("20250806-1");
    passes("mcsp v2", move |cloud, key| Mcsp::v2(key, scope()).url(cloud.url()).build(transport())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_unscoped_one() {
    passes("mcsp unscoped", |cloud, key| Mcsp::unscoped(key).url(cloud.url()).build(transport())).await;
}
