//! `cargo xtask codegen`: writes what is generated, or says what is out of date.

pub(crate) mod block;
mod target;

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context as _, Result, bail};
use similar::TextDiff;

use crate::cli::CodegenArgs;
use crate::workspace::Workspace;
use target::{TARGETS, Target};

pub(crate) fn run(workspace: &Workspace, args: &CodegenArgs) -> Result<()> {
    let mut stale = Vec::new();
    for target in TARGETS {
        let path = workspace.root().join(target.file);
        let current = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound && target.block.is_none() => String::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", target.file)),
        };
        let wanted = render(target, &current)?;
        if wanted == current {
            continue;
        }
        if args.check {
            eprintln!("{}", diff(target.file, &current, &wanted));
            stale.push(target.to_string());
        } else {
            fs::write(&path, wanted).with_context(|| format!("cannot write {}", target.file))?;
            eprintln!("wrote {target}");
        }
    }
    if !stale.is_empty() {
        bail!("out of date: {}; mend with `cargo xtask codegen`", stale.join(", "));
    }
    Ok(())
}

/// The file as it should be.
fn render(target: &Target, current: &str) -> Result<String> {
    let produced = (target.produce)();
    match target.block {
        Some(name) => block::replace(current, name, &produced).with_context(|| format!("in {}", target.file)),
        None => Ok(format!("{}\n", produced.trim_end())),
    }
}

fn diff(file: &str, current: &str, wanted: &str) -> String {
    TextDiff::from_lines(current, wanted)
        .unified_diff()
        .context_radius(2)
        .header(&format!("{file} (committed)"), &format!("{file} (generated)"))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{Target, diff, render};

    #[test]
    fn a_whole_file_ends_in_one_line_break() {
        let target = Target { file: "schema.json", block: None, produce: || "{}\n\n".to_owned() };
        assert_eq!(render(&target, "old").unwrap(), "{}\n");
    }

    #[test]
    fn a_block_leaves_the_rest_of_the_file_alone() {
        let target = Target { file: "README.md", block: Some("names"), produce: || "new".to_owned() };
        let current = "# Title\n<!-- generated: names -->\nold\n<!-- /generated -->\nend\n";
        let wanted = render(&target, current).unwrap();
        assert!(wanted.starts_with("# Title\n") && wanted.ends_with("\nend\n") && wanted.contains("\nnew\n"));
        assert_eq!(render(&target, &wanted).unwrap(), wanted, "generating twice changes nothing");
    }

    #[test]
    fn an_error_names_the_file_and_the_block() {
        let target = Target { file: "README.md", block: Some("names"), produce: String::new };
        let error = format!("{:#}", render(&target, "# Title\n").unwrap_err());
        assert!(error.contains("README.md") && error.contains("names"), "{error}");
    }

    #[test]
    fn a_diff_shows_both_sides() {
        let text = diff("a.md", "one\ntwo\n", "one\nthree\n");
        assert!(text.contains("-two") && text.contains("+three"), "{text}");
    }
}
