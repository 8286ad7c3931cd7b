//! The questions, one file each.

mod fresh;
pub(crate) mod held;
mod known;
mod start;

use crate::client::Client;
use crate::processor;
use crate::sample::{Outcome, Sample, median};
use crate::settings::Settings;

type Row = fn(&Settings) -> Vec<Sample>;

/// By the name of the row.
pub(crate) const ROWS: [(&str, Row); 4] = [
    ("mock-start", start::run),
    ("mock-fresh", fresh::run),
    ("mock-known", known::run),
    ("mock-held", held::run),
];

/// What is shown of rounds beside those of the floor: the middle time, and the middle of how many times the floor it was, round by
/// round. What disturbs a round disturbs both.
fn outcome(times: &[f64], floor: &[f64]) -> Outcome {
    let ratios = times.iter().zip(floor).map(|(time, floor)| time / floor).collect();
    Ok([("us", median(times.to_vec())), ("ratio", median(ratios))].into())
}

/// Microseconds of the servers for each of so many tokens.
fn per_token(client: &mut Client, tokens: u32) -> f64 {
    let before = processor::of_others();
    for _ in 0..tokens {
        client.token();
    }
    (processor::of_others() - before) as f64 / f64::from(tokens) / 1e3
}
