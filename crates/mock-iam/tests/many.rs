//! Many servers in one process, and one server twice. In a file of its own: it counts what the whole process holds.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test that cannot go on has failed, in its helpers too; not every helper is used here"
)]

#[path = "mock/client.rs"]
mod client;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use wml_auth_mock_iam::{Answer, MockIam, Route};

use crate::client::{access_token, apikey, get, post};

const SERVERS: u64 = 200;
/// What one server and its client need at most: its listener, its runtime, both ends of a connection.
#[cfg(target_os = "linux")]
const DESCRIPTORS_EACH: u64 = 10;

/// One test for all, because they share the process: in turn, and not beside each other.
#[test]
fn servers_keep_apart_and_leave_nothing_behind_and_a_seed_repeats_itself() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // The first one reads the keys, and whatever else is there once in a process.
    runtime.block_on(one(0, Arc::new(Barrier::new(1))));
    let before = held();

    let servers = affordable();
    let started = Arc::new(Barrier::new(usize::try_from(servers).unwrap()));
    let seen = runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for seed in 0..servers {
            tasks.spawn(one(seed, Arc::clone(&started)));
        }
        tasks.join_all().await
    });
    let urls = seen.iter().map(|(url, _)| url.clone()).collect::<HashSet<_>>();
    let keys = seen.iter().map(|(_, key)| key.clone()).collect::<HashSet<_>>();
    assert_eq!((urls.len() as u64, keys.len() as u64), (servers, servers), "all at once, all different");
    assert_eq!(runtime.block_on(settled(before)), before, "file descriptors and threads");

    let (once, again) = runtime.block_on(async { (story(7).await, story(7).await) });
    assert!(once == again, "the journals of one seed differ");
    assert!(once != runtime.block_on(story(8)));
}

/// Starts a server, waits until all are there, and uses it.
async fn one(seed: u64, started: Arc<Barrier>) -> (String, String) {
    let cloud = MockIam::builder().seed(seed).start().await.unwrap();
    started.wait().await;
    let fixture = cloud.fixture().clone();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let path = format!("/ml/v4/deployments/{}/predictions?version=2026-10-14", fixture.deployment_id);
    let body = json!({ "input_data": [{ "values": [[1.0, 2.0]] }] });
    post(&path).bearer(&bearer).json(body).send(&cloud).await.ok(200);
    let neighbour = MockIam::builder().seed(seed + 1_000_000).start().await.unwrap();
    assert_eq!(apikey(&neighbour.fixture().api_key).send(&cloud).await.status, 400);
    assert_eq!(get("/v2/spaces").bearer(&bearer).send(&neighbour).await.status, 401);
    assert_eq!((cloud.journal().requests().len(), neighbour.journal().requests().len()), (3, 1));
    (fixture.url, fixture.api_key)
}

/// The bytes of a journal after a day with luck and bad luck.
async fn story(seed: u64) -> Vec<u8> {
    let cloud = MockIam::builder().seed(seed).start().await.unwrap();
    drop(cloud.on(Route::Token).sometimes(0.3, Answer::status(503)));
    drop(cloud.on(Route::Predictions).sometimes(0.2, Answer::status(429).header("Retry-After", "1")));
    let fixture = cloud.fixture();
    let path = format!("/ml/v4/deployments/{}/predictions?version=2026-10-14", fixture.deployment_id);
    for round in 0..40 {
        apikey(&fixture.service_api_key).send(&cloud).await;
        let body = json!({ "input_data": [{ "values": [[round, 2.0]] }] });
        post(&path).basic("apikey", &fixture.api_key).json(body).send(&cloud).await;
    }
    let mut bytes = Vec::new();
    for seen in cloud.journal().requests() {
        let target = format!("{} {}?{}", seen.method(), seen.path(), seen.query().unwrap_or(""));
        bytes.extend(format!("{target} {:?} {}\n", seen.status(), seen.connection()).into_bytes());
        for (name, value) in seen.headers() {
            bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\n"].concat());
        }
        bytes.extend(seen.body());
        bytes.push(b'\n');
    }
    bytes
}

/// What is held in the end. A thread that has ended may still be listed for a moment.
async fn settled(expected: (usize, usize)) -> (usize, usize) {
    for _ in 0..500 {
        if held() == expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    held()
}

/// How many file descriptors and threads this process has.
#[cfg(target_os = "linux")]
fn held() -> (usize, usize) {
    let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    (count("/proc/self/fd"), count("/proc/self/task"))
}

#[cfg(not(target_os = "linux"))]
fn held() -> (usize, usize) {
    (0, 0)
}

/// As many servers as this process may have.
#[cfg(target_os = "linux")]
fn affordable() -> u64 {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let soft = files.split_whitespace().next().unwrap().parse().unwrap_or(u64::MAX);
    let servers = SERVERS.min(soft / DESCRIPTORS_EACH / 2);
    if servers < SERVERS {
        eprintln!("{soft} files may be open: {servers} servers instead of {SERVERS}");
    }
    servers
}

#[cfg(not(target_os = "linux"))]
fn affordable() -> u64 {
    20
}
