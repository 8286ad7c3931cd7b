//! The logins of Cloud Pak for Data pass the suite.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;

use wml_auth_conformance::{Capability, Subject, run};
use wml_auth_core::{Credentials, Secret, Transport};
use wml_auth_cp4d::{Cp4d, Cp4dBedrock, Cp4dService, Cp4dServiceInstance, ZenApiKey};
use wml_auth_mock_iam::Route;
use wml_auth_reqwest::ReqwestTransport;

fn transport() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().unwrap())
}

async fn passes(subject: Subject, at_least: usize) {
    let report = run(&subject).await;
    assert!(report.passed() && report.counts()[0] >= at_least, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_with_a_password() {
    let subject = Subject::source("cp4d", |cloud| {
        Cp4d::builder(&format!("{}/icp4d-api", cloud.url()), &cloud.fixture().username)
            .password(Secret::from(cloud.fixture().password.as_str()))
            .build(transport())
    });
    passes(subject.at(Route::Cp4d, "token"), 80).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_with_an_api_key() {
    let subject = Subject::source("cp4d", |cloud| {
        Cp4d::builder(cloud.url(), &cloud.fixture().username)
            .api_key(Secret::from(cloud.fixture().api_key.as_str()))
            .build(transport())
    });
    passes(subject.at(Route::Cp4d, "token"), 80).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_of_the_foundational_services() {
    let subject = Subject::source("cp4d-bedrock", |cloud| {
        let password = Secret::from(cloud.fixture().password.as_str());
        Cp4dBedrock::builder(cloud.url(), cloud.url(), &cloud.fixture().username, password).build(transport())
    })
    // The cluster has to know the token of the foundational services.
    .without(Capability::OpaqueToken);
    passes(subject.at(Route::Foundation, "access_token"), 75).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_broker() {
    let subject = Subject::source("cp4d-service", |cloud| {
        Cp4dService::builder(cloud.url(), Secret::from(cloud.fixture().broker_secret.as_str()))
            .build(transport())
    });
    // It asks by GET.
    passes(subject.at(Route::Cp4d, "token").without(Capability::Post), 80).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_instance() {
    let subject = Subject::source("cp4d-service-instance", |cloud| {
        let fixture = cloud.fixture();
        let key = Secret::from(fixture.api_key.as_str());
        Cp4dServiceInstance::new(cloud.url(), &fixture.instance_id, &fixture.username, key, transport())
    })
    // It asks by GET, and the token stands deeper in the answer than the suite puts one.
    .without(Capability::Post)
    .without(Capability::OpaqueToken);
    passes(subject.at(Route::Cp4d, "token"), 75).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_on_each_request() {
    let subject = Subject::provider("zen-api-key", |cloud| {
        let key = Secret::from(cloud.fixture().api_key.as_str());
        Ok(Credentials::new(ZenApiKey::new(&cloud.fixture().username, key)?))
    });
    passes(subject.without(Capability::Exchange).without(Capability::Renewal), 5).await;
}
