//! Instructions of a warm call, counted by Valgrind: a number that a busy machine does not change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::programs::Programs;
use super::results::{Kind, Sample};
use crate::cli::BenchArgs;
use crate::process;
use crate::workspace::Workspace;

pub(crate) const ROW: &str = "instructions";
const OURS: &str = "wml-auth";
const FILE: &str = "benches/instructions.toml";
/// By how much it may grow before that is a failure.
const TOLERANCE: f64 = 0.10;
/// Two runs with different numbers of calls: what both do besides cancels out.
const CALLS: (u64, u64) = (1_000, 11_000);

/// What is kept in the repository.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    ours: u64,
}

/// `--instructions`, with or without `--write` and `--check`.
pub(crate) fn run(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    let programs = Programs::build_warm(workspace)?;
    let Some(valgrind) = valgrind() else {
        eprintln!("skipped: instructions are counted by valgrind, which is not installed and could not be");
        return Ok(());
    };
    let ours = counted(&valgrind, &programs.warm, OURS)?.round();
    println!("a warm call of {OURS} takes {ours} instructions");
    let path = workspace.root().join(FILE);
    if args.write {
        return write(&path, ours as u64);
    }
    if args.check {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {FILE}"))?;
        let kept: Kept = toml::from_str(&text).with_context(|| format!("cannot read {FILE}"))?;
        return judge(ours, kept.ours as f64);
    }
    Ok(())
}

/// Everybody, for the table.
pub(crate) fn samples(programs: &Programs) -> Result<Vec<Sample>> {
    let names = process::capture(&mut Command::new(&programs.warm))?;
    let valgrind = valgrind();
    let sample = |name: &str| {
        eprintln!("  {name}");
        let counted = match &valgrind {
            Some(valgrind) => counted(valgrind, &programs.warm, name).map_err(|error| format!("{error:#}")),
            None => Err("valgrind is not installed and could not be".to_owned()),
        };
        let kind = match name {
            OURS => Kind::Ours,
            floor if floor.contains("clone") => Kind::Floor,
            _ => Kind::Peer,
        };
        let (values, not_run) = match counted {
            Ok(number) => ([(ROW.to_owned(), number)].into(), None),
            Err(reason) => (Default::default(), Some(reason)),
        };
        Sample { row: ROW.to_owned(), contender: name.to_owned(), kind, values, not_run }
    };
    eprintln!("{ROW}");
    Ok(names.lines().map(sample).collect())
}

fn judge(now: f64, kept: f64) -> Result<()> {
    if now > kept * (1.0 + TOLERANCE) {
        bail!(
            "a warm call took {kept} instructions and takes {now}; find out why, or write down the new number \
             with `cargo xtask bench --instructions --write`"
        );
    }
    Ok(())
}

fn write(path: &Path, ours: u64) -> Result<()> {
    let body = toml::to_string(&Kept { ours })?;
    let text = format!(
        "# Instructions of one warm call. Written by `cargo xtask bench --instructions --write`.\n{body}"
    );
    fs::write(path, text).with_context(|| format!("cannot write {FILE}"))?;
    eprintln!("wrote {FILE}");
    Ok(())
}

fn counted(valgrind: &Path, program: &Path, contender: &str) -> Result<f64> {
    let (few, many) = CALLS;
    let first = collected(valgrind, program, contender, few)?;
    let second = collected(valgrind, program, contender, many)?;
    Ok((second as f64 - first as f64) / (many - few) as f64)
}

fn collected(valgrind: &Path, program: &Path, contender: &str, calls: u64) -> Result<u64> {
    let mut command = Command::new(valgrind);
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    command.arg(contender).arg(calls.to_string());
    let output = command.output().context("cannot start valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("it does not run under valgrind ({})", output.status);
    }
    let number =
        said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, number)| number.trim());
    number.and_then(|number| number.parse().ok()).context("valgrind did not say what it counted")
}

/// Where valgrind is. On CI it is installed when it is missing.
fn valgrind() -> Option<PathBuf> {
    process::find_program("valgrind").or_else(|| {
        if !process::on_ci() {
            return None;
        }
        for arguments in [&["update"][..], &["install", "-y", "valgrind"]] {
            // An old list of packages may do as well: what counts is whether the program is there in the end.
            let _ = process::capture(Command::new("apt-get").args(arguments));
        }
        process::find_program("valgrind")
    })
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn a_tenth_more_is_let_pass() {
        assert!(judge(330.0, 300.0).is_ok());
        assert!(judge(331.0, 300.0).is_err());
        assert!(judge(100.0, 300.0).is_ok());
    }
}
