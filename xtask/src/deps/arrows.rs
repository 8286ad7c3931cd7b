//! The arrows between our own crates: what each may depend on.

use cargo_metadata::DependencyKind;

use crate::problem::Problem;
use crate::workspace::Workspace;

/// A folder below `crates/`, and the folders it may depend on. `*` stands for any one folder.
struct Arrow {
    from: &'static str,
    to: &'static [&'static str],
}

/// Everything that is not here is forbidden. `tests`, `examples` and `xtask` are not shipped, and are free.
const ARROWS: &[Arrow] = &[
    Arrow { from: "core", to: &[] },
    Arrow { from: "engine", to: &["core"] },
    Arrow { from: "iam", to: &["core"] },
    Arrow { from: "providers/*", to: &["core", "iam"] },
    Arrow { from: "adapters/*", to: &["core"] },
    Arrow { from: "config", to: &["core", "engine", "iam", "providers/*", "adapters/reqwest"] },
    // The wire is written twice, so that one is checked against the other.
    Arrow { from: "mock-iam", to: &[] },
    Arrow { from: "conformance", to: &["core", "engine", "mock-iam"] },
    Arrow { from: "facade", to: &["core", "engine", "iam", "providers/*", "adapters/*", "config"] },
    Arrow {
        from: "cli",
        to: &["core", "engine", "iam", "providers/*", "adapters/*", "config", "mock-iam", "facade"],
    },
];

/// For tests a crate may depend on what it likes, but a provider that needs these two to be tested is no provider.
const NOT_EVEN_FOR_TESTS: &[Arrow] = &[Arrow { from: "providers/*", to: &["config", "cli"] }];

pub(crate) fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    let members = workspace.members();
    for package in members.iter().filter(|package| workspace.is_shipped(package)) {
        let from = workspace.folder(package);
        for dependency in &package.dependencies {
            let Some(to) = members.iter().find(|member| member.name.as_str() == dependency.name) else {
                continue;
            };
            problems.extend(judge(&from, &workspace.folder(to), dependency.kind));
        }
        if row(ARROWS, &from).is_none() {
            problems.push(Problem::new(
                format!("crates/{from}"),
                "nothing says what this crate may depend on",
                "give it a row in `ARROWS` in xtask/src/deps/arrows.rs, and in ARCHITECTURE.md",
            ));
        }
    }
    problems
}

fn judge(from: &str, to: &str, kind: DependencyKind) -> Option<Problem> {
    let place = format!("crates/{from}/Cargo.toml");
    match kind {
        DependencyKind::Development => {
            row(NOT_EVEN_FOR_TESTS, from).filter(|row| allows(row, to)).map(|_| {
                Problem::new(
                    place,
                    format!("its tests depend on `{to}`, which is built from the providers"),
                    "test the provider by itself; what needs both belongs into the `tests` package",
                )
            })
        }
        _ => row(ARROWS, from).filter(|row| !allows(row, to)).map(|row| {
            let may = if row.to.is_empty() { "nothing of ours".to_owned() } else { row.to.join(", ") };
            Problem::new(
                place,
                format!("depends on `{to}`; `{}` may depend on {may}", row.from),
                format!(
                    "move what is shared down, or pass it in through a trait of core instead of using `{to}`"
                ),
            )
        }),
    }
}

fn row<'a>(table: &'a [Arrow], from: &str) -> Option<&'a Arrow> {
    table.iter().find(|arrow| matches(arrow.from, from))
}

fn allows(arrow: &Arrow, to: &str) -> bool {
    arrow.to.iter().any(|pattern| matches(pattern, to))
}

fn matches(pattern: &str, folder: &str) -> bool {
    match (pattern.strip_suffix("/*"), folder.rsplit_once('/')) {
        (Some(parent), Some((found, _))) => parent == found,
        _ => pattern == folder,
    }
}

#[cfg(test)]
mod tests {
    use super::{ARROWS, judge, matches, row};
    use cargo_metadata::DependencyKind::{Build, Development, Normal};

    #[test]
    fn a_star_stands_for_one_folder() {
        assert!(matches("providers/*", "providers/bearer"));
        assert!(!matches("providers/*", "providers/deep/er"));
        assert!(!matches("providers/*", "providers"));
        assert!(!matches("providers/*", "adapters/reqwest"));
        assert!(matches("core", "core"));
    }

    #[test]
    fn arrows_point_down_only() {
        let allowed = [
            ("engine", "core"),
            ("providers/bearer", "iam"),
            ("config", "providers/bearer"),
            ("config", "adapters/reqwest"),
            ("cli", "mock-iam"),
            ("facade", "adapters/reqwest"),
        ];
        for (from, to) in allowed {
            assert_eq!(judge(from, to, Normal), None, "{from} -> {to}");
        }
        let forbidden = [
            ("core", "engine"),
            ("engine", "iam"),
            ("iam", "engine"),
            ("providers/bearer", "providers/iam-apikey"),
            ("providers/bearer", "engine"),
            ("providers/bearer", "adapters/reqwest"),
            ("config", "adapters/tower"),
            ("config", "mock-iam"),
            ("facade", "mock-iam"),
            ("mock-iam", "core"),
        ];
        for (from, to) in forbidden {
            assert!(judge(from, to, Normal).is_some(), "{from} -> {to}");
            assert!(judge(from, to, Build).is_some(), "{from} -> {to} in a build script");
        }
    }

    #[test]
    fn tests_are_free_but_for_providers_and_what_is_built_from_them() {
        assert_eq!(judge("core", "mock-iam", Development), None);
        assert_eq!(judge("providers/bearer", "engine", Development), None);
        assert!(judge("providers/bearer", "config", Development).is_some());
        assert!(judge("providers/bearer", "cli", Development).is_some());
    }

    #[test]
    fn a_folder_without_a_row_is_found() {
        assert!(row(ARROWS, "providers/any").is_some());
        assert!(row(ARROWS, "something-new").is_none());
    }

    #[test]
    fn the_message_says_what_is_allowed() {
        let problem = judge("mock-iam", "core", Normal).unwrap().to_string();
        assert!(problem.starts_with("crates/mock-iam/Cargo.toml: depends on `core`"), "{problem}");
        assert!(problem.contains("nothing of ours"), "{problem}");
    }
}
