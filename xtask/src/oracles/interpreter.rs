//! What runs a program in another language, with IBM's clients at hand and nothing else.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;

/// Where an environment has its drivers, and where it may install things.
pub(crate) struct Folders {
    pub(crate) drivers: PathBuf,
    pub(crate) installed: PathBuf,
}

/// The interpreter, and what it has to be told.
pub(crate) struct Interpreter {
    pub(crate) program: PathBuf,
    pub(crate) environment: Vec<(&'static str, OsString)>,
}

/// Why a client cannot be had on this machine. This is no verdict on the mock.
pub(crate) struct Unavailable(pub(crate) String);

impl Folders {
    /// One set of clients serves all who need some of that environment.
    pub(crate) fn of(workspace: &Workspace, environment: &str) -> Result<Self> {
        let installed = workspace.target_dir().join("oracles").join(environment);
        fs::create_dir_all(&installed).with_context(|| format!("cannot create {}", installed.display()))?;
        Ok(Self { drivers: workspace.root().join("tests/oracles").join(environment), installed })
    }
}

impl Interpreter {
    /// Runs a program in an environment that holds no credentials.
    pub(crate) fn command(&self, program: &Path, folders: &Folders) -> Result<Command> {
        let mut command = Command::new(&self.program);
        command.arg(program);
        isolate(&mut command, &folders.installed)?;
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }
}

/// Leaves a program nothing of this process's environment but what it takes to run.
pub(crate) fn isolate(command: &mut Command, installed: &Path) -> Result<()> {
    // IBM's cores look for credential files in the current folder and in the home folder.
    let home = installed.join("home");
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let needed = ["PATH", "SystemRoot", "TMPDIR", "TEMP"];
    command.current_dir(&home).env_clear();
    command.envs(needed.iter().filter_map(|name| Some((name, env::var_os(name)?))));
    command.env("HOME", &home).env("USERPROFILE", &home).env("NETRC", home.join("netrc"));
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    Ok(())
}
