//! A secret that stands elsewhere.

use std::fmt;
use std::path::PathBuf;

use wml_auth_core::Secret;

use crate::text::{printable, quoted};
use crate::{ConfigError, Environment, Origin, command, file};

/// Where a profile says that a secret stands. It is looked up only when the profile is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// `{ env = "NAME" }`
    Variable(String),
    /// `{ file = "path" }`
    File(PathBuf),
    /// `{ command = ["program", "argument"] }`
    Command(Vec<String>),
}

impl Reference {
    /// The secret. One line break at its end is not part of it; an empty one is an error.
    pub(crate) fn read(&self, environment: &Environment, origin: &Origin) -> Result<Secret, ConfigError> {
        let broken = |fault: String| ConfigError::about(origin, format!("{self} {fault}"));
        let text = match self {
            Self::Variable(name) => match environment.variable(name)? {
                Some(text) => return Ok(text),
                None => return Err(broken(String::from("is unset or empty"))),
            },
            Self::File(path) => {
                file::read(&environment.locate(path, None)).map_err(|fault| broken(fault.to_string()))?
            }
            Self::Command(argv) => command::run(argv, environment, command::PATIENCE)
                .map_err(|fault| broken(fault.to_string()).with_hint("run it by hand to see what it says"))?,
        };
        let text = without_line_break(&text);
        if text.is_empty() {
            return Err(broken(String::from("holds no secret: it is empty")));
        }
        Ok(text)
    }
}

/// Editors and `echo` end a file with one line break. More of them, or blanks, are somebody's mistake.
pub(crate) fn without_line_break(text: &Secret) -> Secret {
    let all = text.expose();
    match all.strip_suffix('\n') {
        Some(rest) => Secret::from(rest.strip_suffix('\r').unwrap_or(rest)),
        None => text.clone(),
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "variable {}", quoted(name)),
            Self::File(path) => write!(f, "file {}", printable(path.display())),
            // The arguments may say more than is good to show.
            Self::Command(argv) => {
                write!(f, "command {}", quoted(argv.first().map_or("", String::as_str)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reference: &Reference) -> Result<Secret, ConfigError> {
        let environment =
            Environment::from_vars([("KEY", "from-env"), ("EMPTY", ""), ("PATH", "/usr/bin:/bin")]);
        let origin = Origin::Profile { file: "profiles.toml".into(), line: 7, profile: "p".into() };
        reference.read(&environment, &origin)
    }

    #[test]
    fn a_variable_must_be_set() {
        assert_eq!(read(&Reference::Variable("KEY".into())).unwrap(), Secret::from("from-env"));
        let error = read(&Reference::Variable("EMPTY".into())).unwrap_err();
        assert_eq!(error.to_string(), "profiles.toml:7 (profile \"p\"): variable `EMPTY` is unset or empty");
    }

    #[test]
    fn a_file_loses_one_line_break_and_no_more() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let of = |content: &str| {
            std::fs::write(&path, content).unwrap();
            read(&Reference::File(path.clone()))
                .map(|secret| secret.expose().to_owned())
                .map_err(|e| e.to_string())
        };
        assert_eq!(of("abc").unwrap(), "abc");
        assert_eq!(of("abc\n").unwrap(), "abc");
        assert_eq!(of("abc\r\n").unwrap(), "abc");
        assert_eq!(of("abc\n\n").unwrap(), "abc\n");
        assert!(of("\n").unwrap_err().ends_with("key holds no secret: it is empty"));
        let missing = Reference::File(directory.path().join("none"));
        assert!(read(&missing).unwrap_err().to_string().ends_with("none does not exist"));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_says_how_it_failed_and_not_what_it_printed() {
        let of = |script: &str| read(&Reference::Command(vec!["sh".into(), "-c".into(), script.into()]));
        assert_eq!(of("echo s3cr3t").unwrap(), Secret::from("s3cr3t"));
        let error = of("echo s3cr3t; echo s3cr3t >&2; exit 4").unwrap_err();
        assert!(error.to_string().ends_with("command `sh` failed with exit code 4"), "{error}");
        assert!(!error.to_string().contains("s3cr3t"));
    }
}
