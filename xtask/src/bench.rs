//! `cargo xtask bench`: wml-auth beside its peers, in one run.
//!
//! The workspace in `benches/` measures; this reads what it measured, holds it against the goals, and writes it down.

mod chart;
mod goals;
mod instructions;
mod programs;
mod report;
mod results;
mod rows;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::cli::{BenchArgs, Subject};
use crate::codegen::block;
use crate::workspace::Workspace;
use programs::Programs;
use results::Results;
use rows::ROWS;

const README: &str = "README.md";
const BLOCK: &str = "bench";

pub(crate) fn run(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    if let Some(only) = &args.only
        && !ROWS.iter().any(|row| row.name == *only)
    {
        let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        bail!("there is no row `{only}`; there are {}", names.join(", "));
    }
    if args.subject == Some(Subject::Mock) {
        let mut results = Results::default();
        results.extend(programs::samples(&Programs::build_mock(workspace)?, args)?);
        keep(workspace, "mock.json", &results)?;
        print!("{}", report::text(&results));
        return Ok(());
    }
    if args.instructions {
        return instructions::run(workspace, args);
    }
    let programs = Programs::build(workspace)?;
    let mut results = Results::default();
    for program in [&programs.measure, &programs.count] {
        results.extend(programs::samples(program, args)?);
    }
    if args.only.as_deref().is_none_or(|only| only == instructions::ROW) {
        results.extend(instructions::samples(&programs)?);
    }
    if args.only.as_deref().is_none_or(|only| only == "cold") {
        results.extend(programs::cold_samples(workspace, &programs, args)?);
    }
    keep(workspace, "results.json", &results)?;

    print!("{}", report::text(&results));
    if args.write {
        write(workspace.root(), &results)?;
    }
    Ok(())
}

/// Below the target folder, for whoever wants the numbers.
fn keep(workspace: &Workspace, file: &str, results: &Results) -> Result<()> {
    let folder = workspace.target_dir().join("bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(file), serde_json::to_string_pretty(results)?).context("cannot write the results")
}

fn write(root: &Path, results: &Results) -> Result<()> {
    let put = |path: &str, text: &str| {
        fs::write(root.join(path), text).with_context(|| format!("cannot write {path}"))?;
        eprintln!("wrote {path}");
        Ok(())
    };
    let readme = fs::read_to_string(root.join(README)).context("cannot read README.md")?;
    put("docs/bench.svg", &chart::svg(results))?;
    put("docs/benchmarks.md", &report::page(results))?;
    put(README, &block::replace(&readme, BLOCK, &report::summary(results))?)
}
