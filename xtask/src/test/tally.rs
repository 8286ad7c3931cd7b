//! How many tests passed, failed and were skipped, and why.

use std::fmt::Write as _;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// One line for each test that failed or was skipped.
    pub(crate) notes: Vec<String>,
}

impl Tally {
    /// Something failed that is not a test of its own, such as a build.
    pub(crate) fn failure(why: impl Into<String>) -> Self {
        Self { failed: 1, notes: vec![format!("failed: {}", why.into())], ..Self::default() }
    }

    pub(crate) fn skip(why: impl Into<String>) -> Self {
        Self { skipped: 1, notes: vec![format!("skipped: {}", why.into())], ..Self::default() }
    }

    pub(crate) fn pass(&mut self) {
        self.passed += 1;
    }

    pub(crate) fn fail(&mut self, why: impl Into<String>) {
        self.add(&Self::failure(why));
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.notes.extend(other.notes.iter().cloned());
    }

    /// The form that a machine looks for.
    pub(crate) fn closing_line(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// One row per group; below a row, what failed or was skipped in it.
pub(crate) fn table(rows: &[(String, Tally)]) -> String {
    let mut text = format!("{:<12} {:>6} {:>7} {:>7} {:>8}\n", "group", "run", "passed", "failed", "skipped");
    for (group, tally) in rows {
        let run = tally.passed + tally.failed;
        // Writing to a `String` does not fail.
        let _ = writeln!(
            text,
            "{group:<12} {run:>6} {:>7} {:>7} {:>8}",
            tally.passed, tally.failed, tally.skipped
        );
        for note in &tally.notes {
            let _ = writeln!(text, "    {}", note.replace('\n', "\n    "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Tally, table};

    #[test]
    fn sums_keep_the_reasons() {
        let mut total = Tally { passed: 3, ..Tally::default() };
        total.pass();
        total.fail("a: exit status: 1");
        total.add(&Tally::skip("no node"));
        assert_eq!(total.closing_line(), "4 passed, 1 failed, 1 skipped");
        assert_eq!(total.notes, ["failed: a: exit status: 1", "skipped: no node"]);
    }

    #[test]
    fn the_table_has_the_reasons_below_their_group() {
        let rows = [
            ("unit".to_owned(), Tally { passed: 12, ..Tally::default() }),
            ("oracles".to_owned(), Tally::skip("no node")),
        ];
        assert_eq!(
            table(&rows),
            "group           run  passed  failed  skipped\n\
             unit             12      12       0        0\n\
             oracles           0       0       0        1\n    skipped: no node\n"
        );
    }
}
