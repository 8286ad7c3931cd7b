//! One HTTP stack, and only where HTTP is spoken.

use std::collections::BTreeSet;

use cargo_metadata::DependencyKind;
use cargo_metadata::semver::Version;

use crate::problem::Problem;
use crate::workspace::Workspace;

/// The folders below `crates/` whose crates may name an HTTP client.
const MAY_NAME_A_CLIENT: &[&str] = &["adapters/", "config", "facade", "cli"];

const CLIENT: &str = "reqwest";

/// Two majors of these would be two connection pools, two TLS set-ups and two sets of proxy rules in one process.
const ONE_MAJOR_ONLY: &[&str] = &["reqwest", "hyper"];

/// There is one TLS library, and it is written in Rust.
const NEVER: &[&str] = &["native-tls", "openssl-sys"];

pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in workspace.members().into_iter().filter(|package| workspace.is_shipped(package)) {
        let folder = workspace.folder(package);
        let names_it =
            package.dependencies.iter().any(|d| d.name == CLIENT && d.kind != DependencyKind::Development);
        if names_it && !may_name_a_client(&folder) {
            problems.push(Problem::new(
                format!("crates/{folder}/Cargo.toml"),
                format!("depends on `{CLIENT}`; only adapters, config, facade and cli may"),
                "take a `wml_auth_core::Transport` and let the caller choose the client",
            ));
        }
    }
    for found in workspace.packages().iter().filter(|package| NEVER.contains(&package.name.as_str())) {
        problems.push(Problem::new(
            "Cargo.lock",
            format!("`{}` is a second TLS library", found.name),
            format!(
                "`cargo tree --workspace --target all -i {}` says who asks for it; use rustls",
                found.name
            ),
        ));
    }
    for name in ONE_MAJOR_ONLY {
        let versions = workspace.packages().iter().filter(|p| p.name.as_str() == *name).map(|p| &p.version);
        let majors: BTreeSet<String> = versions.map(compatible_series).collect();
        if majors.len() > 1 {
            problems.push(Problem::new(
                "Cargo.lock",
                format!("`{name}` is there in more than one major: {}", Vec::from_iter(majors).join(", ")),
                format!("`cargo tree --workspace -i {name}` says who asks for which; agree on one"),
            ));
        }
    }
    problems
}

fn may_name_a_client(folder: &str) -> bool {
    MAY_NAME_A_CLIENT
        .iter()
        .any(|allowed| folder == *allowed || (allowed.ends_with('/') && folder.starts_with(allowed)))
}

/// The part of a version that cargo does not unify across: `1`, `0.13`, `0.0.3`.
fn compatible_series(version: &Version) -> String {
    match (version.major, version.minor) {
        (0, 0) => version.to_string(),
        (0, minor) => format!("0.{minor}"),
        (major, _) => major.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{compatible_series, may_name_a_client};
    use cargo_metadata::semver::Version;

    #[test]
    fn a_series_is_what_cargo_unifies() {
        for (version, series) in [("1.12.0", "1"), ("0.13.5", "0.13"), ("0.0.3", "0.0.3")] {
            assert_eq!(compatible_series(&Version::parse(version).unwrap()), series);
        }
    }

    #[test]
    fn only_the_outer_crates_may_name_a_client() {
        for folder in ["adapters/reqwest", "config", "facade", "cli"] {
            assert!(may_name_a_client(folder), "{folder}");
        }
        for folder in ["core", "engine", "iam", "providers/bearer", "mock-iam", "config-extra"] {
            assert!(!may_name_a_client(folder), "{folder}");
        }
    }
}
