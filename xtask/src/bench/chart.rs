//! Bars, drawn by hand: what a warm call costs, and what the issuer and the callers go through when it fails.

use super::results::{Kind, Results, Sample};
use super::rows::{ROWS, Row};
use super::tables::number;

const SHOWN: &[&str] = &["warm", "parallel", "failure", "early"];
const WIDTH: usize = 720;
const NAMES: usize = 210;
const BARS: usize = 400;
const LINE: usize = 20;

/// The chart as an SVG document.
pub(crate) fn svg(results: &Results) -> String {
    let mut body = String::new();
    let mut y = 10;
    for row in ROWS.iter().filter(|row| SHOWN.contains(&row.name)) {
        y = panel(&mut body, y, row, results);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" width=\"{WIDTH}\" height=\"{y}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{y}\" fill=\"#ffffff\"/>\n{body}</svg>\n"
    )
}

/// Draws one row and returns where the next begins.
fn panel(body: &mut String, top: usize, row: &Row, results: &Results) -> usize {
    let Some(column) = row.columns.first() else { return top };
    let value = |sample: &Sample| sample.values.get(column.value).copied();
    let bars: Vec<_> = results.row(row.name).filter_map(|sample| Some((sample, value(sample)?))).collect();
    let Some(longest) = bars.iter().map(|(_, value)| *value).max_by(f64::total_cmp) else { return top };

    let title = escaped(&format!("{} ({})", row.title, column.header));
    body.push_str(&format!("<text x=\"12\" y=\"{}\" font-weight=\"600\">{title}</text>\n", top + 16));
    let mut y = top + 26;
    for (sample, value) in bars {
        // A bar of nothing would look like no result.
        let width = (value / longest * BARS as f64).max(1.0);
        let (text, end) = (y + 13, NAMES as f64 + width + 6.0);
        body.push_str(&format!(
            "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{}</text>\n\
             <rect x=\"{NAMES}\" y=\"{}\" width=\"{width:.1}\" height=\"14\" rx=\"2\" fill=\"{}\"/>\n\
             <text x=\"{end:.1}\" y=\"{text}\" fill=\"#57606a\">{}</text>\n",
            NAMES - 8,
            escaped(&sample.contender),
            y + 2,
            colour(sample.kind),
            number(value, column.digits),
        ));
        y += LINE;
    }
    y + 14
}

fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Ours => "#0f62fe",
        Kind::Peer => "#8d8d8d",
        Kind::Floor => "#d0d7de",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::svg;
    use crate::bench::results::{Kind, Results, sample};

    #[test]
    fn the_longest_bar_takes_the_room_and_nothing_is_a_line() {
        let mut results = Results::default();
        results.extend(vec![
            sample("warm", "us", Kind::Ours, &[("ns", 0.0)]),
            sample("warm", "a<b", Kind::Peer, &[("ns", 90.0)]),
        ]);
        let drawn = svg(&results);
        assert!(drawn.contains("width=\"400.0\"") && drawn.contains("width=\"1.0\""), "{drawn}");
        assert!(drawn.contains("a&lt;b") && !drawn.contains("a<b"));
    }
}
