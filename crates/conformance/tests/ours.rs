//! Every provider of this workspace passes.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use wml_auth_bearer::{StaticBearer, TokenFunction};
use wml_auth_conformance::{Capability, Subject, run};
use wml_auth_container::ContainerToken;
use wml_auth_core::{AccessToken, AuthError, Credentials, Identity, Secret, TokenSource, Transport};
use wml_auth_iam::{ApiKey, Endpoint, Grant, IamClient, Session};
use wml_auth_iam_apikey::{ApiKeyOnRequest, IamApiKey};
use wml_auth_mock_iam::{MockIam, Route, TokenAnswer};
use wml_auth_refresh_token::RefreshToken;
use wml_auth_reqwest::ReqwestTransport;
use wml_auth_service_level::ServiceLevel;
use wml_auth_trusted_profile::TrustedProfile;
use wml_auth_vpc::VpcInstance;

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
        let mut transport = ReqwestTransport::builder();
        if let Some(pem) = cloud.ca_pem() {
            transport = transport.ca_certificate(pem.as_bytes());
        }
        IamApiKey::builder(Secret::from(cloud.fixture().api_key.as_str()))
            .endpoint(Endpoint::parse(cloud.tls_url().unwrap_or(cloud.url()))?)
            .build(transport.build()?)
    });
    passes(subject.with(Capability::Tls), 80).await;
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
    passes(subject, 70).await;
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
            async move { source.fetch().await }
        }))
    });
    passes(subject, 75).await;
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

/// What somebody has who logged in before the check began: with an API key, as the client `bx`.
fn logged_in(endpoint: Endpoint, key: String) -> Session {
    // A source is made outside any future, so the login has a runtime of its own.
    let login = async move {
        let iam = IamClient::new(transport(), endpoint).with_client("bx", Secret::from("bx"))?;
        iam.session(&Grant::api_key(&ApiKey::parse(Secret::from(key))?)).await
    };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || runtime().block_on(login)).join().unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_token() {
    let known = Arc::new(Mutex::new(Vec::new()));
    let adds = Arc::clone(&known);
    let subject = Subject::source("refresh-token", move |cloud| {
        let endpoint = Endpoint::parse(cloud.url())?;
        let session = logged_in(endpoint.clone(), cloud.fixture().api_key.clone());
        cloud.journal().clear();
        let token = session.refresh_token.unwrap();
        adds.lock().unwrap().push(token.expose().to_owned());
        // What a server repeats is kept out of an error if it was sent with that very request: so let it stay the same.
        cloud.on(Route::Token).always(TokenAnswer::new().refresh_token("not_supported"));
        RefreshToken::builder(token).endpoint(endpoint).build(transport())
    })
    .with_secrets_from(move |_| known.lock().unwrap().clone());
    passes(subject, 75).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn container() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let subject = Subject::source("container", move |cloud| {
        std::fs::write(&path, &cloud.fixture().cr_token).unwrap();
        ContainerToken::builder()
            .token_file(&path)
            .profile_id(&cloud.fixture().profile_id)
            .endpoint(Endpoint::parse(cloud.url())?)
            .build(transport())
    });
    passes(subject, 75).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vpc() {
    let subject = Subject::source("vpc", |cloud| {
        VpcInstance::builder().metadata_url(cloud.url()).timeout(Duration::from_secs(30)).build(transport())
    })
    .at(Route::InstanceToken, "access_token")
    .without(Capability::Secret)
    // Each exchange has an identity token of its own.
    .without(Capability::SameCaller);
    passes(subject, 75).await;
}

/// A first token that outlives every check.
struct LongLived(Secret);

#[async_trait]
impl TokenSource for LongLived {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        Ok(AccessToken::new(self.0.clone()).with_expires_in(Duration::from_secs(86_400)))
    }

    fn identity(&self) -> Identity {
        Identity::new("long-lived", "", &[("token", self.0.expose())])
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trusted_profile() {
    // Made from the same seed, two clouds take each other's tokens.
    let month = Duration::from_secs(30 * 86_400);
    let first = MockIam::builder().token_lifetime(month).start().await.unwrap();
    let key = first.fixture().api_key.clone();
    let token = logged_in(Endpoint::parse(first.url()).unwrap(), key).token.secret().clone();
    let known = token.expose().to_owned();
    let subject = Subject::source("trusted-profile", move |cloud| {
        TrustedProfile::builder(LongLived(token.clone()))
            .profile_id(&cloud.fixture().profile_id)
            .endpoint(Endpoint::parse(cloud.url())?)
            .build(transport())
    })
    .with_secrets([known]);
    passes(subject, 75).await;
}
