//! `cargo xtask msrv`: the crates keep the promise of the oldest Rust they state.
//!
//! What needs an old toolchain is done where one is installed. What needs none is always done: no crate may state an
//! older Rust than something it brings along.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::Result;
use cargo_metadata::Package;
use cargo_metadata::semver::Version;

use crate::deps::normal_tree;
use crate::problem::{Problem, conclude};
use crate::process;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut by_version: BTreeMap<Version, Vec<&Package>> = BTreeMap::new();
    let mut problems = Vec::new();
    for package in workspace.members().into_iter().filter(|package| workspace.is_shipped(package)) {
        let Some(stated) = &package.rust_version else { continue };
        problems.extend(too_new(workspace, package, stated)?);
        by_version.entry(stated.clone()).or_default().push(package);
    }
    conclude("msrv", &problems)?;

    let installed = installed_toolchains();
    for (version, packages) in by_version {
        let names = packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ");
        let series = format!("{}.{}", version.major, version.minor);
        match installed.iter().find(|toolchain| is_series(toolchain, &series)) {
            Some(toolchain) => check_with(workspace, toolchain, &packages)?,
            None => eprintln!(
                "skipped: Rust {series} is not installed, so {names} was not built with it; \
                 `rustup toolchain install {series}` installs it"
            ),
        }
    }
    Ok(())
}

fn too_new(workspace: &Workspace, package: &Package, stated: &Version) -> Result<Vec<Problem>> {
    let tree = normal_tree(workspace, package.name.as_str())?;
    let newer = workspace.packages().iter().filter(|dependency| {
        dependency.rust_version.as_ref().is_some_and(|needs| needs > stated)
            && tree.contains(&(dependency.name.to_string(), dependency.version.to_string()))
    });
    Ok(newer
        .map(|dependency| {
            let needs = dependency.rust_version.as_ref().map(Version::to_string).unwrap_or_default();
            Problem::new(
                package.name.as_str(),
                format!("states Rust {stated}, but {} {} needs {needs}", dependency.name, dependency.version),
                "use an older release of it, or state a newer `rust-version`",
            )
        })
        .collect())
}

/// Names as rustup has them: `1.85-x86_64-unknown-linux-gnu`, `1.85.1-…`, `stable-…`.
fn installed_toolchains() -> BTreeSet<String> {
    let Some(rustup) = process::find_program("rustup") else { return BTreeSet::new() };
    let listed = process::capture(Command::new(rustup).args(["toolchain", "list"])).unwrap_or_default();
    listed.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn is_series(toolchain: &str, series: &str) -> bool {
    toolchain.strip_prefix(series).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}

fn check_with(workspace: &Workspace, toolchain: &str, packages: &[&Package]) -> Result<()> {
    let mut command = Command::new("rustup");
    command.current_dir(workspace.root()).args(["run", toolchain, "cargo", "check"]);
    for package in packages {
        command.args(["--package", package.name.as_str()]);
    }
    // A folder of its own, or each toolchain would throw away what the other built.
    command.arg("--target-dir").arg(workspace.target_dir().join("msrv"));
    process::without_package_variables(&mut command);
    // What the outer cargo set for its own toolchain.
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::is_series;

    #[test]
    fn a_toolchain_belongs_to_a_series_by_its_first_two_numbers() {
        for toolchain in ["1.85", "1.85.1", "1.85-x86_64-unknown-linux-gnu", "1.85.1-aarch64-apple-darwin"] {
            assert!(is_series(toolchain, "1.85"), "{toolchain}");
        }
        for toolchain in
            ["1.8", "1.850-x", "1.86-x86_64-unknown-linux-gnu", "stable-x86_64-unknown-linux-gnu"]
        {
            assert!(!is_series(toolchain, "1.85"), "{toolchain}");
        }
    }
}
