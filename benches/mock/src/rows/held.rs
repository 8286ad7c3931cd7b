//! Connections that stay, and whether anybody is still served.

use std::time::Instant;

use crate::client::Client;
use crate::processor::{memory, open_files};
use crate::sample::{Kind, Outcome, Sample};
use crate::servers::{mock, peer, runtime};
use crate::settings::Settings;

const MOST: usize = 10_000;
/// Both ends are in this process, and other files besides.
const OTHER_FILES: usize = 200;

pub(super) fn run(settings: &Settings) -> Vec<Sample> {
    let affordable = open_files().map_or(400, |files| files.saturating_sub(OTHER_FILES) / 2);
    let wanted = settings.pick(MOST, MOST / 10);
    let count = wanted.min(affordable);
    if count < wanted {
        eprintln!("  {count} connections instead of {wanted}: no more files may be open");
    }
    let runtime = runtime();
    // One after the other, so that they do not share the limit.
    let ours = {
        let cloud = mock(&runtime, true);
        hold(cloud.url(), &cloud.fixture().api_key, count, wanted)
    };
    let theirs = {
        let server = peer(&runtime, b"{}");
        hold(&server.uri(), "key", count, wanted)
    };
    vec![
        Sample::new("mock-held", "wml-auth-mock-iam", Kind::Ours, ours),
        Sample::new("mock-held", "wiremock", Kind::Peer, theirs),
    ]
}

/// Opens connections each of which has had an answer, keeps them, and asks on the first.
fn hold(url: &str, api_key: &str, count: usize, wanted: usize) -> Outcome {
    let before = memory().unwrap_or(0);
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        let mut client = Client::new(url, api_key);
        client.token();
        clients.push(client);
    }
    let kilobytes = memory().unwrap_or(0).saturating_sub(before) as f64 / count.max(1) as f64 / 1024.0;
    let first = clients.first_mut().ok_or("no file may be open")?;
    let start = Instant::now();
    first.token();
    let time = start.elapsed().as_secs_f64() * 1e3;
    let share = count as f64 / wanted as f64;
    Ok([("connections", count as f64), ("share", share), ("ms", time), ("kib", kilobytes)].into())
}
