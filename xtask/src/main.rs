//! Every chore of the workspace, as one command: `cargo xtask --help`.
//!
//! One module per command. A module reads the workspace through [`workspace::Workspace`], runs other programs
//! through [`process`], and reports what it finds as [`problem::Problem`]s: what, where, and how to mend it.

mod bench;
mod ci;
mod cli;
mod codegen;
mod compare;
mod deps;
mod fuzz;
mod model;
mod msrv;
mod oracles;
mod problem;
mod process;
mod stopwatch;
mod test;
mod tidy;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;

use crate::cli::{Command, Xtask};
use crate::workspace::Workspace;

fn main() -> ExitCode {
    match run(Xtask::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::load()?;
    match command {
        Command::Ci => ci::run(&workspace),
        Command::Test(args) => test::run(&workspace, &args),
        Command::Oracles(args) => oracles::run(&workspace, &args),
        Command::Compare(args) => compare::run(&workspace, &args),
        Command::Model(args) => model::run(&workspace, &args),
        Command::Fuzz(args) => fuzz::run(&workspace, &args),
        Command::Bench(args) => bench::run(&workspace, &args),
        Command::Deps => deps::run(&workspace),
        Command::Codegen(args) => codegen::run(&workspace, &args),
        Command::Tidy => tidy::run(&workspace),
        Command::Msrv => msrv::run(&workspace),
        Command::Wasm => wasm::run(&workspace),
    }
}
