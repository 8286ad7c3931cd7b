//! What came of each check.

use std::fmt;

use serde_json::{Value, json};

/// The outcome of a run. `Display` is for people; [`to_json`](Self::to_json) is for programs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The provider's name.
    pub subject: String,
    /// One entry per check, in the order of the groups. None is left out.
    pub entries: Vec<Entry>,
}

/// One check.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not, and why.
    Failed(String),
    /// The provider lacks what it needs.
    Skipped(String),
}

impl Verdict {
    /// `passed`, `failed` or `skipped`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }

    /// Why it failed or was skipped.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(why) | Self::Skipped(why) => Some(why),
        }
    }
}

impl Report {
    /// Whether no check failed, and at least one was made.
    pub fn passed(&self) -> bool {
        let [passed, failed, _] = self.counts();
        passed > 0 && failed == 0
    }

    /// How many checks passed, failed and were skipped.
    pub fn counts(&self) -> [usize; 3] {
        ["passed", "failed", "skipped"]
            .map(|word| self.entries.iter().filter(|entry| entry.verdict.as_str() == word).count())
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| matches!(entry.verdict, Verdict::Failed(_)))
    }

    /// The report as one JSON document: `schema` (1), `subject`, the numbers of checks that `passed`, `failed` and were
    /// `skipped`, and `checks`, a list in which each has `group`, `name`, `verdict` and `reason`, which is null where it
    /// passed.
    pub fn to_json(&self) -> Value {
        let [passed, failed, skipped] = self.counts();
        let check = |entry: &Entry| {
            json!({
                "group": entry.group,
                "name": entry.name,
                "verdict": entry.verdict.as_str(),
                "reason": entry.verdict.reason(),
            })
        };
        json!({
            "schema": 1,
            "subject": self.subject,
            "passed": passed,
            "failed": failed,
            "skipped": skipped,
            "checks": self.entries.iter().map(check).collect::<Vec<_>>(),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let entry = |group, name, verdict| Entry { group, name, verdict };
        let entries = vec![
            entry("wire", "a", Verdict::Passed),
            entry("wire", "b", Verdict::Failed("it was a GET".into())),
            entry("faults", "c", Verdict::Skipped("it lacks a second token".into())),
        ];
        Report { subject: "badge".into(), entries }
    }

    #[test]
    fn people_read_each_check_below_its_group() {
        let text = "badge\n  wire\n    passed   a\n    FAILED   b: it was a GET\n  faults\n    \
                    skipped  c: it lacks a second token\n  1 passed, 1 failed, 1 skipped";
        assert_eq!(report().to_string(), text);
    }

    #[test]
    fn programs_read_group_name_verdict_and_reason_of_each_check() {
        let checks = json!([
            { "group": "wire", "name": "a", "verdict": "passed", "reason": null },
            { "group": "wire", "name": "b", "verdict": "failed", "reason": "it was a GET" },
            { "group": "faults", "name": "c", "verdict": "skipped", "reason": "it lacks a second token" },
        ]);
        let whole = json!({
            "schema": 1, "subject": "badge", "passed": 1, "failed": 1, "skipped": 1, "checks": checks,
        });
        assert_eq!(report().to_json(), whole);
        assert!(!report().passed());
    }
}
