//! What has strayed into a file from the machine it was written on.

use crate::problem::Problem;
use crate::tidy::SourceFile;

/// Each in pieces, so that this file is not its own first finding.
const REGISTRY_HOSTS: &[&[&str]] = &[
    &["registry", "npmjs", "org"],
    &["npmjs", "com"],
    &["pypi", "org"],
    &["pythonhosted", "org"],
    &["crates", "io"],
    &["deb", "debian", "org"],
];

const HOMES: &[&str] =
    &[concat!("/ho", "me/"), concat!("/Use", "rs/"), concat!("/ro", "ot/"), concat!("C:", "\\Users\\")];

/// Names that stand for anybody's, in examples.
const ANYBODY: &[&str] = &["me", "user", "you"];

pub(crate) fn check(file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    if file.is_lock() || file.is_fixture() {
        return problems;
    }
    for (number, line) in (1..).zip(file.text.lines()) {
        let place = format!("{}:{number}", file.path);
        if line.ends_with([' ', '\t']) {
            problems.push(Problem::new(&place, "blanks at the end of the line", "remove them"));
        }
        if HOMES.iter().any(|home| contains_path(line, home)) {
            problems.push(Problem::new(
                &place,
                "a path into somebody's home folder",
                "use a relative path, `~`, a variable or a temporary folder",
            ));
        }
        if let Some(host) =
            REGISTRY_HOSTS.iter().map(|parts| parts.join(".")).find(|host| names_host(line, host))
        {
            problems.push(Problem::new(
                &place,
                format!("names `{host}`, a host of a package registry"),
                "say which package it is; where packages come from is a setting of the machine",
            ));
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        problems.push(Problem::new(&file.path, "the last line does not end", "end it with a line break"));
    }
    problems
}

/// A home folder at the start of a path, with a name after it: not the `home` in the middle of a URL.
fn contains_path(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        let starts = !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~}*".contains(c));
        let rest = &line[at + home.len()..];
        let name =
            rest.split(|c: char| !c.is_alphanumeric() && !"._-".contains(c)).next().unwrap_or_default();
        // A hidden folder right below is a test's own home.
        starts && !name.is_empty() && !name.starts_with('.') && !ANYBODY.contains(&name)
    })
}

/// The host itself or a name below it, and not a longer name.
fn names_host(line: &str, host: &str) -> bool {
    line.match_indices(host).any(|(at, _)| {
        let starts = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
        let ends = !line[at + host.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::{HOMES, check};
    use crate::tidy::files::file;

    fn found(path: &str, text: &str) -> usize {
        check(&file(path, text)).len()
    }

    #[test]
    fn blanks_at_the_end_and_a_last_line_that_does_not_end() {
        assert_eq!(found("a.md", "fine\n"), 0);
        assert_eq!(found("a.md", "bad \n"), 1);
        assert_eq!(found("a.md", "bad"), 1);
        assert_eq!(found("a.md", ""), 0);
    }

    #[test]
    fn paths_into_a_home_folder() {
        let home = HOMES[0];
        assert_eq!(found("a.rs", &format!("open(\"{home}jo/key\")\n")), 1);
        assert_eq!(found("a.rs", &format!("open(\"{home}me/key\")\n")), 0);
        assert_eq!(found("a.rs", &format!("see https://example.com{home}page\n")), 0);
        assert_eq!(found("a.rs", &format!("\"{home}\"\n")), 0);
    }

    #[test]
    fn hosts_of_registries_but_in_lock_files() {
        let line = format!("https://{}/simple\n", ["pypi", "org"].join("."));
        assert_eq!(found("README.md", &line), 1);
        assert_eq!(found("tests/oracles/node/package-lock.json", &line), 0);
        assert_eq!(found("README.md", &format!("crate{}\n", "s.iox")), 0);
    }
}
