//! `cargo xtask tidy`: what the compiler does not check.

mod files;
mod layout;
mod leftovers;
mod length;
mod links;
mod manifests;
mod strays;

use anyhow::Result;

use crate::problem::conclude;
use crate::workspace::Workspace;
use files::SourceFile;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let files = files::read_all(workspace)?;
    let mut problems = Vec::new();
    for file in &files {
        problems.extend(length::check(file));
        problems.extend(leftovers::check(file));
        problems.extend(strays::check(file));
        problems.extend(links::check(workspace.root(), file));
    }
    problems.extend(manifests::check(workspace, &files));
    problems.extend(layout::check(&files));
    eprintln!("tidy looked at {} files", files.len());
    conclude("tidy", &problems)
}
