//! The text files of the project: what git has, and what it would take in.

use std::fs;
use std::io::ErrorKind;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;
use crate::workspace::Workspace;

#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Relative to the root of the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    /// Written by people, to be read by a compiler or an interpreter.
    pub(crate) fn is_code(&self) -> bool {
        [".rs", ".py", ".mjs", ".js"].iter().any(|ending| self.path.ends_with(ending))
    }

    /// Written by a package manager.
    pub(crate) fn is_lock(&self) -> bool {
        matches!(self.path.rsplit('/').next(), Some("Cargo.lock" | "package-lock.json"))
    }

    /// Recorded input or output of a test, or what a fuzzer begins with, which may look like anything.
    pub(crate) fn is_fixture(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "fixtures" | "seeds"))
    }
}

pub(crate) fn read_all(workspace: &Workspace) -> Result<Vec<SourceFile>> {
    let mut git = Command::new("git");
    git.current_dir(workspace.root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed =
        process::capture(&mut git).context("the list of files comes from git, so this needs a checkout")?;

    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        let full = workspace.root().join(path);
        let bytes = match fs::read(&full) {
            Ok(bytes) => bytes,
            // Deleted, and not committed yet; or a link to a folder.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {path}")),
        };
        // What is not text has no lines to judge.
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(SourceFile { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

#[cfg(test)]
pub(crate) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}
