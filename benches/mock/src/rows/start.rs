//! From nothing to a server that listens.

use std::time::Instant;

use wiremock::MockServer;

use crate::sample::{Kind, Sample, median};
use crate::servers::{mock, runtime};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings) -> Vec<Sample> {
    let runtime = runtime();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..settings.pick(101, 11) {
        let start = Instant::now();
        let server = mock(&runtime, false);
        ours.push(start.elapsed().as_secs_f64() * 1e3);
        drop(server);
        let start = Instant::now();
        let server = runtime.block_on(MockServer::builder().start());
        theirs.push(start.elapsed().as_secs_f64() * 1e3);
        drop(server);
    }
    let values = |times: Vec<f64>| Ok([("first_ms", times[0]), ("ms", median(times))].into());
    vec![
        Sample::new("mock-start", "wml-auth-mock-iam", Kind::Ours, values(ours)),
        Sample::new("mock-start", "wiremock", Kind::Peer, values(theirs)),
    ]
}
