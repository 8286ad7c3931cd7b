//! The file beside the profiles file in which the refresh token of a profile stands.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use wml_auth_config::{ConfigError, Key, ProfileValue, ProfilesFile, write_private};
use wml_auth_core::Secret;

use crate::exit::Exit;
use crate::failure::Failure;

/// A file of its own, because IAM may give a new token at every use, and the profiles file is people's to edit.
pub(crate) struct TokenFile {
    name: String,
    path: PathBuf,
}

impl TokenFile {
    /// That of a profile, whether or not it is there.
    pub(crate) fn of(file: &ProfilesFile, profile: &str) -> Self {
        let name = format!("{}.refresh-token", as_file_name(profile));
        Self { path: file.path().with_file_name(&name), name }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// As its profile names it: from where the profiles file is, so that the folder can be moved.
    pub(crate) fn reference(&self) -> ProfileValue {
        ProfileValue::File(PathBuf::from(&self.name))
    }

    /// Whether this profile logs in by it.
    pub(crate) fn is_used_by(&self, file: &ProfilesFile, profile: &str) -> bool {
        file.referenced_file(profile, Key::RefreshToken).as_deref() == Some(self.path())
    }

    /// For its owner only, all or nothing.
    pub(crate) fn write(&self, token: &Secret) -> Result<(), ConfigError> {
        write_private(&self.path, &Secret::new(format!("{}\n", token.expose())))
    }

    /// Says whether it was there.
    pub(crate) fn remove(&self) -> Result<bool, Failure> {
        match std::fs::remove_file(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => {
                let message = format!("{} cannot be removed: {}", self.path.display(), error.kind());
                Err(Failure::usage(message).with_exit(Exit::BadConfig))
            }
        }
    }
}

/// Letters, digits, `-` and `_` stay; every other byte is written as `%` and two digits, so that no two profiles share a
/// file, and none leads to another folder.
fn as_file_name(profile: &str) -> String {
    let mut name = String::new();
    for byte in profile.bytes() {
        match byte {
            b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_profile_leads_elsewhere() {
        assert_eq!(as_file_name("prod_eu-1"), "prod_eu-1");
        assert_eq!(as_file_name("../a b"), "%2e%2e%2fa%20b");
        assert_eq!(as_file_name("é%"), "%c3%a9%25");
    }
}
