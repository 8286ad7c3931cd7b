//! One table for each row.

use super::results::{Kind, Results, Sample};
use super::rows::{Better, Column, Row};

/// A table: the header, then a line for each contender. Empty when the row was not run.
pub(crate) fn table(row: &Row, results: &Results) -> Vec<Vec<String>> {
    let Some(first) = row.columns.first() else { return Vec::new() };
    let ours = results.ours(row.name, first.value);
    let mut lines: Vec<_> = results.row(row.name).map(|sample| line(row, first, ours, sample)).collect();
    if !lines.is_empty() {
        let mut header = vec![String::new()];
        header.extend(row.columns.iter().map(|column| column.header.to_owned()));
        header.push("beside ours".to_owned());
        lines.insert(0, header);
    }
    lines
}

fn line(row: &Row, first: &Column, ours: Option<f64>, sample: &Sample) -> Vec<String> {
    let name = match sample.kind {
        Kind::Floor => format!("({})", sample.contender),
        Kind::Ours | Kind::Peer => sample.contender.clone(),
    };
    let mut cells = vec![name];
    if let Some(reason) = &sample.not_run {
        cells.push(format!("not run: {reason}"));
        cells.resize(row.columns.len() + 2, String::new());
        return cells;
    }
    for column in row.columns {
        let shown = sample.values.get(column.value).map(|value| number(*value, column.digits));
        cells.push(shown.unwrap_or_else(|| "-".to_owned()));
    }
    let ratio = ours.zip(sample.values.get(first.value)).map(|(ours, theirs)| match row.better {
        Better::Lower => theirs / ours,
        Better::Higher => ours / theirs,
    });
    cells.push(match ratio {
        Some(ratio) if sample.kind != Kind::Ours && ratio.is_finite() => format!("{} x", number(ratio, 1)),
        _ => String::new(),
    });
    cells
}

/// With the thousands apart.
pub(crate) fn number(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let mut grouped = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        let left = whole.len() - nth;
        if nth > 0 && left.is_multiple_of(3) && digit.is_ascii_digit() && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::{number, table};
    use crate::bench::results::{Kind, Results, sample};
    use crate::bench::rows::ROWS;

    #[test]
    fn a_ratio_says_how_many_times_better_we_are() {
        let mut results = Results::default();
        results.extend(vec![
            sample("parallel", "us", Kind::Ours, &[("mops_2", 30.0), ("mops_1", 20.0)]),
            sample("parallel", "them", Kind::Peer, &[("mops_2", 3.0), ("mops_1", 2.0)]),
        ]);
        let row = ROWS.iter().find(|row| row.name == "parallel").unwrap();
        assert_eq!(table(row, &results)[2], ["them", "3.0", "2.0", "10.0 x"]);
    }

    #[test]
    fn what_was_not_run_says_why() {
        let mut results = Results::default();
        let mut left_out = sample("memory", "them", Kind::Peer, &[]);
        left_out.not_run = Some("it does not build".to_owned());
        results.extend(vec![left_out]);
        let row = ROWS.iter().find(|row| row.name == "memory").unwrap();
        assert_eq!(table(row, &results)[1], ["them", "not run: it does not build", ""]);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            (number(1234567.0, 0), number(999.5, 1), number(0.04, 1)),
            ("1,234,567".into(), "999.5".into(), "0.0".into())
        );
    }
}
