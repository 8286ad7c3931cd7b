//! `cargo xtask oracles`: IBM's own client libraries, unpatched, as judges of the mock.

mod install;
mod mock;
mod node;
mod python;
mod tap;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::cli::OraclesArgs;
use crate::process::{self, finish_within};
use crate::test::{self, Tally};
use crate::workspace::Workspace;
use mock::Mock;

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

/// After a failure Python's core waits for a minute, which is the longest that any of them takes.
const LIMIT: Duration = Duration::from_secs(150);

/// Where a language has its drivers, and where it may install things.
struct Folders {
    drivers: PathBuf,
    installed: PathBuf,
}

/// What runs a driver.
struct Interpreter {
    program: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

/// Why a client cannot be had on this machine. This is no verdict on the mock.
struct Unavailable(String);

pub(crate) fn run(workspace: &Workspace, args: &OraclesArgs) -> Result<()> {
    let total = tally(workspace, args)?;
    for note in &total.notes {
        println!("{note}");
    }
    println!("{}", total.closing_line());
    test::verdict(&total)
}

pub(crate) fn tally(workspace: &Workspace, args: &OraclesArgs) -> Result<Tally> {
    let mut total = Tally::default();
    let mut ready = Vec::new();
    for client in CLIENTS {
        let folders = Folders {
            drivers: workspace.root().join("tests/oracles").join(client.language),
            installed: workspace.target_dir().join("oracles").join(client.language),
        };
        fs::create_dir_all(&folders.installed)
            .with_context(|| format!("cannot create {}", folders.installed.display()))?;
        match (client.prepare)(&folders) {
            Ok(interpreter) => ready.push((client, folders, interpreter)),
            Err(Unavailable(why)) => {
                let why = format!("{} clients: {why}", client.language);
                total.add(&if process::on_ci() { Tally::failure(why) } else { Tally::skip(why) });
            }
        }
    }
    if ready.is_empty() {
        return Ok(total);
    }

    let mock = Mock::start(workspace, args.command.as_deref())?;
    for (client, folders, interpreter) in &ready {
        for driver in drivers(&folders.drivers, client.ending)? {
            total.add(&interpreter.run(&driver, folders, &mock)?);
        }
    }
    Ok(total)
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

impl Interpreter {
    /// Runs a driver in an environment that holds no credentials but the mock's, and counts its scenarios.
    fn run(&self, driver: &Path, folders: &Folders, mock: &Mock) -> Result<Tally> {
        let home = folders.installed.join("home");
        fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
        // Both cores look for credential files in the current folder and in the home folder.
        let mut command = Command::new(&self.program);
        command.arg(driver).current_dir(&home).env_clear();
        command.envs(
            ["PATH", "SystemRoot", "TMPDIR", "TEMP"]
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        );
        command.env("HOME", &home).env("USERPROFILE", &home).env("NETRC", home.join("netrc"));
        command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        command.env("ORACLE_MOCK", mock.announcement());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));

        let finished = finish_within(&mut command, LIMIT)?;
        let name = driver.file_name().unwrap_or(driver.as_os_str()).to_string_lossy().into_owned();
        eprint!("{}", finished.stdout);
        let mut tally = tap::count(&name, &finished.stdout);
        if let Some(why) = finished.failure()
            && tally.failed == 0
        {
            tally.fail(format!("{name}: {why}"));
        }
        if tally.failed > 0 {
            eprint!("{}", finished.stderr);
            eprintln!("what the mock wrote is in {}", mock.log().display());
        }
        Ok(tally)
    }
}
