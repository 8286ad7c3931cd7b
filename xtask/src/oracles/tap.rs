//! What a driver prints: the Test Anything Protocol.
//!
//! `ok 1 - what works`, `not ok 2 - what does not`, `ok 3 - what was left out # SKIP why`; lines that begin with `#`
//! are for people, and `1..3` at the end says that the driver came to its end.

use crate::test::Tally;

pub(super) fn count(driver: &str, output: &str) -> Tally {
    let mut tally = Tally::default();
    let mut planned = None;
    let mut seen = 0;
    for line in output.lines() {
        if let Some(plan) = line.strip_prefix("1..") {
            planned = plan.trim().parse::<usize>().ok();
        } else if let Some(rest) = line.strip_prefix("ok ") {
            seen += 1;
            match rest.split_once("# SKIP") {
                Some((name, why)) => {
                    tally.add(&Tally::skip(format!("{driver}: {}: {}", title(name), why.trim())))
                }
                None => tally.pass(),
            }
        } else if let Some(rest) = line.strip_prefix("not ok ") {
            seen += 1;
            tally.fail(format!("{driver}: {}", title(rest)));
        }
    }
    match planned {
        None => tally.fail(format!("{driver}: ended after {seen} scenarios without saying that it was done")),
        Some(0) => tally.fail(format!("{driver}: has no scenario")),
        Some(planned) if planned != seen => {
            tally.fail(format!("{driver}: {seen} of {planned} scenarios ran"))
        }
        Some(_) => {}
    }
    tally
}

/// `3 - what works` without its number.
fn title(rest: &str) -> &str {
    rest.split_once(" - ").map_or(rest, |(_, title)| title).trim()
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn scenarios_are_counted_and_named() {
        let tally = count(
            "a.py",
            "# client 1.0\nok 1 - one\nnot ok 2 - two\n# why\nok 3 - three # SKIP no key\n1..3\n",
        );
        assert_eq!((tally.passed, tally.failed, tally.skipped), (1, 1, 1));
        assert_eq!(tally.notes, ["failed: a.py: two", "skipped: a.py: three: no key"]);
    }

    #[test]
    fn a_driver_that_stops_half_way_fails() {
        assert_eq!(count("a.py", "ok 1 - one\n").failed, 1);
        assert_eq!(count("a.py", "ok 1 - one\n1..2\n").failed, 1);
        assert_eq!(count("a.py", "").failed, 1);
        assert_eq!(count("a.py", "1..0\n").failed, 1);
    }
}
