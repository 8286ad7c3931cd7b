//! The outcomes, for a terminal and for a document.

use std::time::Duration;

use super::Line;
use super::outcome::{Leak, Outcome, Wait};

const HEADER: [&str; 5] =
    ["client", "token requests", "slowest caller", "calls that failed", "secret leaked"];

/// For a terminal.
pub(super) fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&format!("\n{} ({})\n", line.row.title, line.row.name));
        let cells: Vec<_> =
            std::iter::once(HEADER.map(str::to_owned)).chain(line.outcomes.iter().map(cells)).collect();
        for row in &cells {
            let mut shown = String::from(" ");
            for (nth, cell) in row.iter().enumerate() {
                let width =
                    cells.iter().filter_map(|row| row.get(nth)).map(|cell| cell.chars().count()).max();
                shown.push_str(&format!(" {cell:<width$} ", width = width.unwrap_or_default()));
            }
            text.push_str(shown.trim_end());
            text.push('\n');
        }
    }
    text
}

/// For a document.
pub(super) fn markdown(lines: &[Line]) -> String {
    let mut text = format!("| | {} |\n| --- | --- | ---: | ---: | --- | --- |\n", HEADER.join(" | "));
    for line in lines {
        for (nth, outcome) in line.outcomes.iter().enumerate() {
            let title = if nth == 0 { line.row.title } else { "" };
            text.push_str(&format!("| {title} | {} |\n", cells(outcome).join(" | ")));
        }
    }
    text
}

fn cells(outcome: &Outcome) -> [String; 5] {
    [
        outcome.client.clone(),
        outcome.requests.to_string(),
        slowest(outcome.slowest),
        errors(outcome),
        match outcome.leak {
            Leak::Nowhere => "no",
            Leak::Output => "in its output",
            Leak::AnotherHost => "to the other host",
        }
        .to_owned(),
    ]
}

/// To a hundredth of a second, which is about what a machine at work repeats.
fn slowest(wait: Wait) -> String {
    match wait {
        Wait::Ms(ms) => format!("{:.2} s", Duration::from_millis(ms).as_secs_f64()),
        Wait::Beyond(limit) => format!("over {} s", limit.as_secs()),
        Wait::Unknown => "unknown".to_owned(),
    }
}

fn errors(outcome: &Outcome) -> String {
    if outcome.errors.is_empty() {
        return format!("0 of {}", outcome.calls);
    }
    let kind = |(error, count): (&String, &usize)| match outcome.errors.len() {
        1 => plain(error),
        _ => format!("{count} × {}", plain(error)),
    };
    let kinds: Vec<_> = outcome.errors.iter().map(kind).collect();
    format!("{} of {}: {}", outcome.failed(), outcome.calls, kinds.join("; "))
}

/// On one line, in one cell.
fn plain(error: &str) -> String {
    error.replace(['|', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{markdown, text};
    use crate::compare::Line;
    use crate::compare::contender::Tries;
    use crate::compare::outcome::{Leak, Outcome, Wait};
    use crate::compare::rows::ROWS;

    #[test]
    fn a_row_is_named_once_and_has_a_line_for_each_client() {
        let outcome = Outcome {
            client: "a".to_owned(),
            ours: Some(Tries::AsShipped),
            requests: 2,
            slowest: Wait::Ms(2010),
            calls: 3,
            answered: 3,
            errors: BTreeMap::from([("HTTP 500".to_owned(), 1), ("of | two\nlines".to_owned(), 1)]),
            leak: Leak::AnotherHost,
        };
        let dead = Outcome { slowest: Wait::Unknown, errors: BTreeMap::new(), ..outcome.clone() };
        let lines = [Line { row: &ROWS[0], outcomes: vec![outcome, dead] }];
        let table = markdown(&lines);
        assert_eq!(table.matches(ROWS[0].title).count(), 1);
        let full = "| a | 2 | 2.01 s | 2 of 3: 1 × HTTP 500; 1 × of   two lines | to the other host |";
        assert!(table.contains(full), "{table}");
        assert!(table.ends_with("|  | a | 2 | unknown | 0 of 3 | to the other host |\n"), "{table}");
        assert_eq!(text(&lines).lines().count(), 5);
    }
}
