//! `cargo xtask deps`: who may depend on whom, how much may come along, and under which licences.

mod arrows;
mod budgets;
mod cargo_deny;
mod http_clients;
mod licences;
mod sources;
mod tree;

use anyhow::Result;

pub(crate) use tree::normal_tree;

use crate::problem::conclude;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut problems = arrows::check(workspace);
    problems.extend(budgets::check(workspace)?);
    problems.extend(http_clients::check(workspace));
    problems.extend(sources::check(workspace));
    problems.extend(licences::check(workspace)?);
    conclude("deps", &problems)?;
    cargo_deny::run(workspace)
}
