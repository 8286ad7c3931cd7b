//! Connections that stay, and whether anybody is still served.
//!
//! The clients are a process of their own, this program once more: how many files a process may have open is then a limit of
//! each end, and the memory that is counted is the server's alone.

use std::env;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::client::Client;
use crate::processor::{memory, open_files};
use crate::sample::{Kind, Outcome, Sample};
use crate::servers::{mock, peer, runtime};
use crate::settings::Settings;

/// The argument that makes this program the clients of another one.
pub(crate) const HOLD: &str = "--hold";

const MOST: usize = 10_000;
/// What a process has open besides.
const OTHER_FILES: usize = 200;

pub(super) fn run(settings: &Settings) -> Vec<Sample> {
    let affordable = open_files().map_or(400, |files| files.saturating_sub(OTHER_FILES));
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

/// Has another process open the connections, and looks at the server's side of them.
fn hold(url: &str, api_key: &str, count: usize, wanted: usize) -> Outcome {
    let said = |error: io::Error| format!("the clients did not start: {error}");
    let before = memory().unwrap_or(0);
    let mut clients = Command::new(env::current_exe().map_err(said)?)
        .args([HOLD, url, api_key, &count.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(said)?;
    let mut line = String::new();
    if let Some(output) = clients.stdout.take() {
        BufReader::new(output).read_line(&mut line).map_err(said)?;
    }
    let after = memory().unwrap_or(0);
    // They stay until their input ends.
    drop(clients.stdin.take());
    clients.wait().map_err(said)?;
    let (held, ms) = line.trim().split_once(' ').ok_or("the clients gave up")?;
    let number = |text: &str| text.parse::<f64>().map_err(|error| error.to_string());
    let (held, ms) = (number(held)?, number(ms)?);
    let kib = after.saturating_sub(before) as f64 / held.max(1.0) / 1024.0;
    Ok([("connections", held), ("share", held / wanted as f64), ("ms", ms), ("kib", kib)].into())
}

/// What the other process does: opens connections each of which has had an answer, asks on the first once more, says how
/// many there are and how many milliseconds that one took, and keeps them until its input ends.
pub(crate) fn clients(mut arguments: impl Iterator<Item = String>) {
    let mut next = || arguments.next().expect("URL KEY COUNT");
    let (url, api_key, count) = (next(), next(), next().parse::<usize>().expect("a number"));
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        let mut client = Client::new(&url, &api_key);
        client.token();
        clients.push(client);
    }
    let first = clients.first_mut().expect("one connection at least");
    let start = Instant::now();
    first.token();
    println!("{} {}", clients.len(), start.elapsed().as_secs_f64() * 1e3);
    let _ = io::stdin().read_to_end(&mut Vec::new());
}
