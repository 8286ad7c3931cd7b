//! Every provider of this workspace passes.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;

use wml_auth_bearer::{StaticBearer, TokenFunction};
use wml_auth_conformance::{Capability, Subject, run};
use wml_auth_core::{Credentials, Secret, Transport};
use wml_auth_iam::Endpoint;
use wml_auth_iam_apikey::{ApiKeyOnRequest, IamApiKey};
use wml_auth_reqwest::ReqwestTransport;
use wml_auth_service_level::ServiceLevel;

fn transport() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().unwrap())
}

async fn passes(subject: Subject, at_least: usize) {
    let report = run(&subject).await;
    println!("{report}");
    assert!(report.passed(), "{report}");
    assert!(report.counts()[0] >= at_least, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn iam_apikey() {
    let subject = Subject::source("iam-apikey", |cloud| {
        IamApiKey::builder(Secret::from(cloud.fixture().api_key.as_str()))
            .endpoint(Endpoint::parse(cloud.url())?)
            .build(transport())
    });
    passes(subject, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn service_level() {
    let subject = Subject::source("service-level", |cloud| {
        ServiceLevel::builder(Secret::from(cloud.fixture().service_api_key.as_str()))
            .endpoint(Endpoint::parse(cloud.url())?)
            .platform_url(cloud.url())
            .space(&cloud.fixture().space_id)
            .build(transport())
    })
    // It proves from the token that it is a Service ID's.
    .without(Capability::OpaqueToken);
    passes(subject, 30).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bearer_from_a_function() {
    let subject = Subject::source("bearer function", |cloud| {
        let source = Arc::new(
            IamApiKey::builder(Secret::from(cloud.fixture().api_key.as_str()))
                .endpoint(Endpoint::parse(cloud.url())?)
                .build(transport())?,
        );
        Ok(TokenFunction::new("function", "test", move || {
            let source = Arc::clone(&source);
            async move { wml_auth_core::TokenSource::fetch(&*source).await }
        }))
    });
    passes(subject, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fixed_bearer_and_a_key_on_the_request() {
    let fixed = Subject::provider("static bearer", |_| {
        Ok(Credentials::new(StaticBearer::new(Secret::from("opaque"))?))
    })
    .without(Capability::Exchange)
    .without(Capability::Renewal);
    passes(fixed, 5).await;
    let on_request = Subject::provider("key on the request", |cloud| {
        Ok(Credentials::new(ApiKeyOnRequest::new(Secret::from(cloud.fixture().api_key.as_str()))?))
    })
    .without(Capability::Exchange)
    .without(Capability::Renewal);
    passes(on_request, 5).await;
}
