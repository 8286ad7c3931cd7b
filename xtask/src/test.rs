//! `cargo xtask test`: the tests of the workspace, in groups, counted in one table.

mod cargo_test;
mod examples;
mod group;
mod libtest;
mod tally;

use anyhow::{Result, bail};

pub(crate) use group::Group;
pub(crate) use tally::Tally;

use crate::cli::TestArgs;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, args: &TestArgs) -> Result<()> {
    let groups = if args.groups.is_empty() { Group::ALL } else { args.groups.as_slice() };
    let total = run_groups(workspace, groups);
    println!("{}", total.closing_line());
    verdict(&total)
}

/// Runs the groups, prints the table, and returns the sum.
pub(crate) fn run_groups(workspace: &Workspace, groups: &[Group]) -> Tally {
    let mut rows = Vec::new();
    let mut total = Tally::default();
    for group in groups {
        eprintln!("\n== {group}");
        let tally = group.run(workspace).unwrap_or_else(|error| Tally::failure(format!("{error:#}")));
        total.add(&tally);
        rows.push((group.to_string(), tally));
    }
    println!("\n{}", tally::table(&rows));
    total
}

/// Whether the counts are good enough to exit with success.
pub(crate) fn verdict(total: &Tally) -> Result<()> {
    match total.failed {
        0 => Ok(()),
        1 => bail!("a test failed; the table names it"),
        many => bail!("{many} tests failed; the table names them"),
    }
}
