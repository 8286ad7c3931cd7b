//! `cargo xtask wasm`: the contract builds where there is no operating system.

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    if !is_installed()? {
        eprintln!("skipped: target {TARGET} is not installed; `rustup target add {TARGET}` installs it");
        return Ok(());
    }
    process::run(process::cargo(workspace).args(["check", "--package", "wml-auth-core", "--target", TARGET]))
}

/// Asks the compiler and not rustup, which need not be there.
fn is_installed() -> Result<bool> {
    let mut rustc = std::process::Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let folder = process::capture(rustc.args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(std::path::Path::new(folder.trim()).is_dir())
}
