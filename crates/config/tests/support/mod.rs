//! A home, a current directory and variables that belong to one test.
#![allow(dead_code, reason = "each test file includes this and uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wml_auth_config::{Environment, Resolver};

/// A key that looks like IBM's and is searched for in everything that is printed.
pub(crate) const KEY: &str = "CANARY-key-0123456789-abcdefghijklmnopqrstuv";

/// A temporary directory with a home and a current directory in it. Removed when dropped.
pub(crate) struct Place {
    directory: TempDir,
    variables: Vec<(String, String)>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["user", "here"] {
            std::fs::create_dir(directory.path().join(name)).unwrap();
        }
        Self { directory, variables: Vec::new() }
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.directory.path().join("user")
    }

    pub(crate) fn here(&self) -> PathBuf {
        self.directory.path().join("here")
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file that only the owner may read.
    pub(crate) fn write(self, path: &str, content: &str) -> Self {
        let path = self.directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        permit(&path, 0o600);
        self
    }

    pub(crate) fn profiles(self, content: &str) -> Self {
        self.write("user/.config/wml-auth/profiles.toml", content)
    }

    pub(crate) fn profiles_path(&self) -> PathBuf {
        self.home().join(".config/wml-auth/profiles.toml")
    }

    pub(crate) fn resolver(&self) -> Resolver {
        let variables = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Resolver::new(Environment::from_vars(variables).with_home(self.home()).with_current_dir(self.here()))
    }

    /// The error of a resolution that must fail, with the directory's name taken out.
    pub(crate) fn error(&self) -> String {
        self.without_directory(&self.resolver().resolve().unwrap_err().to_string())
    }

    pub(crate) fn without_directory(&self, text: &str) -> String {
        text.replace(&self.directory.path().display().to_string(), "")
    }
}

/// Sets the permission bits, where there are such.
pub(crate) fn permit(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}
