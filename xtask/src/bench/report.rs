//! The tables and the goals, for a terminal and for a document.

use super::goals::verdicts;
use super::results::Results;
use super::rows::ROWS;
use super::tables::{number, table};

/// For a terminal.
pub(crate) fn text(results: &Results) -> String {
    let mut text = String::new();
    for row in ROWS {
        let table = table(row, results);
        if !table.is_empty() {
            text.push_str(&format!("\n{} ({})\n{}", row.title, row.name, aligned(&table)));
        }
    }
    text.push_str(&format!("\nGoals\n{}", aligned(&goals(results))));
    text
}

/// What the README shows of it.
pub(crate) fn summary(results: &Results) -> String {
    format!("![wml-auth beside its peers](docs/bench.svg)\n\n{}", piped(&goals(results)))
}

/// The whole, as a page.
pub(crate) fn page(results: &Results) -> String {
    let mut text = String::from(
        "# Measured\n\nOne run of `cargo xtask bench --write`, which wrote this page. Peers are used in their best documented \
         way, against the same\nserver on loopback; floors do nothing but the least that could be done. Only ratios within a \
         run mean anything.\n",
    );
    for row in ROWS {
        let table = table(row, results);
        if !table.is_empty() {
            text.push_str(&format!("\n## {}\n\n{}", row.title, piped(&table)));
        }
    }
    text.push_str(&format!("\n## Goals\n\n{}", piped(&goals(results))));
    text
}

fn goals(results: &Results) -> Vec<Vec<String>> {
    let mut lines = vec![["row", "goal", "measured", "holds"].map(str::to_owned).to_vec()];
    for verdict in verdicts(results) {
        let holds = if verdict.holds { "yes" } else { "NO" };
        let measured = number(verdict.measured, 2);
        lines.push(vec![verdict.row.to_owned(), verdict.goal.to_owned(), measured, holds.to_owned()]);
    }
    lines
}

/// Names to the left, numbers to the right. A reason takes the room of all numbers, and so does not widen a column.
fn aligned(table: &[Vec<String>]) -> String {
    let columns = table.iter().map(Vec::len).max().unwrap_or_default();
    let width = |nth: usize| {
        let cells = table.iter().filter_map(|line| line.get(nth));
        cells.filter(|cell| !is_reason(cell)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in table {
        let reason = line.iter().position(|cell| is_reason(cell));
        let mut shown = String::from(" ");
        for (nth, (cell, width)) in line.iter().zip(&widths).enumerate() {
            shown.push_str(&match nth {
                0 => format!(" {cell:<width$}"),
                _ if reason.is_some_and(|at| nth >= at) => format!("  {cell}"),
                _ => format!("  {cell:>width$}"),
            });
        }
        text.push_str(shown.trim_end());
        text.push('\n');
    }
    text
}

fn is_reason(cell: &str) -> bool {
    cell.starts_with("not run: ")
}

fn piped(table: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (nth, line) in table.iter().enumerate() {
        text.push_str(&format!("| {} |\n", line.join(" | ")));
        if nth == 0 {
            let rules: Vec<_> = (0..line.len()).map(|nth| if nth == 0 { "---" } else { "---:" }).collect();
            text.push_str(&format!("| {} |\n", rules.join(" | ")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{aligned, piped};

    fn table() -> Vec<Vec<String>> {
        let line = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        vec![line(["", "ns"]), line(["name", "1,000"]), line(["other", "not run: it cannot be built here"])]
    }

    #[test]
    fn numbers_stand_under_each_other() {
        assert_eq!(
            aligned(&table()),
            "            ns\n  name   1,000\n  other  not run: it cannot be built here\n"
        );
    }

    #[test]
    fn a_document_has_a_rule_under_the_header() {
        assert!(piped(&table()).starts_with("|  | ns |\n| --- | ---: |\n| name | 1,000 |\n"));
    }
}
