//! The mock, in a process of its own: `wml-auth mock`, with TLS and with its controls open.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, build_executables};
use crate::workspace::Workspace;

const PACKAGE: &str = "wml-auth-cli";

/// It makes an RSA key before it answers, which takes its time in a debug build.
const START: Duration = Duration::from_secs(60);

/// A running mock. It is stopped when this is dropped, however that comes about.
#[derive(Debug)]
pub(super) struct Mock {
    child: Child,
    announcement: String,
    ca_file: PathBuf,
    log: PathBuf,
}

impl Mock {
    pub(super) fn start(workspace: &Workspace, program: &Path) -> Result<Self> {
        let log = workspace.target_dir().join("oracles/mock.log");
        let stderr = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(program);
        command
            .args(["mock", "--tls", "--admin-port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr);
        process::without_package_variables(&mut command);
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;

        // From here on an early return stops the child.
        let mut mock = Self { child, announcement: String::new(), ca_file: PathBuf::new(), log };
        let stdout = mock.child.stdout.take().context("the mock has no stdout")?;
        mock.announcement = first_line(stdout).with_context(|| mock.silence())?;
        mock.ca_file = check_announcement(&mock.announcement).with_context(|| mock.silence())?;
        Ok(mock)
    }

    /// One JSON object: where the mock is, and what it accepts.
    pub(super) fn announcement(&self) -> &str {
        &self.announcement
    }

    /// The authority that its certificate is from.
    pub(super) fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    fn silence(&self) -> String {
        format!("`wml-auth mock` did not start; what it wrote is in {}", self.log.display())
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It may have ended by itself, which is no reason to fail here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The `wml-auth` that was asked for, or else one that is built.
pub(super) fn program(workspace: &Workspace, asked_for: Option<&Path>) -> Result<PathBuf> {
    match asked_for {
        // The current folder is the caller's, and need not be the root.
        Some(program) => {
            fs::canonicalize(program).with_context(|| format!("there is no {}", program.display()))
        }
        None => build(workspace),
    }
}

fn build(workspace: &Workspace) -> Result<PathBuf> {
    let built = build_executables(workspace, &["--quiet", "--package", PACKAGE, "--bins"])?;
    let found = built.into_iter().find(|(name, _)| name == "wml-auth");
    found
        .map(|(_, program)| program)
        .with_context(|| format!("package `{PACKAGE}` has no program `wml-auth`"))
}

/// Waits for the first line, and keeps reading after it so that the mock never waits for a reader.
fn first_line(stdout: ChildStdout) -> Result<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        let read = reader.read_line(&mut line).map(|_| line);
        if sender.send(read).is_ok() {
            let _ = io::copy(&mut reader, &mut io::sink());
        }
    });
    let line = receiver
        .recv_timeout(START)
        .with_context(|| format!("nothing on its stdout within {} s", START.as_secs()))?
        .context("cannot read its stdout")?;
    Ok(line.trim().to_owned())
}

/// Sees to what every driver relies on, and says where the certificate authority is.
fn check_announcement(line: &str) -> Result<PathBuf> {
    if line.is_empty() {
        bail!("it ended without a line on its stdout");
    }
    let value: serde_json::Value =
        serde_json::from_str(line).context("the first line of its stdout is not a JSON object")?;
    for name in ["url", "tls_url", "admin_url", "api_key", "service_api_key"] {
        if !value.get(name).is_some_and(serde_json::Value::is_string) {
            bail!("the JSON object on its stdout has no text `{name}`");
        }
    }
    let ca_file = value.get("ca_file").and_then(serde_json::Value::as_str);
    Ok(ca_file.context("the JSON object on its stdout has no text `ca_file`")?.into())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::check_announcement;

    #[test]
    fn the_announcement_has_what_drivers_rely_on() {
        let whole = json!({
            "url": "http://127.0.0.1:1", "tls_url": "https://127.0.0.1:2", "admin_url": "http://127.0.0.1:3",
            "ca_file": "ca.pem", "api_key": "a", "service_api_key": "b", "x": 1,
        });
        assert_eq!(check_announcement(&whole.to_string()).unwrap(), Path::new("ca.pem"));
        for name in ["url", "tls_url", "admin_url", "ca_file", "api_key", "service_api_key"] {
            let mut part = whole.clone();
            part[name] = Value::from(1);
            let error = check_announcement(&part.to_string()).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        for bad in ["", "listening", "{}"] {
            assert!(check_announcement(bad).is_err(), "{bad}");
        }
    }
}
