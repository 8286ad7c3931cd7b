//! Providers that are wrong on purpose, and that the suite must find out: for every check that it has, at least one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

mod bare;
mod half_deaf;
mod hasty;
mod naive;
mod table;
mod wrong;

use std::sync::Arc;
use std::time::Duration;

use wml_auth_conformance::{Capability, Subject, run};
use wml_auth_core::{AuthError, Credentials, TokenSource};
use wml_auth_engine::{Engine, Policy};

use crate::bare::Bare;
use crate::naive::Naive;
use crate::wrong::Wrong;

fn naive(wrong: Wrong) -> Subject {
    let subject = Subject::source(format!("{wrong:?}"), move |cloud| Naive::new(cloud, wrong));
    let subject = subject.patience(Duration::from_secs(5));
    // Those with a client of their own have no TLS.
    match wrong {
        Wrong::TakesHalves | Wrong::TakesTooMuch | Wrong::GivesUpAtOnce => subject,
        _ => subject.with(Capability::Tls),
    }
}

fn bare(busy: bool, home: bool) -> Subject {
    let make =
        move |cloud: &_| Ok(Credentials::new(Bare::new(Naive::new(cloud, Wrong::NotAtAll)?, busy, home)));
    Subject::provider("bare", make).patience(Duration::from_secs(1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_naive_source_is_fine_as_long_as_nothing_is_wrong_with_it() {
    let report = run(&naive(Wrong::NotAtAll)).await;
    assert!(report.passed() && report.counts()[2] == 0, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finished_provider_with_a_deadline_of_its_own_is_fine() {
    let subject = Subject::provider("finished", |cloud| {
        let policy = Policy { deadline: Duration::from_secs(1), ..Policy::default() };
        Ok(Credentials::new(Engine::builder(Naive::new(cloud, Wrong::NotAtAll)?).policy(policy).build()))
    });
    let report = run(&subject.patience(Duration::from_secs(10))).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test]
async fn nothing_to_check_is_not_a_pass() {
    let broken =
        Subject::source("unmade", |_| Err::<Arc<dyn TokenSource>, _>(AuthError::misconfigured("no")));
    let report = run(&broken.without(Capability::Exchange)).await;
    assert!(!report.passed() && report.to_json()["subject"] == "unmade", "{report}");
}

#[tokio::test]
async fn what_is_skipped_is_shown_with_what_it_lacks() {
    let subject = Subject::source("asks by GET", |cloud| Naive::new(cloud, Wrong::AsksByGet));
    let report = run(&subject.without(Capability::Exchange).without(Capability::Post)).await.to_json();
    let checks = report["checks"].as_array().unwrap();
    let skipped = checks.iter().filter(|check| check["verdict"] == "skipped").count();
    assert!(skipped > 40 && report["skipped"] == skipped, "{report}");
    assert!(
        checks.iter().all(|check| (check["verdict"] == "passed") == check["reason"].is_null()),
        "{report}"
    );
}
