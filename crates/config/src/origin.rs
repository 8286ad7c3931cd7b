//! Where a value came from.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::Key;
use crate::text::printable;

/// The kinds of sources, in their usual order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SourceKind {
    /// What the program or its command line said.
    Explicit,
    /// Variables of the environment.
    Environment,
    /// A profile of the profiles file.
    Profile,
    /// A credential file: IBM's `ibm-credentials.env`, or the console's `apikey.json`.
    CredentialFile,
    /// The variable `VCAP_SERVICES`, as Cloud Foundry sets it.
    Vcap,
}

impl SourceKind {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Explicit => "explicit values",
            Self::Environment => "environment",
            Self::Profile => "profile",
            Self::CredentialFile => "credential file",
            Self::Vcap => "VCAP_SERVICES",
        }
    }
}

/// Where exactly a value came from. Never the value itself.
///
/// `{}` names a file by its last part, for columns; `{:#}` gives its whole path, for messages.
///
/// ```
/// use wml_auth_config::Origin;
///
/// let origin = Origin::Profile { file: "/etc/wml-auth/profiles.toml".into(), line: 12, profile: "prod".into() };
/// assert_eq!(origin.to_string(), "profiles.toml:12 (profile \"prod\")");
/// assert_eq!(format!("{origin:#}"), "/etc/wml-auth/profiles.toml:12 (profile \"prod\")");
///
/// let origin = Origin::Environment { variable: "WATSONX_APIKEY".into() };
/// assert_eq!(origin.to_string(), "environment variable WATSONX_APIKEY");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// The program or its command line.
    Explicit {
        /// Which value it set.
        key: Key,
    },
    /// A variable of the environment.
    Environment {
        /// Its name.
        variable: String,
    },
    /// A line of the profiles file.
    Profile {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The profile in which the line stands, which may be a parent of the one that is used.
        profile: String,
    },
    /// A credential file.
    CredentialFile {
        /// The file.
        file: PathBuf,
        /// The line, from 1; none where the file is JSON.
        line: Option<usize>,
    },
    /// An instance in `VCAP_SERVICES`.
    Vcap {
        /// The label under which the instance is listed.
        label: String,
        /// The name of the instance.
        instance: String,
    },
}

impl Origin {
    /// The kind of source.
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Explicit { .. } => SourceKind::Explicit,
            Self::Environment { .. } => SourceKind::Environment,
            Self::Profile { .. } => SourceKind::Profile,
            Self::CredentialFile { .. } => SourceKind::CredentialFile,
            Self::Vcap { .. } => SourceKind::Vcap,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file_name = |file: &Path, whole: bool| match file.file_name() {
            Some(name) if !whole => printable(Path::new(name).display()),
            _ => printable(file.display()),
        };
        match self {
            Self::Explicit { key } => write!(f, "explicit value {}", key.name()),
            Self::Environment { variable } => write!(f, "environment variable {}", printable(variable)),
            Self::Profile { file, line, profile } => {
                write!(f, "{}:{line} (profile {profile:?})", file_name(file, f.alternate()))
            }
            Self::CredentialFile { file, line: Some(line) } => {
                write!(f, "{}:{line}", file_name(file, f.alternate()))
            }
            Self::CredentialFile { file, line: None } => f.write_str(&file_name(file, f.alternate())),
            Self::Vcap { label, instance } => write!(f, "VCAP_SERVICES, {}[{instance:?}]", printable(label)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_origin_says_where_to_look() {
        let file = PathBuf::from("/home/me/ibm-credentials.env");
        let of = |line| Origin::CredentialFile { file: file.clone(), line };
        assert_eq!(of(Some(3)).to_string(), "ibm-credentials.env:3");
        assert_eq!(format!("{:#}", of(None)), "/home/me/ibm-credentials.env");
        let vcap = Origin::Vcap { label: "pm-20".into(), instance: "my-wml".into() };
        assert_eq!(vcap.to_string(), "VCAP_SERVICES, pm-20[\"my-wml\"]");
        assert_eq!(vcap.kind(), SourceKind::Vcap);
        let hostile = Origin::Vcap { label: "a\x1b[2Jb".into(), instance: "c\nd".into() };
        assert_eq!(hostile.to_string(), "VCAP_SERVICES, a?[2Jb[\"c\\nd\"]");
    }

    #[test]
    fn serialized_it_names_its_kind() {
        let origin = Origin::Environment { variable: "X".into() };
        assert_eq!(
            serde_json::to_value(origin).unwrap(),
            serde_json::json!({"source": "environment", "variable": "X"})
        );
        assert_eq!(
            serde_json::to_value(Origin::Explicit { key: Key::ApiKey }).unwrap(),
            serde_json::json!({"source": "explicit", "key": "apikey"})
        );
    }
}
