//! The same rules once more by `cargo-deny`, for those who have it.

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    if process::find_program("cargo-deny").is_none() {
        eprintln!(
            "skipped: `cargo deny check`, because cargo-deny is not installed; its rules were checked above"
        );
        return Ok(());
    }
    process::run(process::cargo(workspace).args(["deny", "check", "bans", "licenses", "sources"]))
}
