//! Every provider has the same files, so that knowing one is knowing all.

use std::collections::BTreeSet;

use crate::problem::Problem;
use crate::tidy::SourceFile;

const PROVIDERS: &str = "crates/providers/";
const EACH_HAS: &[&str] = &["lib.rs", "source.rs"];
/// Has what a caller sets, where there is a builder to set it on.
const OPTIONS: &str = "options.rs";

pub(crate) fn check(files: &[SourceFile]) -> Vec<Problem> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let providers: BTreeSet<&str> = paths
        .iter()
        .filter_map(|path| path.strip_prefix(PROVIDERS)?.split_once('/'))
        .map(|(name, _)| name)
        .collect();
    let mut problems = Vec::new();
    for provider in providers {
        let builds = files.iter().any(|file| {
            file.path.starts_with(&format!("{PROVIDERS}{provider}/src/"))
                && file.text.contains("pub fn builder(")
        });
        for name in EACH_HAS.iter().chain(builds.then_some(&OPTIONS)) {
            let path = format!("{PROVIDERS}{provider}/src/{name}");
            if !paths.contains(path.as_str()) {
                problems.push(Problem::new(
                    path,
                    "every provider has this file, and it is not there",
                    "source.rs holds the token source, options.rs what a caller sets on its builder; see CONTRIBUTING.md",
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::files::file;

    #[test]
    fn a_provider_without_one_of_the_files_is_found() {
        let whole = ["lib.rs", "options.rs", "source.rs", "more.rs"];
        let files: Vec<_> = whole
            .iter()
            .map(|name| file(&format!("crates/providers/whole/src/{name}"), "pub fn builder()"))
            .chain([
                file("crates/providers/half/src/lib.rs", "pub fn builder()"),
                file("crates/iam/src/lib.rs", ""),
            ])
            .collect();
        let problems: Vec<_> = check(&files).iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.starts_with("crates/providers/half/src/")));
    }
}
