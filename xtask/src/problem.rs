//! What a check found: where, what, and how to mend it.

use std::fmt;

use anyhow::{Result, bail};

/// One finding. Its three parts are what somebody needs who has never seen the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    place: String,
    what: String,
    mend: String,
}

impl Problem {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), mend: mend.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    mend: {}", self.place, self.what, self.mend)
    }
}

/// Prints the findings of a check, and fails when there are any.
pub(crate) fn conclude(check: &str, problems: &[Problem]) -> Result<()> {
    for problem in problems {
        eprintln!("{check}: {problem}");
    }
    match problems.len() {
        0 => Ok(()),
        1 => bail!("{check} found a problem, printed above"),
        many => bail!("{check} found {many} problems, printed above"),
    }
}
