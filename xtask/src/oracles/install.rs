//! Installing pinned packages once, and again when the pins change.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::oracles::interpreter::Unavailable;
use crate::process::{command_line, finish_within};

/// A registry that does not answer is as good as none.
const LIMIT: Duration = Duration::from_secs(240);

/// Runs `steps` unless they succeeded before with the same `pins`.
pub(super) fn once(installed: &Path, pins: &str, steps: &mut [Command]) -> Result<(), Unavailable> {
    let stamp = installed.join("installed-pins");
    if fs::read_to_string(&stamp).is_ok_and(|before| before == pins) {
        return Ok(());
    }
    for step in steps {
        run(step)?;
    }
    fs::write(&stamp, pins).map_err(|error| Unavailable(format!("cannot write {}: {error}", stamp.display())))
}

fn run(step: &mut Command) -> Result<(), Unavailable> {
    let line = command_line(step);
    eprintln!("$ {line}");
    let finished = finish_within(step, LIMIT).map_err(|error| Unavailable(format!("{error:#}")))?;
    let Some(why) = finished.failure() else { return Ok(()) };
    eprint!("{}{}", finished.stdout, finished.stderr);
    Err(Unavailable(format!("`{line}` failed ({why}); its output is above")))
}

/// Reads a file that is part of the project.
pub(super) fn read(file: &Path) -> Result<String, Unavailable> {
    fs::read_to_string(file).map_err(|error| Unavailable(format!("cannot read {}: {error}", file.display())))
}
