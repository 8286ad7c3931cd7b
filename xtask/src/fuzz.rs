//! `cargo xtask fuzz`: whatever reads what somebody else wrote is given bytes of a fuzzer's choice.
//!
//! The workspace in `fuzz/` holds the targets. What a run has found to be of interest stays below the target folder, and the
//! next run begins with it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::cli::FuzzArgs;
use crate::process::{self, find_program};
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, args: &FuzzArgs) -> Result<()> {
    ensure!(
        find_program("cargo-fuzz").is_some(),
        "cargo-fuzz is not on the path; `cargo install cargo-fuzz` installs it"
    );
    let folder = workspace.root().join("fuzz");
    let targets = targets(&folder.join("targets"))?;
    let wanted: Vec<_> =
        targets.iter().filter(|name| args.only.as_ref().is_none_or(|only| only == *name)).collect();
    if wanted.is_empty() {
        bail!("there is no such target; there are {}", targets.join(", "));
    }
    let built = workspace.target_dir().join("fuzz");
    for target in wanted {
        let corpus = built.join("corpus").join(target);
        fs::create_dir_all(&corpus).with_context(|| format!("cannot create {}", corpus.display()))?;
        // The fuzzer instruments code by means that only a nightly compiler has.
        let mut command = Command::new("cargo");
        command.args(["+nightly", "fuzz", "run", "--fuzz-dir"]).arg(&folder).arg("--target-dir").arg(&built);
        command
            .arg(target)
            .arg(corpus)
            .arg(folder.join("seeds").join(target))
            .arg("--")
            .arg(format!("-max_total_time={}", args.seconds));
        process::run(command.current_dir(&folder))?;
    }
    Ok(())
}

fn targets(folder: &Path) -> Result<Vec<String>> {
    let cannot = || format!("cannot list {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        names.extend(path.file_stem().and_then(|name| name.to_str()).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}
