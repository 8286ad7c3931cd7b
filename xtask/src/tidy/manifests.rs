//! Every crate takes the lints of the workspace and says under which licence it is.

use toml::{Table, Value};

use crate::problem::Problem;
use crate::tidy::SourceFile;
use crate::workspace::Workspace;

const LICENCE: &str = "MIT OR Apache-2.0";

pub(crate) fn check(workspace: &Workspace, files: &[SourceFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in workspace.members() {
        let place = package
            .manifest_path
            .strip_prefix(workspace.root())
            .unwrap_or(&package.manifest_path)
            .to_string();
        if package.license.as_deref() != Some(LICENCE) {
            problems.push(Problem::new(
                &place,
                format!("its licence is not {LICENCE}"),
                "license.workspace = true",
            ));
        }
        if package.description.is_none() {
            problems.push(Problem::new(&place, "it has no description", "say in one line what the crate is"));
        }
        if package.rust_version.is_none() {
            problems.push(Problem::new(&place, "it states no oldest Rust", "rust-version.workspace = true"));
        }
    }
    for file in files {
        // They are workspaces of their own, with lints of their own: neither peers nor a fuzzer enter this one's lock file.
        if ["benches/", "fuzz/"].iter().any(|folder| file.path.starts_with(folder)) {
            continue;
        }
        if file.path == "Cargo.toml" {
            problems.extend(check_root(file));
        } else if file.path.ends_with("/Cargo.toml") {
            problems.extend(check_member(file));
        } else if file.path.ends_with("/src/lib.rs") || file.path.ends_with("/src/main.rs") {
            problems.extend(check_crate_root(file));
        }
    }
    problems
}

fn check_root(file: &SourceFile) -> Option<Problem> {
    let documented = at(file, &["workspace", "lints", "rust", "missing_docs"]);
    documented.is_none().then(|| {
        Problem::new(
            &file.path,
            "nothing asks for documentation",
            "missing_docs = \"warn\" in [workspace.lints.rust]",
        )
    })
}

fn check_member(file: &SourceFile) -> Option<Problem> {
    let inherits = at(file, &["lints", "workspace"]) == Some(Value::Boolean(true));
    (!inherits).then(|| {
        Problem::new(&file.path, "does not take the lints of the workspace", "[lints] workspace = true")
    })
}

fn check_crate_root(file: &SourceFile) -> Option<Problem> {
    let silenced =
        file.text.lines().any(|line| line.starts_with("#![allow(") && line.contains("missing_docs"));
    silenced
        .then(|| Problem::new(&file.path, "does without documentation as a whole", "document what is public"))
}

fn at(file: &SourceFile, path: &[&str]) -> Option<Value> {
    let mut value = Value::Table(file.text.parse::<Table>().ok()?);
    for key in path {
        value = value.get(key)?.clone();
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::{check_crate_root, check_member, check_root};
    use crate::tidy::files::file;

    #[test]
    fn lints_come_from_the_workspace() {
        assert!(check_member(&file("a/Cargo.toml", "[lints]\nworkspace = true\n")).is_none());
        assert!(check_member(&file("a/Cargo.toml", "[lints.rust]\nunsafe_code = \"allow\"\n")).is_some());
        assert!(check_member(&file("a/Cargo.toml", "[package]\nname = \"a\"\n")).is_some());
    }

    #[test]
    fn the_workspace_asks_for_documentation_and_no_crate_refuses() {
        assert!(
            check_root(&file("Cargo.toml", "[workspace.lints.rust]\nmissing_docs = \"warn\"\n")).is_none()
        );
        assert!(check_root(&file("Cargo.toml", "[workspace]\n")).is_some());
        assert!(check_crate_root(&file("a/src/lib.rs", "//! A.\n#![allow(missing_docs)]\n")).is_some());
        assert!(check_crate_root(&file("a/src/lib.rs", "//! A.\n")).is_none());
    }
}
