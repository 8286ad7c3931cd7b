//! Runs `cargo test`, shows its output as it comes, and counts.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use anyhow::{Context as _, Result};

use crate::process::{self, command_line};
use crate::test::{Tally, libtest};
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, selection: &[&str]) -> Result<Tally> {
    let mut command = process::cargo(workspace);
    command
        .args(["test", "--workspace", "--all-features", "--no-fail-fast"])
        .args(selection)
        .stdout(Stdio::piped());
    let line = command_line(&command);
    eprintln!("$ {line}");
    let mut child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;

    let mut tally = Tally::default();
    if let Some(stdout) = child.stdout.take() {
        for bytes in BufReader::new(stdout).split(b'\n') {
            let bytes = bytes.with_context(|| format!("cannot read the output of `{line}`"))?;
            let text = String::from_utf8_lossy(&bytes);
            libtest::read_line(&text, &mut tally);
            writeln!(std::io::stderr(), "{text}").context("cannot write to stderr")?;
        }
    }

    let status = child.wait().with_context(|| format!("cannot wait for `{line}`"))?;
    if !status.success() && tally.failed == 0 {
        // No test says that it failed: a build error, or a test binary that died.
        tally.fail(format!("`{line}`: {status}; its output says why"));
    }
    Ok(tally)
}
