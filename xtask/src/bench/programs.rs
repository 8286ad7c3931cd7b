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
    cold: PathBuf,
    bare: PathBuf,
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
        let features = if has_openssl() {
            "peers,openssl-peers"
        } else {
            eprintln!("the headers of OpenSSL are not installed: the peers that need them are left out");
            "peers"
        };
        Self::build_with(workspace, &["--bins", "--features", features])
    }

    /// Builds the one that counts instructions, without peers, which is a matter of a minute.
    pub(crate) fn build_warm(workspace: &Workspace) -> Result<Self> {
        Self::build_with(workspace, &["--bin", "warm"])
    }

    fn build_with(workspace: &Workspace, arguments: &[&str]) -> Result<Self> {
        let target = workspace.target_dir().join("benches");
        let mut command = process::cargo(workspace);
        command.current_dir(workspace.root().join("benches"));
        command
            .args(["build", "--release", "--locked", "--no-default-features", "--target-dir"])
            .arg(&target);
        process::run(command.args(arguments))?;
        let program =
            |name: &str| target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        Ok(Self {
            measure: program("measure"),
            count: program("count"),
            warm: program("warm"),
            cold: program("cold"),
            bare: program("bare"),
        })
    }
}

/// One token from a cold process: our command as it is released, beside what IBM's clients and the least program take.
pub(crate) fn cold_samples(
    workspace: &Workspace,
    programs: &Programs,
    args: &BenchArgs,
) -> Result<Vec<Sample>> {
    let built = process::build_executables(workspace, &["--release", "--package", "wml-auth-cli", "--bins"])?;
    let wml_auth =
        built.into_iter().find(|(name, _)| name == "wml-auth").context("there is no `wml-auth`")?.1;
    let oracles = workspace.target_dir().join("oracles");
    let mut command = Command::new(&programs.cold);
    if args.quick {
        command.arg("--quick");
    }
    command.arg(wml_auth).arg(&programs.bare);
    command.arg(oracles.join("python/venv/bin/python")).arg(oracles.join("node/node_modules"));
    read(&programs.cold, &process::capture(&mut command)?)
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
    read(program, &process::capture(&mut command)?)
}

fn read(program: &Path, output: &str) -> Result<Vec<Sample>> {
    serde_json::from_str(output).with_context(|| format!("cannot read what {} printed", program.display()))
}
