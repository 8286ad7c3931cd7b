//! What a crate brings along: its normal dependencies on this platform, with its default features.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// Name and version of each crate in the tree, the crate itself included.
pub(crate) fn normal_tree(workspace: &Workspace, package: &str) -> Result<BTreeSet<(String, String)>> {
    let mut command = process::cargo(workspace);
    command.args(["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--no-dedupe"]);
    Ok(parse(&process::capture(&mut command)?))
}

fn parse(output: &str) -> BTreeSet<(String, String)> {
    output
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_crate_counts_once_however_often_it_occurs() {
        let tree = parse(
            "wml-auth-core v0.1.0 (/src/crates/core)\n\
             http v1.5.0\n\
             bytes v1.12.2\n\
             bytes v1.12.2\n\
             some-derive v2.0.0 (proc-macro)\n\
             bytes v0.5.0\n",
        );
        let names: Vec<_> = tree.iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(
            names,
            ["bytes 0.5.0", "bytes 1.12.2", "http 1.5.0", "some-derive 2.0.0", "wml-auth-core 0.1.0"]
        );
    }
}
