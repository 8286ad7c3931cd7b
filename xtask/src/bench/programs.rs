//! The programs of `benches/`, built and run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::results::Sample;
use crate::cli::BenchArgs;
use crate::process;
use crate::workspace::Workspace;

/// Where they are.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) measure: PathBuf,
    pub(crate) count: PathBuf,
    pub(crate) warm: PathBuf,
}

impl Programs {
    /// Builds the one that measures the mock. It shares nothing with the others, whose peers take long to build.
    pub(crate) fn build_mock(workspace: &Workspace) -> Result<PathBuf> {
        let target = workspace.target_dir().join("benches");
        let mut command = process::cargo(workspace);
        command.current_dir(workspace.root().join("benches"));
        command.args(["build", "--release", "--locked", "-p", "wml-auth-bench-mock", "--target-dir"]);
        process::run(command.arg(&target))?;
        Ok(target.join("release").join(format!("mock{}", std::env::consts::EXE_SUFFIX)))
    }

    /// Builds them as cargo builds a release by default.
    pub(crate) fn build(workspace: &Workspace) -> Result<Self> {
        let target = workspace.target_dir().join("benches");
        let mut command = process::cargo(workspace);
        command.current_dir(workspace.root().join("benches"));
        command.args(["build", "--release", "--locked", "--bins", "--target-dir"]).arg(&target);
        if !has_openssl() {
            eprintln!("the headers of OpenSSL are not installed: the peers that need them are left out");
            command.arg("--no-default-features");
        }
        process::run(&mut command)?;
        let program =
            |name: &str| target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        Ok(Self { measure: program("measure"), count: program("count"), warm: program("warm") })
    }
}

fn has_openssl() -> bool {
    let mut command = Command::new("pkg-config");
    command.args(["--exists", "openssl"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs one of them and reads what it showed. It says on stderr how far it is.
pub(crate) fn samples(program: &Path, args: &BenchArgs) -> Result<Vec<Sample>> {
    let mut command = Command::new(program);
    if args.quick {
        command.arg("--quick");
    }
    if let Some(only) = &args.only {
        command.args(["--only", only]);
    }
    let output = process::capture(&mut command)?;
    serde_json::from_str(&output).with_context(|| format!("cannot read what {} printed", program.display()))
}
