//! `cold [--quick] WML_AUTH BARE [PYTHON] [NODE_MODULES]`: one token from a process that has just been started, by each
//! program in turn, as JSON.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wml_auth_benches::{Kind, Outcome, Sample, median};
use wml_auth_mock_iam::MockIam;

const PYTHON: &str = "\
import os
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
print(IAMAuthenticator(os.environ['COLD_APIKEY'], url=os.environ['COLD_URL']).token_manager.get_token())";

const NODE: &str = "\
const { IamTokenManager } = require(process.env.COLD_MODULES + '/ibm-cloud-sdk-core');
new IamTokenManager({ apikey: process.env.COLD_APIKEY, url: process.env.COLD_URL }).getToken()
  .then((token) => console.log(token));";

struct Program {
    name: &'static str,
    kind: Kind,
    command: Result<Command, &'static str>,
}

fn main() {
    let mut arguments: Vec<_> = env::args().skip(1).collect();
    let quick = arguments.iter().position(|argument| argument == "--quick");
    let rounds = if quick.map(|at| arguments.remove(at)).is_some() { 5 } else { 60 };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    // Not the issuer of the other rows: IBM's clients want a token that they can read.
    let cloud = runtime.block_on(MockIam::start()).expect("a port on loopback");
    let mut programs = programs(&cloud, &arguments);

    eprintln!("cold: {rounds} rounds");
    let mut times: Vec<Vec<f64>> = programs.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (program, times) in programs.iter_mut().zip(&mut times) {
            if let Ok(command) = &mut program.command {
                times.push(once(command));
            }
        }
    }
    let sample = |(program, times): (Program, Vec<f64>)| {
        let outcome: Outcome = match program.command {
            Ok(_) => Ok([("ms", median(times))].into()),
            Err(reason) => Err(reason.to_owned()),
        };
        Sample::new("cold", program.name, program.kind, outcome)
    };
    let samples: Vec<_> = programs.into_iter().zip(times).map(sample).collect();
    println!("{}", serde_json::to_string(&samples).expect("plain numbers"));
}

fn programs(cloud: &MockIam, arguments: &[String]) -> Vec<Program> {
    let (url, key) = (cloud.url(), cloud.fixture().api_key.as_str());
    let with = |program: &str, arguments: &[&str]| with(program, arguments, url, key);
    let given = |nth: usize| arguments.get(nth).filter(|path| Path::new(path).exists());
    let missing = "it is not installed; `cargo xtask oracles` installs it";
    let python = given(2).map(|python| with(python, &["-c", PYTHON])).ok_or(missing);
    let node = given(3).map(|modules| {
        let mut node = with("node", &["-e", NODE]);
        node.env("COLD_MODULES", modules);
        node
    });
    let token = format!("{url}/identity/token");
    let form = format!("grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey={key}");
    let curl = with("curl", &["--silent", "--fail", "--data", &form, &token]);
    let wml_auth = given(0).map(|program| with(program, &["token", "--quiet"]));
    let bare = given(1).map(|program| with(program, &[url]));
    vec![
        Program { name: "wml-auth token", kind: Kind::Ours, command: wml_auth.ok_or("it was not built") },
        Program { name: "ibm-cloud-sdk-core, Python", kind: Kind::Peer, command: python },
        Program { name: "ibm-cloud-sdk-core, Node", kind: Kind::Peer, command: node.ok_or(missing) },
        Program { name: "curl", kind: Kind::Peer, command: runs(curl, "curl is not installed") },
        Program { name: "bare reqwest", kind: Kind::Floor, command: bare.ok_or("it was not built") },
    ]
}

fn with(program: &str, arguments: &[&str], url: &str, key: &str) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    command.env("COLD_APIKEY", key).env("COLD_URL", url);
    command.env("WATSON_MACHINE_LEARNING_APIKEY", key).env("WATSON_MACHINE_LEARNING_AUTH_URL", url);
    command
}

fn runs(mut command: Command, otherwise: &'static str) -> Result<Command, &'static str> {
    if command.output().is_ok_and(|output| output.status.success()) { Ok(command) } else { Err(otherwise) }
}

/// Milliseconds from start to end.
fn once(command: &mut Command) -> f64 {
    let start = Instant::now();
    let output = command.output().expect("a program that starts");
    let time = start.elapsed();
    assert!(output.status.success() && output.stdout.len() > 100, "{command:?} brought no token");
    time.as_secs_f64() * 1e3
}
