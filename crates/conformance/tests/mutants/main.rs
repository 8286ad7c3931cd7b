//! For each group providers that are wrong on purpose, and that the suite must find out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

mod bare;
mod half_deaf;
mod naive;

use std::sync::Arc;
use std::time::Duration;

use wml_auth_conformance::{Capability, Report, Subject, run};
use wml_auth_core::{AuthError, Credentials, TokenSource};
use wml_auth_engine::{Engine, Policy};

use crate::bare::Bare;
use crate::naive::{Naive, Wrong};

fn naive(wrong: Wrong) -> Subject {
    let subject = Subject::source(format!("{wrong:?}"), move |cloud| Naive::new(cloud, wrong));
    // The one with a client of its own has no TLS.
    if wrong == Wrong::TakesHalves { subject } else { subject.with(Capability::Tls) }
}

fn bare(busy: bool, home: bool) -> Subject {
    let make =
        move |cloud: &_| Ok(Credentials::new(Bare::new(Naive::new(cloud, Wrong::NotAtAll)?, busy, home)));
    Subject::provider("bare", make).patience(Duration::from_secs(1))
}

/// Fails unless this check, or any of the group where none is named, has failed.
#[track_caller]
fn found(report: &Report, group: &str, name: &str) {
    let is_it = |entry: &&_| matches(entry, group, name);
    assert!(report.failed().any(|entry| is_it(&entry)), "{group}: {name} is not red:\n{report}");
}

fn matches(entry: &wml_auth_conformance::Entry, group: &str, name: &str) -> bool {
    entry.group == group && (name.is_empty() || entry.name == name)
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

/// Runs the suite against a source which is wrong like this, and looks for the checks that must find it out.
async fn is_found(wrong: Wrong, checks: &[(&str, &str)]) {
    let report = run(&naive(wrong)).await;
    for (group, name) in checks {
        found(&report, group, name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_request_is_found() {
    is_found(Wrong::AsksByGet, &[("wire", "a token is asked for by POST, with a body that says what it is")])
        .await;
    is_found(Wrong::KeyInUrl, &[("wire", "no secret stands in a URL")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_idea_of_time_is_found() {
    let checks = [
        ("expiry", "an expired token is not handed out"),
        ("expiry", "a life of seconds is not outlived"),
        ("expiry", "of a life and a date the earlier holds"),
        ("expiry", "a token that had ended when it came is refused"),
    ];
    is_found(Wrong::LivesForEver, &checks).await;
    is_found(Wrong::IgnoresClaims, &[("expiry", "a token that ends before its answer says is not outlived")])
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_memory_is_found() {
    let checks = [
        ("refresh", "it recovers by itself"),
        ("refresh", "a credential that is not known everywhere yet is taken once it is"),
    ];
    is_found(Wrong::RemembersFailure, &checks).await;
    let checks = [
        ("rejection", "a refused token is replaced"),
        ("rejection", "a token signed by a key of nobody's is replaced once it is refused"),
    ];
    is_found(Wrong::NeverRenews, &checks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_repetition_is_found() {
    is_found(Wrong::RetriesRefusals, &[("retries", "a refused credential is not tried again")]).await;
    let checks = [
        ("retries", "a long Retry-After is told and not waited for"),
        ("retries", "a rate limit's Retry-After in seconds is told and kept to"),
        ("retries", "a rate limit's Retry-After as a date is told and kept to"),
    ];
    is_found(Wrong::IgnoresRetryAfter, &checks).await;
    let checks = [("retries", "a Retry-After that makes no sense does no harm")];
    is_found(Wrong::StumblesOverRetryAfter, &checks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_appetite_is_found() {
    let checks = [
        ("faults", "a page in place of a token"),
        ("faults", "an empty object"),
        ("faults", "an object with more behind it"),
    ];
    is_found(Wrong::TakesAnything, &checks).await;
    is_found(Wrong::TakesTheLast, &[("faults", "two tokens under one name")]).await;
    let checks = [
        ("faults", "a body closed anywhere before its end"),
        ("faults", "a body reset anywhere before its end"),
        ("faults", "an answer in chunks of a byte is put together"),
    ];
    is_found(Wrong::TakesHalves, &checks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_lost_in_silence_is_found() {
    let checks = [
        ("faults", "silence in place of an answer"),
        ("faults", "silence in the middle of the body"),
        ("faults", "an answer in drops that takes for ever"),
        ("refresh", "a renewal that hangs fails nobody"),
    ];
    is_found(Wrong::StaysBusy, &checks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_confidence_is_found() {
    is_found(Wrong::TellsTheBody, &[("secrecy", "an error does not repeat what the server repeats")]).await;
    let checks = [
        ("security", "a redirect to another host is not followed"),
        ("security", "a redirect to another path is not followed"),
        ("security", "a redirect to itself is not followed"),
        ("security", "a redirect from https to http is not followed"),
    ];
    is_found(Wrong::FollowsRedirects, &checks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_without_an_engine_is_found_out() {
    let report = run(&bare(false, false)).await;
    found(&report, "caching", "a hundred calls at once make one exchange");
    let silence = report.failed().find(|entry| matches(entry, "faults", "silence in place of an answer"));
    assert_eq!(silence.unwrap().verdict.reason(), Some("nothing came of it within 1 s"));
    found(&run(&bare(true, false)).await, "cancellation", "");
    found(&run(&bare(false, true)).await, "concurrency", "");
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
