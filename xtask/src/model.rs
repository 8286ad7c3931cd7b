//! `cargo xtask model`: the engine under a model checker.
//!
//! A run that finds nothing says little if nothing could have been found. So defects are planted as well, one at a
//! time, and each has to be found.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::cli::ModelArgs;
use crate::process::{self, Finished, finish_within};
use crate::stopwatch::Stopwatch;
use crate::workspace::Workspace;

/// The names in `crates/engine/src/planted.rs`.
const PLANTED: &[&str] = &["BellForOne", "LateListener", "NobodyCalledBack", "AnyFetchFreesThePlace"];

const LIMIT: Duration = Duration::from_secs(20 * 60);

/// One scenario, and under how many schedules it was run.
#[derive(Debug, PartialEq, Eq)]
struct Explored {
    scenario: String,
    schedules: usize,
}

pub(crate) fn run(workspace: &Workspace, args: &ModelArgs) -> Result<()> {
    let program = build(workspace)?;
    let scenarios = scenarios(&program)?;
    ensure!(!scenarios.is_empty(), "no scenario was built: is RUSTFLAGS set, which hides `--cfg shuttle`?");
    let each = args.schedules.div_ceil(scenarios.len()).max(2);

    let stopwatch = Stopwatch::start();
    let finished = explore(&program, each, None)?;
    if let Some(failure) = finished.failure() {
        eprintln!("{}{}", finished.stdout, finished.stderr);
        bail!(
            "the model checker found something ({failure}); the schedule above shows it again: WML_AUTH_REPLAY"
        );
    }
    let explored = explored(&finished.stdout);
    ensure!(explored.len() == scenarios.len(), "{} of {} scenarios ran", explored.len(), scenarios.len());
    for Explored { scenario, schedules } in &explored {
        println!("{schedules:>9}  {scenario}");
    }
    let total: usize = explored.iter().map(|explored| explored.schedules).sum();
    println!("{total:>9}  schedules in {stopwatch}, and nothing was found");

    for defect in PLANTED {
        let finished = explore(&program, each, Some(defect))?;
        let found = found(&finished.stdout);
        ensure!(!found.is_empty(), "the planted defect {defect} was not found; try more --schedules");
        println!("{defect}: found by {} of {} scenarios", found.len(), scenarios.len());
    }
    Ok(())
}

/// Everything is built anew in a folder of its own, for the checker's locks are a matter of the whole graph.
fn build(workspace: &Workspace) -> Result<std::path::PathBuf> {
    let folder = workspace.target_dir().join("model");
    let folder = folder.to_string_lossy();
    let args = [
        "--package=wml-auth-engine",
        "--test=model",
        "--config=build.rustflags=['--cfg', 'shuttle']",
        "--config=profile.dev.opt-level=1",
        "--target-dir",
        &folder,
    ];
    let built = process::build_executables(workspace, &args)?;
    let (_, program) = built.into_iter().find(|(name, _)| name == "model").context("no checker was built")?;
    Ok(program)
}

fn scenarios(program: &Path) -> Result<Vec<String>> {
    let listed = process::capture(Command::new(program).args(["--list", "--format", "terse"]))?;
    Ok(listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
}

fn explore(program: &Path, schedules: usize, planted: Option<&str>) -> Result<Finished> {
    let mut command = Command::new(program);
    command
        .arg("--nocapture")
        .env("WML_AUTH_SCHEDULES", schedules.to_string())
        .env_remove("WML_AUTH_PLANTED");
    // Only its verdict is of interest, and many traces would bury it.
    command.env("RUST_BACKTRACE", "0").envs(planted.map(|defect| ("WML_AUTH_PLANTED", defect)));
    finish_within(&mut command, LIMIT)
}

/// Reads `model: <scenario> <schedules>`, wherever the harness has put it on the line.
fn explored(output: &str) -> Vec<Explored> {
    let read = |line: &str| {
        let mut words = line.split_once("model: ")?.1.split_whitespace();
        let scenario = words.next()?.to_owned();
        Some(Explored { scenario, schedules: words.next()?.parse().ok()? })
    };
    let mut explored: Vec<_> = output.lines().filter_map(read).collect();
    explored.sort_by(|a, b| a.scenario.cmp(&b.scenario));
    explored
}

/// The scenarios that failed, from the list that closes the output of a test harness.
fn found(output: &str) -> Vec<&str> {
    let Some((_, list)) = output.rsplit_once("\nfailures:\n") else { return Vec::new() };
    list.lines()
        .take_while(|line| !line.starts_with("test result"))
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Explored, explored, found};

    #[test]
    fn what_was_explored_is_read_from_any_place_in_a_line() {
        let output = "running 2 tests\ntest b ... model: b 20\nok\nmodel: a 10\ntest a ... ok\n";
        let read = |scenario: &str, schedules| Explored { scenario: scenario.to_owned(), schedules };
        assert_eq!(explored(output), [read("a", 10), read("b", 20)]);
        assert!(explored("model: a\nmodel: b many\n").is_empty());
    }

    #[test]
    fn what_was_found_is_the_list_at_the_end() {
        let output =
            "test b ... FAILED\n\nfailures:\n    b\n    c\n\ntest result: FAILED. 1 passed; 2 failed\n";
        assert_eq!(found(output), ["b", "c"]);
        assert!(found("test b ... ok\n\ntest result: ok.\n").is_empty());
    }
}
