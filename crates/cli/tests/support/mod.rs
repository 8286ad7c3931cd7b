//! Runs the command as a stranger would: with an environment and a home of its own.
#![allow(dead_code, unreachable_pub, reason = "each test file includes this and uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use wml_auth_mock_iam::MockIam;

/// A cloud, and a home to run the command in.
pub struct Rig {
    pub cloud: MockIam,
    pub home: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Rig {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let cloud = runtime.block_on(MockIam::start()).unwrap();
        Self { cloud, home: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// Sets an environment variable for all runs from now on.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file into the home that only its owner can read.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    /// Writes the profiles file where the command looks for it.
    pub fn profiles(&self, text: &str) -> PathBuf {
        self.file(".config/wml-auth/profiles.toml", text)
    }

    /// The command, with nothing of this process's environment but the path to programs.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wml-auth"));
        command.args(args).env_clear().current_dir(self.home.path()).env("HOME", self.home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with_input(args, "")
    }

    pub fn run_with_input(&self, args: &[&str], input: &str) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The command may not want any input, and be gone.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }
}

impl Ran {
    /// The answer, of a run that had one.
    pub fn answer(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout.trim_end()
    }

    /// The answer as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.answer()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// What was said of a run that failed with this code, and that nothing was answered.
    pub fn failed(&self, code: i32) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        &self.stderr
    }
}
