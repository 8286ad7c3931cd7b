//! What came of a row for one contender.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use wml_auth_mock_iam::{MockIam, Trap};

use super::contender::Contender;
use super::rows::Row;
use crate::process::{End, Finished};

/// What was counted and seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) client: String,
    pub(super) ours: bool,
    /// How often the token service was asked.
    pub(super) requests: usize,
    pub(super) slowest: Wait,
    pub(super) calls: usize,
    /// What callers were told instead of an answer, and how many of them.
    pub(super) errors: BTreeMap<String, usize>,
    pub(super) leak: Leak,
}

/// The longest that a caller waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    Ms(u64),
    /// It still waited when the time for the row was over.
    Beyond(Duration),
    /// The process ended before anybody could say.
    Unknown,
}

/// Where a secret went that it should not have gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leak {
    Nowhere,
    Output,
    AnotherHost,
}

/// What the callers' program prints.
#[derive(Debug, Deserialize)]
struct Told {
    client: String,
    calls: Vec<Call>,
}

#[derive(Debug, Deserialize)]
struct Call {
    ms: u64,
    error: Option<String>,
}

impl Outcome {
    pub(super) fn of(
        row: &Row,
        contender: &Contender,
        finished: &Finished,
        cloud: &MockIam,
        trap: &Trap,
        secret: &str,
    ) -> Self {
        let mut outcome = Self {
            client: contender.to_string(),
            ours: matches!(contender, Contender::Ours { .. }),
            requests: cloud.journal().token_requests(),
            slowest: Wait::Unknown,
            calls: row.steps.iter().map(|step| step.callers).sum(),
            errors: BTreeMap::new(),
            leak: leak(finished, cloud, trap, secret),
        };
        let told = finished.stdout.lines().last().map(serde_json::from_str::<Told>);
        match (&finished.end, told) {
            (End::Exited(status), Some(Ok(told))) if status.success() => outcome.listen(told),
            (End::OutOfTime(limit), _) => {
                outcome.slowest = Wait::Beyond(*limit);
                outcome.errors.insert("no answer".to_owned(), outcome.calls);
            }
            _ => {
                eprintln!("{}", finished.stderr);
                outcome.errors.insert("the process ends".to_owned(), outcome.calls);
            }
        }
        outcome
    }

    fn listen(&mut self, told: Told) {
        self.client = told.client;
        self.calls = told.calls.len();
        self.slowest = told.calls.iter().map(|call| call.ms).max().map_or(Wait::Unknown, Wait::Ms);
        for error in told.calls.into_iter().filter_map(|call| call.error) {
            *self.errors.entry(error).or_default() += 1;
        }
    }

    pub(super) fn failed(&self) -> usize {
        self.errors.values().sum()
    }
}

fn leak(finished: &Finished, cloud: &MockIam, trap: &Trap, secret: &str) -> Leak {
    if trap.has_seen(secret) {
        return Leak::AnotherHost;
    }
    let requests = cloud.journal().requests();
    let sent = requests.iter().filter_map(|request| request.header("authorization"));
    let tokens = sent.filter_map(|header| header.strip_prefix("Bearer ")).filter(|token| token.len() > 8);
    let told = |secret: &str| finished.stdout.contains(secret) || finished.stderr.contains(secret);
    if told(secret) || tokens.into_iter().any(told) { Leak::Output } else { Leak::Nowhere }
}
