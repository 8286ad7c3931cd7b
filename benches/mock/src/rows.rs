//! The questions, one file each.

mod fresh;
mod held;
mod known;
mod start;

use crate::client::Client;
use crate::processor;
use crate::sample::Sample;
use crate::settings::Settings;

type Row = fn(&Settings) -> Vec<Sample>;

/// By the name of the row.
pub(crate) const ROWS: [(&str, Row); 4] = [
    ("mock-start", start::run),
    ("mock-fresh", fresh::run),
    ("mock-known", known::run),
    ("mock-held", held::run),
];

const NO_COUNT: &str = "this system does not count processor time per thread";

/// Microseconds of the servers for each of so many tokens.
fn per_token(client: &mut Client, tokens: u32) -> Option<f64> {
    let before = processor::of_others()?;
    for _ in 0..tokens {
        client.token();
    }
    let spent = processor::of_others()?.checked_sub(before)?;
    Some(spent as f64 / f64::from(tokens) / 1e3)
}
