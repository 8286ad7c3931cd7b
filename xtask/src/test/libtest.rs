//! What Rust's own test runner prints, read line by line.

use crate::test::Tally;

/// Takes one line of output into account.
pub(crate) fn read_line(line: &str, tally: &mut Tally) {
    let line = line.trim_end();
    if let Some(summary) = line.strip_prefix("test result: ") {
        tally.passed += count(summary, "passed");
        tally.failed += count(summary, "failed");
        tally.skipped += count(summary, "ignored");
    } else if let Some((name, outcome)) =
        line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
    {
        match outcome.split_once(", ").unwrap_or((outcome, "")) {
            ("FAILED", _) => tally.notes.push(format!("failed: {name}")),
            ("ignored", "") => tally.notes.push(format!("skipped: {name}: no reason given")),
            ("ignored", why) => tally.notes.push(format!("skipped: {name}: {why}")),
            _ => {}
        }
    }
}

/// The number before `word` in `ok. 3 passed; 0 failed; …`.
fn count(summary: &str, word: &str) -> usize {
    summary
        .split([';', '.'])
        .filter_map(|part| part.trim().split_once(' '))
        .find(|(_, found)| *found == word)
        .and_then(|(number, _)| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::read_line;
    use crate::test::Tally;

    fn read(output: &str) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| read_line(line, &mut tally));
        tally
    }

    #[test]
    fn summaries_of_several_binaries_add_up() {
        let tally = read(
            "running 3 tests\n\
             test a::b ... ok\n\
             test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s\n\
             \n\
             test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n",
        );
        assert_eq!((tally.passed, tally.failed, tally.skipped), (42, 0, 1));
    }

    #[test]
    fn failures_and_skips_are_named() {
        let tally = read(
            "test one ... FAILED\n\
             test two ... ignored, needs an account\n\
             test three ... ignored\n\
             test src/lib.rs - four (line 9) ... ok\n\
             test five - should panic ... ok\n\
             test result: FAILED. 2 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!((tally.passed, tally.failed, tally.skipped), (2, 1, 2));
        assert_eq!(
            tally.notes,
            ["failed: one", "skipped: two: needs an account", "skipped: three: no reason given"]
        );
    }

    #[test]
    fn other_output_counts_for_nothing() {
        let tally = read("test your luck\nthe test result: ok. 1 passed; 0 failed\n5 passed, 0 failed\n");
        assert_eq!(tally, Tally::default());
    }
}
