//! Runs the cases in `tests/cases/refresh`, which are meant to be read by people who do not know Rust.
//!
//! Each file is a case: what it shows, and steps. A step has a time in seconds (or one for each clock), an event, and
//! what the engine must do about it. Every number drawn at random is 0.5 unless the step says otherwise.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use wml_auth_core::{Generation, Moment};

use super::{Action, Event, State};
use crate::Policy;
use crate::life::Life;
use crate::policy::{Failure, FailureKind};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[allow(dead_code, reason = "for the reader of the file")]
    shows: String,
    #[allow(dead_code, reason = "the failure modes that the case covers, for the reader of the file")]
    covers: Vec<String>,
    step: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    /// Seconds since the start, by both clocks.
    at: f64,
    /// What the wall clock shows instead, if it disagrees. May be negative.
    wall: Option<f64>,
    #[serde(flatten)]
    event: Happening,
    expect: String,
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
enum Happening {
    Asked { at_least: Option<f64> },
    Fetched { lives: f64, again: Option<bool>, roll: Option<f64> },
    Refused { retry_after: Option<f64>, roll: Option<f64> },
    Unreachable { retry_after: Option<f64>, roll: Option<f64> },
    Abandoned,
    Rejected { generation: u64 },
}

impl Step {
    fn now(&self) -> Moment {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let wall = self.wall.unwrap_or(self.at);
        let shift = Duration::from_secs_f64(wall.abs());
        let wall = if wall < 0.0 { start - shift } else { start + shift };
        Moment { wall, monotonic: Duration::from_secs_f64(self.at) }
    }

    fn event(&self) -> Event {
        let seconds = |time: Option<f64>| time.map(Duration::from_secs_f64);
        let failed = |kind, retry_after, roll: Option<f64>| {
            let failure = Failure { kind, retry_after: seconds(retry_after) };
            Event::Failed { failure, roll: roll.unwrap_or(0.5) }
        };
        match self.event {
            Happening::Asked { at_least } => Event::Asked { least: seconds(at_least) },
            Happening::Fetched { lives, again, roll } => {
                let life = Life::new(self.now(), Duration::from_secs_f64(lives));
                Event::Fetched { life, again: again.unwrap_or(false), roll: roll.unwrap_or(0.5) }
            }
            Happening::Refused { retry_after, roll } => failed(FailureKind::Permanent, retry_after, roll),
            Happening::Unreachable { retry_after, roll } => failed(FailureKind::Transient, retry_after, roll),
            Happening::Abandoned => Event::Abandoned,
            Happening::Rejected { generation } => Event::Rejected { generation: Generation(generation) },
        }
    }
}

fn words(action: Action) -> String {
    match action {
        Action::Serve => "serve".into(),
        Action::ServeAndFetch => "serve, and fetch early".into(),
        Action::Fetch => "fetch".into(),
        Action::Join => "join".into(),
        Action::Refuse { wait } => format!("refuse for {} s", wait.as_secs_f64()),
        Action::TooShort { life } => format!("say that tokens live {} s", life.as_secs_f64()),
        Action::Replace(held) => format!("hold token {}", held.generation.0),
        Action::HoldOff { wait } => format!("hold off for {} s", wait.as_secs_f64()),
        Action::Drop => "drop".into(),
        Action::Ignore => "nothing".into(),
    }
}

#[test]
fn every_case_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/refresh");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "only {} cases in {}", files.len(), folder.display());
    let mut faults = Vec::new();
    for file in &files {
        let case: Case = toml::from_str(&fs::read_to_string(file).unwrap())
            .unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
        let name = file.file_stem().unwrap().to_string_lossy();
        let (mut state, policy) = (State::default(), Policy::default());
        for (place, step) in case.step.iter().enumerate() {
            let did = words(state.step(step.now(), step.event(), &policy));
            if did != step.expect {
                faults.push(format!(
                    "{name}, step {}: expected `{}`, but it was `{did}`",
                    place + 1,
                    step.expect
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
