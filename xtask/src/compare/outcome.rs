//! What came of a row for one contender.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use wml_auth_mock_iam::{MockIam, Trap};

use super::contender::{Contender, Tries};
use super::rows::Row;
use crate::process::{End, Finished};

/// What was counted and seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) client: String,
    /// `None` for one of IBM's cores.
    pub(super) ours: Option<Tries>,
    /// How often the token service was asked.
    pub(super) requests: usize,
    pub(super) slowest: Wait,
    pub(super) calls: usize,
    /// Of those that heard anything at all, be it an error.
    pub(super) answered: usize,
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

/// A line of what the callers' program prints: who it is, then each call as it ends.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Told {
    Client { client: String },
    Call { ms: u64, error: Option<String> },
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
            ours: contender.tries(),
            requests: cloud.journal().token_requests(),
            slowest: Wait::Unknown,
            calls: row.steps.iter().map(|step| step.callers).sum(),
            answered: 0,
            errors: BTreeMap::new(),
            leak: leak(finished, cloud, trap, secret),
        };
        outcome.listen(&finished.stdout);
        let silent = outcome.calls.saturating_sub(outcome.answered);
        match &finished.end {
            End::OutOfTime(limit) => {
                outcome.slowest = Wait::Beyond(*limit);
                outcome.fail("no answer", silent);
            }
            End::Exited(_) if silent > 0 => {
                eprintln!("{}", finished.stderr);
                outcome.fail("the process ends", silent);
            }
            End::Exited(_) => {}
        }
        outcome
    }

    fn listen(&mut self, output: &str) {
        for told in output.lines().filter_map(|line| serde_json::from_str::<Told>(line).ok()) {
            match told {
                Told::Client { client } => self.client = client,
                Told::Call { ms, error } => {
                    self.answered += 1;
                    let before = if let Wait::Ms(before) = self.slowest { before } else { 0 };
                    self.slowest = Wait::Ms(ms.max(before));
                    if let Some(error) = error {
                        self.fail(&error, 1);
                    }
                }
            }
        }
    }

    fn fail(&mut self, error: &str, calls: usize) {
        *self.errors.entry(error.to_owned()).or_default() += calls;
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
