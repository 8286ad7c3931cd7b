//! `cargo xtask oracles`: IBM's own client libraries, unpatched, as judges of the mock and of what wml-auth asks.

mod install;
pub(crate) mod interpreter;
mod mock;
pub(crate) mod node;
mod parity;
pub(crate) mod python;
mod tap;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::cli::OraclesArgs;
use crate::process::{self, finish_within};
use crate::test::{self, Tally};
use crate::workspace::Workspace;
use interpreter::{Folders, Interpreter, Unavailable};
use mock::Mock;
use tap::Report;

/// The clients of one language.
struct Client {
    language: &'static str,
    /// The ending of a driver's file name.
    ending: &'static str,
    /// Installs what is pinned, or says why it cannot be had.
    prepare: fn(&Folders) -> Result<Interpreter, Unavailable>,
}

const CLIENTS: &[Client] = &[
    Client { language: "python", ending: "py", prepare: python::prepare },
    Client { language: "node", ending: "mjs", prepare: node::prepare },
];

/// The name of the table of configurations, beside those of the drivers.
const PARITY: &str = "parity";

/// After a failure Python's core waits for a minute, which is the longest that any of them takes.
const LIMIT: Duration = Duration::from_secs(150);

pub(crate) fn run(workspace: &Workspace, args: &OraclesArgs) -> Result<()> {
    let (reports, total) = judge(workspace, args)?;
    for report in &reports {
        println!("{report}");
    }
    for note in &total.notes {
        println!("{note}");
    }
    println!("{}", total.closing_line());
    test::verdict(&total)
}

pub(crate) fn tally(workspace: &Workspace, args: &OraclesArgs) -> Result<Tally> {
    judge(workspace, args).map(|(_, total)| total)
}

fn judge(workspace: &Workspace, args: &OraclesArgs) -> Result<(Vec<Report>, Tally)> {
    let mut total = Tally::default();
    let mut ready = Vec::new();
    for client in CLIENTS {
        let folders = Folders::of(workspace, client.language)?;
        match (client.prepare)(&folders) {
            Ok(interpreter) => ready.push((client, folders, interpreter)),
            Err(Unavailable(why)) => {
                let why = format!("{} clients: {why}", client.language);
                total.add(&if process::on_ci() { Tally::failure(why) } else { Tally::skip(why) });
            }
        }
    }
    let mut reports = Vec::new();
    if ready.is_empty() {
        return Ok((reports, total));
    }

    let wanted = |name: &str| args.only.as_deref().is_none_or(|only| only == name);
    let program = mock::program(workspace, args.command.as_deref())?;
    let mock = Mock::start(workspace, &program)?;
    for (client, folders, interpreter) in &ready {
        for driver in drivers(&folders.drivers, client.ending)? {
            if !driver.file_name().and_then(OsStr::to_str).is_some_and(wanted) {
                continue;
            }
            let report = judged_by(interpreter, &driver, folders, &mock)?;
            total.add(&report.tally);
            reports.push(report);
        }
    }
    let cores: Vec<_> =
        ready.iter().map(|(client, folders, core)| (client.language, folders, core)).collect();
    if wanted(PARITY) && cores.len() == CLIENTS.len() {
        let report = parity::judge(workspace, &program, &cores)?;
        total.add(&report.tally);
        reports.push(report);
    }
    if reports.is_empty() {
        total.fail(format!("nothing ran; there is no driver {}", args.only.as_deref().unwrap_or("at all")));
    }
    Ok((reports, total))
}

fn drivers(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot list the drivers in {}", folder.display());
    let mut drivers = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if path.extension().is_some_and(|found| found == ending) {
            drivers.push(path);
        }
    }
    drivers.sort();
    Ok(drivers)
}

/// Runs a driver, and counts its scenarios.
fn judged_by(interpreter: &Interpreter, driver: &Path, folders: &Folders, mock: &Mock) -> Result<Report> {
    let mut command = interpreter.command(driver, folders)?;
    command.env("ORACLE_MOCK", mock.announcement());
    command.env("REQUESTS_CA_BUNDLE", mock.ca_file()).env("NODE_EXTRA_CA_CERTS", mock.ca_file());

    let finished = finish_within(&mut command, LIMIT)?;
    let name = driver.file_name().unwrap_or(driver.as_os_str()).to_string_lossy().into_owned();
    eprint!("{}", finished.stdout);
    let mut report = tap::read(&name, &finished.stdout);
    if let Some(why) = finished.failure()
        && report.tally.failed == 0
    {
        report.tally.fail(format!("{name}: {why}"));
    }
    if report.tally.failed > 0 {
        eprint!("{}", finished.stderr);
        eprintln!("what the mock wrote is in {}", mock.log().display());
    }
    Ok(report)
}
