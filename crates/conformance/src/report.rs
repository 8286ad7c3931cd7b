//! What came of each check.

use std::fmt;

use serde::Serialize;

/// The outcome of a run. `Display` is for people; it serializes for programs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The provider's name.
    pub subject: String,
    /// One entry per check, in the order of the groups. None is left out.
    pub entries: Vec<Entry>,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// Its group.
    pub group: &'static str,
    /// What it shows, as a sentence.
    pub name: &'static str,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "why", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not, and why.
    Failed(String),
    /// The provider lacks what it needs.
    Skipped(String),
}

impl Report {
    /// Whether no check failed, and at least one was made.
    pub fn passed(&self) -> bool {
        let [passed, failed, _] = self.counts();
        passed > 0 && failed == 0
    }

    /// How many checks passed, failed and were skipped.
    pub fn counts(&self) -> [usize; 3] {
        let count = |is: fn(&Verdict) -> bool| self.entries.iter().filter(|entry| is(&entry.verdict)).count();
        [
            count(|verdict| matches!(verdict, Verdict::Passed)),
            count(|verdict| matches!(verdict, Verdict::Failed(_))),
            count(|verdict| matches!(verdict, Verdict::Skipped(_))),
        ]
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| matches!(entry.verdict, Verdict::Failed(_)))
    }

    /// The report as one JSON document.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "schema": 1, "report": self })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.subject)?;
        let mut group = "";
        for entry in &self.entries {
            if entry.group != group {
                group = entry.group;
                writeln!(f, "  {group}")?;
            }
            match &entry.verdict {
                Verdict::Passed => writeln!(f, "    passed   {}", entry.name)?,
                Verdict::Failed(why) => writeln!(f, "    FAILED   {}: {why}", entry.name)?,
                Verdict::Skipped(why) => writeln!(f, "    skipped  {}: {why}", entry.name)?,
            }
        }
        let [passed, failed, skipped] = self.counts();
        write!(f, "  {passed} passed, {failed} failed, {skipped} skipped")
    }
}
