//! Everything that is not ours comes from the one public registry: no git revisions, no other registries.

use crate::problem::Problem;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let foreign = workspace.packages().iter().filter(|package| match &package.source {
        Some(source) => !source.is_crates_io(),
        // Only what lies in this workspace has no source.
        None => !workspace.members().iter().any(|member| member.id == package.id),
    });
    foreign
        .map(|package| {
            let source =
                package.source.as_ref().map_or("a folder outside the workspace", |source| &source.repr);
            Problem::new(
                format!("Cargo.lock: {} {}", package.name, package.version),
                format!("comes from {source}"),
                "depend on a published release",
            )
        })
        .collect()
}
