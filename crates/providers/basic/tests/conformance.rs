//! What is sent as it is passes the suite, as far as that concerns it.

#![allow(clippy::unwrap_used, reason = "a test may")]

use wml_auth_basic::{Basic, NoAuth};
use wml_auth_conformance::{Capability, Subject, run};
use wml_auth_core::{Credentials, Secret};

async fn passes(subject: Subject) {
    let report = run(&subject.without(Capability::Exchange).without(Capability::Renewal)).await;
    assert!(report.passed() && report.counts()[0] >= 5, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_on_each_request() {
    let subject = Subject::provider("basic", |cloud| {
        let password = Secret::from(cloud.fixture().password.as_str());
        Ok(Credentials::new(Basic::new(&cloud.fixture().username, &password)?))
    });
    passes(subject).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_at_all() {
    passes(Subject::provider("none", |_| Ok(Credentials::new(NoAuth)))).await;
}
