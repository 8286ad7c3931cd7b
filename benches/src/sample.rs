//! What a contender showed in a row.

use std::collections::BTreeMap;

use serde::Serialize;

/// What part a contender has in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// wml-auth.
    Ours,
    /// Another library that does the same job.
    Peer,
    /// The least that could be done, with everything left out that makes it safe.
    Floor,
}

/// What was measured, by the name of the column.
pub type Values = BTreeMap<&'static str, f64>;

/// What was measured, or why nothing was.
pub type Outcome = Result<Values, String>;

/// One cell line of the results.
#[derive(Debug, Serialize)]
pub struct Sample {
    row: &'static str,
    contender: &'static str,
    kind: Kind,
    values: Values,
    not_run: Option<String>,
}

impl Sample {
    /// What `contender` showed in `row`.
    pub fn new(row: &'static str, contender: &'static str, kind: Kind, outcome: Outcome) -> Self {
        let (values, not_run) = match outcome {
            Ok(values) => (values, None),
            Err(reason) => (Values::new(), Some(reason)),
        };
        Self { row, contender, kind, values, not_run }
    }
}

/// The middle one: a round that something else on the machine disturbed does not move it.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
