//! `cargo xtask ci`: everything that a change has to pass.

use anyhow::{Context as _, Result};

use crate::cli::{BenchArgs, CodegenArgs, ModelArgs};
use crate::process;
use crate::stopwatch::Stopwatch;
use crate::test::{self, Group};
use crate::workspace::Workspace;
use crate::{bench, codegen, deps, model, msrv, tidy, wasm};

struct Step {
    name: &'static str,
    run: fn(&Workspace) -> Result<()>,
}

/// In the order in which they run. The tests come last because their count closes the output.
const BEFORE_THE_TESTS: &[Step] = &[
    Step { name: "lock file", run: lock_file },
    Step { name: "format", run: format },
    Step { name: "lints", run: lints },
    Step { name: "documentation", run: documentation },
    Step { name: "deps", run: deps::run },
    Step { name: "tidy", run: tidy::run },
    Step { name: "codegen --check", run: |workspace| codegen::run(workspace, &CodegenArgs { check: true }) },
    Step { name: "msrv", run: msrv::run },
    Step { name: "wasm", run: wasm::run },
    Step { name: "model", run: |workspace| model::run(workspace, &ModelArgs { schedules: 20_000 }) },
    Step { name: "bench --instructions --check", run: instructions },
];

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut durations = Vec::new();
    for step in BEFORE_THE_TESTS {
        let (outcome, took) = timed(step.name, || (step.run)(workspace));
        outcome.with_context(|| format!("step `{}` failed after {took}", step.name))?;
        durations.push((step.name, took));
    }
    let (total, took) = timed("test", || test::run_groups(workspace, Group::ALL));
    durations.push(("test", took));

    for (name, took) in durations {
        eprintln!("{name:<28} {took:>9}");
    }
    println!("{}", total.closing_line());
    test::verdict(&total).context("step `test` failed")
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> (T, String) {
    eprintln!("\n==== {name}");
    let stopwatch = Stopwatch::start();
    let result = work();
    let took = stopwatch.to_string();
    eprintln!("==== {name}: {took}");
    (result, took)
}

fn instructions(workspace: &Workspace) -> Result<()> {
    bench::run(workspace, &BenchArgs { instructions: true, check: true, ..BenchArgs::default() })
}

fn lock_file(workspace: &Workspace) -> Result<()> {
    process::capture(process::cargo(workspace).args(["metadata", "--locked", "--format-version", "1"]))
        .map(drop)
        .context("Cargo.lock is out of date: run `cargo metadata`, and commit what changed")
}

fn format(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args(["fmt", "--all", "--check"]))
        .context("mend with `cargo fmt --all`")
}

fn lints(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args([
        "clippy",
        "--workspace",
        "--all-features",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn documentation(workspace: &Workspace) -> Result<()> {
    process::run(
        process::cargo(workspace)
            .args(["doc", "--workspace", "--all-features", "--no-deps"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )
}
