//! Links from one document to another file of the project lead somewhere.

use std::path::Path;

use crate::problem::Problem;
use crate::tidy::SourceFile;

pub(crate) fn check(root: &Path, file: &SourceFile) -> Vec<Problem> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let folder = root.join(&file.path);
    let folder = folder.parent().unwrap_or(root);
    let dead = targets(&file.text).into_iter().filter(|(_, target)| {
        let path = match target.strip_prefix('/') {
            Some(from_root) => root.join(from_root),
            None => folder.join(target),
        };
        !path.exists()
    });
    dead.map(|(number, target)| {
        Problem::new(
            format!("{}:{number}", file.path),
            format!("links to `{target}`, which is not there"),
            "correct the path, which is relative to the document",
        )
    })
    .collect()
}

/// The files that a document links to, with their lines. What leads out of the project, or stays in the document, is
/// left out.
fn targets(markdown: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fence = None;
    for (number, line) in (1..).zip(markdown.lines()) {
        let trimmed = line.trim_start();
        let marker = ["```", "~~~"].into_iter().find(|marker| trimmed.starts_with(marker));
        match (fence, marker) {
            (None, Some(_)) => fence = marker,
            (Some(open), Some(close)) if open == close => fence = None,
            (None, None) => found.extend(in_line(line).into_iter().map(|target| (number, target))),
            _ => {}
        }
    }
    found
}

fn in_line(line: &str) -> Vec<&str> {
    // Odd pieces are between back quotes, where nothing is a link; the text of a link may have such a piece in it.
    let inline =
        line.match_indices("](").filter(|(at, _)| line[..*at].matches('`').count().is_multiple_of(2));
    let inline = inline.filter_map(|(at, opening)| line[at + opening.len()..].split(')').next());
    // `[name]: target`
    let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
    inline.chain(definition).filter_map(local_file).collect()
}

fn local_file(target: &str) -> Option<&str> {
    let target = target.split_whitespace().next()?;
    let target = target.trim_start_matches('<').trim_end_matches('>');
    let path = target.split(['#', '?']).next().filter(|path| !path.is_empty())?;
    let leads_out = path.contains("://") || path.starts_with("mailto:");
    (!leads_out).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::{check, targets};
    use crate::tidy::files::file;

    #[test]
    fn only_links_to_files_count() {
        let text = "[a](one.md) and ![b](img/two.png \"title\") [c](https://example.com/x) [d](#here)\n\
                    [`e`](three.md#part) `[f](code.md)` [g](<four.md>)\n\
                    ```text\n[h](fenced.md)\n```\n\
                    [i]: five.md\n";
        let names: Vec<_> = targets(text).into_iter().collect();
        assert_eq!(
            names,
            [(1, "one.md"), (1, "img/two.png"), (2, "three.md"), (2, "four.md"), (6, "five.md")]
        );
    }

    #[test]
    fn a_link_is_relative_to_its_document() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("docs")).unwrap();
        std::fs::write(root.path().join("docs/there.md"), "").unwrap();
        let text = "[a](there.md) [b](/docs/there.md) [c](../docs/there.md) [d](missing.md)\n";
        let problems = check(root.path(), &file("docs/page.md", text));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().contains("`missing.md`"));
    }
}
