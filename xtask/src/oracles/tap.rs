//! What a driver prints: the Test Anything Protocol.
//!
//! The first line that begins with `#` names the client and its release. Then come `ok 1 - what works`, `not ok 2 - what
//! does not`, `ok 3 - what was left out # SKIP why`, and more lines for people; `1..3` at the end says that the driver
//! came to its end.

use std::fmt;

use crate::test::Tally;

/// What one driver had to say.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The client, and its release.
    client: String,
    /// What became of each scenario, and its name.
    scenarios: Vec<(&'static str, String)>,
    pub(super) tally: Tally,
}

pub(super) fn read(driver: &str, output: &str) -> Report {
    let mut report = Report { client: driver.to_owned(), ..Report::default() };
    if let Some(client) = output.lines().find_map(|line| line.strip_prefix("# ")) {
        report.client = client.to_owned();
    }
    let mut planned = None;
    for line in output.lines() {
        if let Some(plan) = line.strip_prefix("1..") {
            planned = plan.trim().parse::<usize>().ok();
        } else if let Some(rest) = line.strip_prefix("ok ") {
            match rest.split_once("# SKIP") {
                Some((name, why)) => {
                    report.skip(title(name), why.trim(), driver);
                }
                None => report.pass(title(rest)),
            }
        } else if let Some(rest) = line.strip_prefix("not ok ") {
            report.fail(title(rest), driver);
        }
    }
    let (tally, seen) = (&mut report.tally, report.scenarios.len());
    match planned {
        None => tally.fail(format!("{driver}: ended after {seen} scenarios without saying that it was done")),
        Some(0) => tally.fail(format!("{driver}: has no scenario")),
        Some(planned) if planned != seen => {
            tally.fail(format!("{driver}: {seen} of {planned} scenarios ran"))
        }
        Some(_) => {}
    }
    report
}

impl Report {
    /// One that is still empty.
    pub(super) fn of(client: impl Into<String>) -> Self {
        Self { client: client.into(), ..Self::default() }
    }

    pub(super) fn pass(&mut self, name: &str) {
        self.tally.pass();
        self.scenarios.push(("passed", name.to_owned()));
    }

    fn skip(&mut self, name: &str, why: &str, driver: &str) {
        self.tally.add(&Tally::skip(format!("{driver}: {name}: {why}")));
        self.scenarios.push(("skipped", name.to_owned()));
    }

    pub(super) fn fail(&mut self, name: &str, driver: &str) {
        self.tally.fail(format!("{driver}: {name}"));
        self.scenarios.push(("failed", name.to_owned()));
    }
}

/// The client, and below it each scenario.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.client)?;
        self.scenarios.iter().try_for_each(|(outcome, name)| writeln!(f, "    {outcome:<7}  {name}"))
    }
}

/// `3 - what works` without its number.
fn title(rest: &str) -> &str {
    rest.split_once(" - ").map_or(rest, |(_, title)| title).trim()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn scenarios_are_counted_and_named() {
        let output = "# client 1.0\nok 1 - one\nnot ok 2 - two\n# why\nok 3 - three # SKIP no key\n1..3\n";
        let report = read("a.py", output);
        let tally = &report.tally;
        assert_eq!((tally.passed, tally.failed, tally.skipped), (1, 1, 1));
        assert_eq!(tally.notes, ["failed: a.py: two", "skipped: a.py: three: no key"]);
        let shown = "client 1.0\n    passed   one\n    failed   two\n    skipped  three\n";
        assert_eq!(report.to_string(), shown);
    }

    #[test]
    fn a_driver_that_stops_half_way_fails() {
        for output in ["ok 1 - one\n", "ok 1 - one\n1..2\n", "", "1..0\n"] {
            let report = read("a.py", output);
            assert_eq!(report.tally.failed, 1, "{output:?}");
            assert!(report.to_string().starts_with("a.py\n"));
        }
    }
}
