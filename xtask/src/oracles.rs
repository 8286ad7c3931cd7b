//! `cargo xtask oracles`: published clients of IBM's services, IBM's own before all, unpatched, as judges of the mock and
//! of what wml-auth asks.

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
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use crate::cli::OraclesArgs;
use crate::process::{self, finish_within};
use crate::test::{self, Tally};
use crate::workspace::Workspace;
use interpreter::{Folders, Interpreter, Unavailable};
use mock::Mock;
use tap::Report;

/// The clients that one environment has room for.
struct Client {
    /// The folder of the drivers, which says what is installed for them.
    environment: &'static str,
    /// The ending of a driver's file name.
    ending: &'static str,
    /// Whether one of IBM's cores is among them, to set beside ours.
    core: bool,
    /// Installs what is pinned, or says why it cannot be had.
    prepare: fn(&Folders) -> Result<Interpreter, Unavailable>,
}

const CLIENTS: &[Client] = &[
    Client { environment: "python", ending: "py", core: true, prepare: python::prepare },
    Client { environment: "python-legacy", ending: "py", core: false, prepare: python::prepare },
    Client { environment: "node", ending: "mjs", core: true, prepare: node::prepare },
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
    for (client, folders, prepared) in prepare_all(workspace)? {
        match prepared {
            Ok(interpreter) => ready.push((client, folders, interpreter)),
            Err(Unavailable(why)) => {
                let why = format!("{} clients: {why}", client.environment);
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
    let cores: Vec<_> = ready
        .iter()
        .filter(|(client, ..)| client.core)
        .map(|(client, folders, core)| (client.environment, folders, core))
        .collect();
    if wanted(PARITY) && cores.len() == CLIENTS.iter().filter(|client| client.core).count() {
        let report = parity::judge(workspace, &program, &cores)?;
        total.add(&report.tally);
        reports.push(report);
    }
    if reports.is_empty() {
        total.fail(format!("nothing ran; there is no driver {}", args.only.as_deref().unwrap_or("at all")));
    }
    Ok((reports, total))
}

type Prepared = (&'static Client, Folders, Result<Interpreter, Unavailable>);

/// Installs all at once: most of it is waiting for the network.
fn prepare_all(workspace: &Workspace) -> Result<Vec<Prepared>> {
    let folders = CLIENTS.iter().map(|client| Folders::of(workspace, client.environment));
    let folders = folders.collect::<Result<Vec<_>>>()?;
    let prepared = thread::scope(|scope| {
        let threads: Vec<_> = CLIENTS
            .iter()
            .zip(&folders)
            .map(|(client, folders)| scope.spawn(|| (client.prepare)(folders)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked")))
            .collect::<Result<Vec<_>>>()
    })?;
    Ok(CLIENTS
        .iter()
        .zip(folders)
        .zip(prepared)
        .map(|((client, folders), it)| (client, folders, it))
        .collect())
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
