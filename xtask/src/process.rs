//! Running other programs.

use std::env;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::Message;

use crate::workspace::Workspace;

/// Whether this runs on CI, where something that is missing is a failure and not a skip.
pub(crate) fn on_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// The cargo that runs this program, in the root of the workspace.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace.root());
    without_package_variables(&mut command);
    command
}

/// What `cargo run` told this program about its own package would reach the build scripts of others and make them
/// build again.
pub(crate) fn without_package_variables(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|p| text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
}

/// Runs a command in the foreground and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = command_line(command);
    eprintln!("$ {line}");
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Runs a command, lets its stderr through, and returns its stdout.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let line = command_line(command);
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed: {}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How a program ended that ran under a limit.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) end: End,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

#[derive(Debug)]
pub(crate) enum End {
    Exited(ExitStatus),
    /// It still ran when its time was over, and was stopped.
    OutOfTime(Duration),
}

impl Finished {
    /// `None` when all is well, else why not.
    pub(crate) fn failure(&self) -> Option<String> {
        match self.end {
            End::Exited(status) if status.success() => None,
            End::Exited(status) => Some(status.to_string()),
            End::OutOfTime(limit) => Some(format!("still running after {} s", limit.as_secs())),
        }
    }
}

/// Runs a program to its end without input, or stops it when `limit` is over, and keeps what it wrote.
pub(crate) fn finish_within(command: &mut Command, limit: Duration) -> Result<Finished> {
    let line = command_line(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{line}`"))?;

    let stdout = read_to_end(child.stdout.take());
    let stderr = read_to_end(child.stderr.take());
    // The end of its output is the end of the program, unless it closed its output early: wait for both.
    let in_time = stdout.recv_timeout(limit);
    let end = match in_time {
        Ok(_) => End::Exited(child.wait().with_context(|| format!("cannot wait for `{line}`"))?),
        Err(_) => {
            child.kill().with_context(|| format!("cannot stop `{line}`"))?;
            child.wait().with_context(|| format!("cannot wait for `{line}`"))?;
            End::OutOfTime(limit)
        }
    };
    let stdout = in_time.or_else(|_| stdout.recv_timeout(AFTERWARDS)).unwrap_or_default();
    let stderr = stderr.recv_timeout(AFTERWARDS).unwrap_or_default();
    Ok(Finished { end, stdout, stderr })
}

/// How long the output of a program may take to arrive when the program has ended.
const AFTERWARDS: Duration = Duration::from_secs(5);

fn read_to_end(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is still worth showing.
            let _ = stream.read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// Builds and returns the executables: the name of each target, and where it is.
pub(crate) fn build_executables(workspace: &Workspace, args: &[&str]) -> Result<Vec<(String, PathBuf)>> {
    let mut command = cargo(workspace);
    command.arg("build").args(args).arg("--message-format=json-render-diagnostics");
    let output = capture(&mut command)?;
    let mut executables = Vec::new();
    for message in Message::parse_stream(output.as_bytes()) {
        let Message::CompilerArtifact(artifact) = message.context("cannot read what cargo built")? else {
            continue;
        };
        if let Some(executable) = artifact.executable {
            executables.push((artifact.target.name, executable.into_std_path_buf()));
        }
    }
    executables.sort();
    Ok(executables)
}

/// Where a program is, if it is on the path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path).map(|folder| folder.join(&name)).find(|candidate| candidate.is_file())
}

/// A command as somebody would type it.
pub(crate) fn command_line(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program = program.file_stem().unwrap_or_else(|| command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:=,+@".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{End, command_line, finish_within};

    #[test]
    fn a_program_that_ends_is_kept_whole() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let finished = finish_within(&mut command, Duration::from_secs(20)).unwrap();
        assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("out\n", "err\n"));
        assert!(finished.failure().unwrap().contains('3'));
    }

    #[test]
    fn a_program_that_does_not_end_is_stopped() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let finished = finish_within(&mut command, Duration::from_millis(50)).unwrap();
        assert!(matches!(finished.end, End::OutOfTime(_)));
    }

    #[test]
    fn a_command_line_leaves_the_folder_of_the_program_out() {
        let mut command = Command::new("/some/where/cargo");
        command.args(["test", "--package", "x", "--test", "*"]);
        assert_eq!(command_line(&command), "cargo test --package x --test '*'");
    }
}
