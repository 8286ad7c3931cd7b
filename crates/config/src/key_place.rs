//! Where an API key or a refresh token is kept, in such a way that it can be read again and replaced.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use wml_auth_core::Secret;

use crate::layer::{Entry, Given};
use crate::reference::{Reference, without_line_break};
use crate::sources::{api_key_file, credential_file};
use crate::text::printable;
use crate::{ConfigError, Environment, Key, Origin, ProfilesFile, check, file, write_private};

/// The file that an API key stands in, or a refresh token.
///
/// From [`Resolution::key_place`](crate::Resolution::key_place). What it reads may be newer than what was resolved.
/// `Display` names the place for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyPlace {
    /// It stands in a profile, as it is.
    Profile {
        /// The profiles file.
        file: PathBuf,
        /// The profile in which the line stands, which may be a parent of the one that is used.
        profile: String,
        /// [`Key::ApiKey`] or [`Key::RefreshToken`].
        key: Key,
    },
    /// It is the content of a file, which a profile names by `{ file = "…" }`.
    File {
        /// That file.
        path: PathBuf,
        /// [`Key::ApiKey`] or [`Key::RefreshToken`].
        key: Key,
    },
    /// It stands in a line of a credential file, such as `ibm-credentials.env`.
    CredentialFile {
        /// That file.
        file: PathBuf,
        /// The name that is set in the line.
        name: String,
        /// [`Key::ApiKey`] or [`Key::RefreshToken`].
        key: Key,
    },
    /// It stands in the file that the console hands out with a new API key, such as `apikey.json`.
    ApiKeyFile {
        /// That file.
        file: PathBuf,
    },
}

impl KeyPlace {
    /// The place of a value. The error says why there is none.
    pub(crate) fn of(entry: &Entry, environment: &Environment) -> Result<Self, ConfigError> {
        let key = entry.key;
        let elsewhere = |what: String| {
            let message = format!("the {} {what}, where it cannot be replaced", noun(key));
            ConfigError::about(&entry.origin, message).with_hint(match key {
                Key::RefreshToken => {
                    "keep it in a profile, or in a file that a profile names by { file = \"…\" }, as `wml-auth login` does"
                }
                _ => {
                    "make a key with `wml-auth keys create`, put it there by hand, then delete the old one; \
                     or keep the key in a profile, in a credential file, or in a file that a profile names by { file = \"…\" }"
                }
            })
        };
        match (&entry.given, &entry.origin) {
            (Given::Reference(Reference::File(path)), _) => {
                Ok(Self::File { path: environment.locate(path, None), key })
            }
            (Given::Reference(reference), _) => Err(elsewhere(format!("comes from {reference}"))),
            (_, Origin::Profile { file, profile, .. }) => {
                Ok(Self::Profile { file: file.clone(), profile: profile.clone(), key })
            }
            (_, Origin::CredentialFile { file, line: Some(line) }) => {
                let text = file::read(file).map_err(|fault| fault.into_error(file))?;
                let name = credential_file::name_in_line(text.expose(), *line)
                    .ok_or_else(|| elsewhere(String::from("is not in its line any more")))?;
                Ok(Self::CredentialFile { file: file.clone(), name: name.to_owned(), key })
            }
            (_, Origin::CredentialFile { file, line: None }) => Ok(Self::ApiKeyFile { file: file.clone() }),
            (_, origin) => Err(elsewhere(format!("is that of {origin}"))),
        }
    }

    /// The file that is read and written.
    pub fn path(&self) -> &Path {
        match self {
            Self::Profile { file, .. } | Self::CredentialFile { file, .. } | Self::ApiKeyFile { file } => {
                file
            }
            Self::File { path, .. } => path,
        }
    }

    fn key(&self) -> Key {
        match self {
            Self::Profile { key, .. } | Self::File { key, .. } | Self::CredentialFile { key, .. } => *key,
            Self::ApiKeyFile { .. } => Key::ApiKey,
        }
    }

    /// What stands there now.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_broken`] when the file cannot be read or breaks a rule, or the profile no longer holds it
    /// itself.
    pub fn read(&self) -> Result<Secret, ConfigError> {
        let key = match self {
            Self::Profile { file, profile, key } => {
                ProfilesFile::open(file)?.literal(profile, *key).ok_or_else(|| {
                    self.broken(format!("profile {profile} holds no {} of its own any more", key.name()))
                })?
            }
            Self::File { path, .. } => {
                without_line_break(&file::read(path).map_err(|fault| fault.into_error(path))?)
            }
            Self::CredentialFile { .. } | Self::ApiKeyFile { .. } => self.within(&self.text()?)?,
        };
        check::secret(self.key(), key).map_err(|fault| self.broken(fault.message).with_hint(fault.hint))
    }

