//! Those who are given a configuration, and what they ask then.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use wml_auth_mock_iam::MockIam;

use super::asked::Asked;
use super::row::{Places, Row};
use crate::oracles::interpreter::{Folders, Interpreter, isolate};
use crate::process::finish_within;

/// The same ids and keys for everybody.
const SEED: u64 = 1;
const LIMIT: Duration = Duration::from_secs(60);
const VERSION: &str = "2026-10-14";
const BODY: &str = r#"{"input_data":[{"fields":["height","width"],"values":[[1.5,0.5],[3.0,2.0]]}]}"#;

/// One of those who are compared.
pub(super) enum Client<'a> {
    Ours { program: &'a Path },
    Core { language: &'static str, interpreter: &'a Interpreter, program: PathBuf, folders: &'a Folders },
}

/// What came of one row.
pub(super) struct Outcome {
    pub(super) asked: Vec<Asked>,
    /// What the client wrote: why it asked nothing, as the case may be.
    pub(super) stderr: String,
}

impl Client<'_> {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Ours { .. } => "wml-auth",
            Self::Core { language, .. } => language,
        }
    }

    /// Plays all rows with a mock of its own. The files of a row are written below `folder`.
    pub(super) fn play(&self, rows: &[Row], folder: &Path) -> Result<Vec<Outcome>> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().build().context("cannot start a runtime")?;
        let cloud =
            runtime.block_on(MockIam::builder().seed(SEED).start()).context("cannot start the mock")?;
        let folder = folder.join(self.name());
        rows.iter()
            .map(|row| {
                self.play_one(row, &cloud, &folder).with_context(|| format!("{}: {}", self.name(), row.name))
            })
            .collect()
    }

    fn play_one(&self, row: &Row, cloud: &MockIam, folder: &Path) -> Result<Outcome> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        let (cwd, home) = (folder.join("cwd"), folder.join("home"));
        fs::create_dir_all(&cwd)?;
        fs::create_dir_all(&home)?;
        let places = Places { fixture: cloud.fixture(), cwd: &cwd, home: &home };
        for (path, text) in &row.files {
            fs::write(places.fill(path), places.fill(text))
                .with_context(|| format!("cannot write {path}"))?;
        }

        let mut command = self.command(row, cloud, folder)?;
        command.current_dir(&cwd).env("HOME", &home).env("USERPROFILE", &home);
        command.envs(row.variables.iter().map(|(name, value)| (name, places.fill(value))));
        cloud.journal().clear();
        let finished = finish_within(&mut command, LIMIT)?;
        let asked = cloud.journal().requests().iter().map(Asked::of).collect();
        Ok(Outcome { asked, stderr: finished.stderr })
    }

    fn command(&self, row: &Row, cloud: &MockIam, folder: &Path) -> Result<Command> {
        let (url, deployment) = (cloud.url(), &cloud.fixture().deployment_id);
        match self {
            Self::Ours { program } => {
                let input = folder.join("input.json");
                fs::write(&input, BODY)?;
                let mut command = Command::new(program);
                isolate(&mut command, folder)?;
                command.args(["score", "--service", &row.service, "--deployment", deployment]);
                command.args(["--api-version", VERSION, "--input"]).arg(input);
                // The cores are told where the service is; this is where wml-auth looks, whoever has the credential.
                let prefix = row.service.to_uppercase().replace('-', "_");
                command.env(format!("{prefix}_URL"), url);
                Ok(command)
            }
            Self::Core { interpreter, program, folders, .. } => {
                let mut command = interpreter.command(program, folders)?;
                command.env("PARITY_SERVICE", &row.service).env("PARITY_URL", url);
                command.env("PARITY_PATH", format!("/ml/v4/deployments/{deployment}/predictions"));
                command.env("PARITY_VERSION", VERSION).env("PARITY_BODY", BODY);
                Ok(command)
            }
        }
    }
}
