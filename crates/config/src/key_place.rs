//! Where an API key or a refresh token is kept, in such a way that it can be read again and replaced.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use wml_auth_core::Secret;

use crate::layer::{Entry, Given};
use crate::reference::{Reference, without_line_break};
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
                     or keep the key in a profile or in a file that a profile names by { file = \"…\" }"
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
            (_, origin) => Err(elsewhere(format!("is that of {origin}"))),
        }
    }

    /// The file that is read and written.
    pub fn path(&self) -> &Path {
        match self {
            Self::Profile { file, .. } => file,
            Self::File { path, .. } => path,
        }
    }

    fn key(&self) -> Key {
        match self {
            Self::Profile { key, .. } | Self::File { key, .. } => *key,
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
            Self::File { path, .. } => write!(f, "{}", printable(path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "old-key-old-key-old-key-old-key-old-key-0000";
    const NEW: &str = "new-key-new-key-new-key-new-key-new-key-1111";

    fn profile(text: &str) -> (tempfile::TempDir, KeyPlace) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profiles.toml");
        std::fs::write(&file, text).unwrap();
        (folder, KeyPlace::Profile { file, profile: "p".into(), key: Key::ApiKey })
    }

    fn key_file(text: &str) -> (tempfile::TempDir, KeyPlace) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, text).unwrap();
        (folder, KeyPlace::File { path, key: Key::ApiKey })
    }

    fn text(place: &KeyPlace) -> String {
        std::fs::read_to_string(place.path()).unwrap()
    }

    #[test]
    fn all_else_in_a_profiles_file_stays_as_it_is() {
        let before = format!(
            "# ours\ndefault_profile = 'p'\n\n[profiles.p]   # the one\n\"apikey\"  =  \"{OLD}\" # rotated monthly\n\
             url = \"https://x\"\n\n[profiles.q]\napikey = \"{OLD}\"\n"
        );
        let (_folder, place) = profile(&before);
        place.check_writable().unwrap();
        assert_eq!(text(&place), before);
        place.replace(&OLD.into(), &NEW.into()).unwrap();
        assert_eq!(text(&place), before.replacen(OLD, NEW, 1));
        assert_eq!(place.read().unwrap(), Secret::from(NEW));
    }

    #[test]
    fn a_keys_file_keeps_its_line_break() {
        for end in ["", "\n", "\r\n"] {
            let (_folder, place) = key_file(&format!("{OLD}{end}"));
            place.check_writable().unwrap();
            place.replace(&OLD.into(), &NEW.into()).unwrap();
            assert_eq!(text(&place), format!("{NEW}{end}"));
            assert_eq!(place.read().unwrap(), Secret::from(NEW));
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_what_was_replaced() {
        use std::os::unix::fs::PermissionsExt as _;
        for (_folder, place) in [key_file(OLD), profile(&format!("[profiles.p]\napikey = \"{OLD}\""))] {
            std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
            place.replace(&OLD.into(), &NEW.into()).unwrap();
            assert_eq!(std::fs::metadata(place.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_somebody_else_changed_is_not_overwritten() {
        let other = format!("{OLD}x");
        for (_folder, place) in [key_file(&other), profile(&format!("[profiles.p]\napikey = \"{other}\""))] {
            let before = text(&place);
            let error = place.replace(&OLD.into(), &NEW.into()).unwrap_err();
            assert!(error.to_string().contains("by somebody else"), "{error}");
            assert!(!format!("{error:?}").contains("old-key"), "{error:?}");
            assert_eq!(text(&place), before);
        }
    }

    #[test]
    fn a_file_that_may_not_be_written_is_told_beforehand() {
        let (_folder, place) = key_file(OLD);
        let mut permissions = std::fs::metadata(place.path()).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(place.path(), permissions).unwrap();
        let error = place.check_writable().unwrap_err();
        assert!(error.to_string().ends_with("cannot be replaced: it is read-only"), "{error}");
        let missing = KeyPlace::File { path: place.path().with_file_name("none"), key: Key::ApiKey };
        assert!(missing.check_writable().is_err() && missing.read().is_err());
    }

    #[test]
    fn a_profile_that_has_no_key_any_more_says_so() {
        let (_folder, place) = profile("[profiles.p]\napikey = { env = \"K\" }");
        assert!(place.read().unwrap_err().to_string().contains("no apikey of its own"));
    }
}
