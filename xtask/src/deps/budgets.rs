//! How much the crates that every SDK depends on may bring along.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::deps::normal_tree;
use crate::problem::Problem;
use crate::workspace::Workspace;

struct Budget {
    package: &'static str,
    /// The most crates in the tree, the package itself included.
    most: usize,
    never: &'static [&'static str],
}

const BUDGETS: &[Budget] = &[
    Budget {
        package: "wml-auth-core",
        most: 11,
        never: &["async-trait", "hyper", "reqwest", "rustls", "serde", "tokio", "url"],
    },
    Budget { package: "wml-auth-engine", most: 25, never: &["hyper", "reqwest", "rustls"] },
];

pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for budget in BUDGETS {
        let tree = normal_tree(workspace, budget.package)?;
        eprintln!(
            "{} brings {} crates along, itself included; at most {}",
            budget.package,
            tree.len(),
            budget.most
        );
        problems.extend(judge(budget, &tree));
    }
    Ok(problems)
}

fn judge(budget: &Budget, tree: &BTreeSet<(String, String)>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let how = format!("`cargo tree -p {} -e normal -i CRATE` says who asks for a crate", budget.package);
    if tree.len() > budget.most {
        let names: Vec<_> = tree.iter().map(|(name, version)| format!("{name} {version}")).collect();
        problems.push(Problem::new(
            budget.package,
            format!(
                "{} crates in its tree, at most {} are allowed: {}",
                tree.len(),
                budget.most,
                names.join(", ")
            ),
            format!("do without the newest one; {how}"),
        ));
    }
    for name in budget.never.iter().filter(|never| tree.iter().any(|(name, _)| name == *never)) {
        problems.push(Problem::new(
            budget.package,
            format!("`{name}` is in its tree, and may never be"),
            how.clone(),
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{Budget, judge};

    #[test]
    fn too_many_and_never_allowed_are_two_findings() {
        let budget = Budget { package: "ours", most: 2, never: &["tokio", "url"] };
        let tree =
            |names: &[&str]| names.iter().map(|name| (String::from(*name), String::from("1.0.0"))).collect();
        assert_eq!(judge(&budget, &tree(&["ours", "http"])), []);
        assert_eq!(judge(&budget, &tree(&["ours", "tokio"])).len(), 1);
        assert_eq!(judge(&budget, &tree(&["ours", "http", "bytes"])).len(), 1);
        assert_eq!(judge(&budget, &tree(&["ours", "http", "tokio"])).len(), 2);
    }
}