    /// Finds out whether [`replace`](Self::replace) could do its work now: whether the file may be written, and whether
    /// a new version of it finds room beside it. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_broken`], with the reason.
    pub fn check_writable(&self) -> Result<(), ConfigError> {
        self.rehearse().map_err(|error| {
            self.broken(format!("the file cannot be replaced: {error}"))
                .with_hint("see that the file and its folder may be written, and that there is room")
        })
    }

    fn rehearse(&self) -> io::Result<()> {
        let path = std::fs::canonicalize(self.path())?;
        let metadata = std::fs::metadata(&path)?;
        if metadata.permissions().readonly() {
            return Err(io::Error::other("it is read-only"));
        }
        let folder = path.parent().ok_or_else(|| io::Error::other("it is no file"))?;
        // As much as will be written, and on the disk: some file systems notice only then that there is no room.
        let room = usize::try_from(metadata.len()).unwrap_or_default().saturating_add(4096);
        let mut file = NamedTempFile::with_prefix_in(".wml-auth-", folder)?;
        file.write_all(&vec![b'\n'; room])?;
        file.as_file().sync_all()?;
        file.close()
    }

    /// Puts `new` where `old` stands. All or nothing, and for its owner only, as [`write_private`] does; comments and
    /// formatting of a profiles file stay, and so does a line break at the end of a file.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_broken`] when something else than `old` stands there, or the file cannot be written. It is then
    /// as it was.
    pub fn replace(&self, old: &Secret, new: &Secret) -> Result<(), ConfigError> {
        let changed = || {
            self.broken(format!("the {} was changed by somebody else in the meantime", noun(self.key())))
                .with_hint("see what stands there now, and run the command again")
        };
        match self {
            Self::Profile { file, profile, key } => {
                let mut file = ProfilesFile::open(file)?;
                if file.literal(profile, *key).as_ref() != Some(old) {
                    return Err(changed());
                }
                file.set(profile, *key, new.clone())?;
                file.write()
            }
            Self::File { path, .. } => {
                let text = file::read(path).map_err(|fault| fault.into_error(path))?;
                let Some(end) = text.expose().strip_prefix(old.expose()) else { return Err(changed()) };
                if !["", "\n", "\r\n"].contains(&end) {
                    return Err(changed());
                }
                write_private(path, &Secret::new(format!("{}{end}", new.expose())))
            }
            Self::CredentialFile { .. } | Self::ApiKeyFile { .. } => {
                let text = self.text()?;
                if self.within(&text).ok().as_ref() != Some(old) {
                    return Err(changed());
                }
                let replaced = Secret::new(match self {
                    Self::CredentialFile { name, .. } => {
                        credential_file::with_value(text.expose(), name, new.expose())
                    }
                    _ => api_key_file::with_key(text.expose(), old.expose(), new.expose()),
                });
                // What is spelled in a way that is not found again is not to be spoilt.
                if self.within(&replaced).ok().as_ref() != Some(new) {
                    let message =
                        format!("the {} is written in a way that cannot be replaced", noun(self.key()));
                    return Err(self
                        .broken(message)
                        .with_hint("write it without escapes, and run the command again"));
                }
                write_private(self.path(), &self.with_mark(replaced))
            }
        }
    }

    /// The whole text of a file in which it stands with other things.
    fn text(&self) -> Result<Secret, ConfigError> {
        file::read(self.path()).map_err(|fault| fault.into_error(self.path()))
    }

    /// What stands in such a text.
    fn within(&self, text: &Secret) -> Result<Secret, ConfigError> {
        let path = self.path();
        let found = match self {
            Self::CredentialFile { name, .. } => credential_file::value_of(text.expose(), path, name)?,
            _ => api_key_file::key_in(text.expose(), path)?,
        };
        found.ok_or_else(|| self.broken(format!("{self} is not there any more")))
    }

    /// A byte-order mark, which is no part of a text, stays where there is one.
    fn with_mark(&self, text: Secret) -> Secret {
        match file::has_mark(self.path()) {
            true => Secret::new(format!("\u{feff}{}", text.expose())),
            false => text,
        }
    }

    fn broken(&self, message: impl Into<String>) -> ConfigError {
        ConfigError::broken(message).in_file(self.path())
    }
}

fn noun(key: Key) -> &'static str {
    match key {
        Key::RefreshToken => "refresh token",
        _ => "API key",
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile { file, profile, .. } => {
                write!(f, "profile {} in {}", printable(profile), printable(file.display()))
            }
            Self::CredentialFile { file, name, .. } => {
                write!(f, "{} in {}", printable(name), printable(file.display()))
            }
            Self::File { path: file, .. } | Self::ApiKeyFile { file } => {
                write!(f, "{}", printable(file.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests;
