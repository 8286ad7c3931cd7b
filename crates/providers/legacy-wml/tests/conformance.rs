//! The login at old instances passes the suite.

#![allow(clippy::unwrap_used, reason = "a test may")]

use wml_auth_conformance::{Capability, Subject, run};
use wml_auth_core::Secret;
use wml_auth_legacy_wml::LegacyWml;
use wml_auth_mock_iam::Route;
use wml_auth_reqwest::ReqwestTransport;

async fn passes(instance_id: bool) {
    let subject = Subject::source("legacy-wml", move |cloud| {
        let fixture = cloud.fixture();
        let password = Secret::from(fixture.password.as_str());
        let builder = LegacyWml::builder(cloud.url(), &fixture.username, password);
        let builder = if instance_id { builder.instance_id(&fixture.instance_id) } else { builder };
        builder.build(ReqwestTransport::new().unwrap())
    });
    // It asks by GET.
    let report = run(&subject.at(Route::LegacyToken, "token").without(Capability::Post)).await;
    assert!(report.passed() && report.counts()[0] >= 80, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_with_a_password() {
    passes(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_instance_on_each_request() {
    passes(true).await;
}
