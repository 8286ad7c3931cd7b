//! Changing the profiles file, without losing what people wrote into it.

use std::fmt;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value};
use wml_auth_core::Secret;

use super::changes::{self, Changes};
use super::document::{DEFAULT_PROFILE, Document, PROFILES};
use crate::file::{self, FileFault};
use crate::key::Form;
use crate::{ConfigError, Key, Origin, check, write_private};

/// A profiles file that is being changed. Comments, order and spelling of everything else stay as they are.
///
/// Nothing is written before [`write`](Self::write), and what would be can be seen by [`changes`](Self::changes).
///
/// ```
/// use wml_auth_config::{Key, ProfilesFile};
/// use wml_auth_core::Secret;
///
/// # let home = tempfile::tempdir().unwrap();
/// # let path = home.path().join("profiles.toml");
/// let mut file = ProfilesFile::open(&path)?;
/// file.set("prod", Key::ApiKey, Secret::from("0123456789-abcdefghij_ABCDEFGHIJ-0123456789"))?;
/// file.set("prod", Key::Url, "https://us-south.ml.cloud.ibm.com")?;
/// assert_eq!(
///     file.changes()?.to_string(),
///     "[profiles.prod]\n\
///      + apikey = [redacted, 43 characters]\n\
///      + url = https://us-south.ml.cloud.ibm.com"
/// );
/// file.write()?;
/// # Ok::<(), wml_auth_config::ConfigError>(())
/// ```
pub struct ProfilesFile {
    path: PathBuf,
    /// What the file holds; nothing where there is none.
    written: Option<Secret>,
    document: DocumentMut,
}

/// What may stand after the `=` of a key.
///
/// A text or [`Secret`] becomes a [`Literal`](Self::Literal). `Debug` shows no literal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileValue {
    /// The value itself. That of [`Key::BearerTokenFile`] is a path.
    Literal(Secret),
    /// `{ env = "…" }`: the variable that holds it. For secrets only, as the two below.
    Env(String),
    /// `{ file = "…" }`: the file that holds it; a relative path starts from the profiles file.
    File(PathBuf),
    /// `{ command = […] }`: the program that prints it, and its arguments. For [`Key::BearerTokenCommand`] the
    /// command itself.
    Command(Vec<String>),
}

impl ProfilesFile {
    /// Reads the file. One that does not exist is like an empty one.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_broken`] when it cannot be read, or breaks a rule: nobody should build on that.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, ConfigError> {
        let path = path.into();
        let written = match file::read(&path) {
            Ok(text) => Some(text),
            Err(FileFault::Missing) => None,
            Err(fault) => return Err(fault.into_error(&path)),
        };
        let document = match &written {
            Some(text) => {
                Document::parse(text, &path)?;
                // It is TOML: that has just been seen. The error would quote the file.
                let parsed = text.expose().parse::<DocumentMut>();
                parsed.map_err(|_| ConfigError::broken("not valid TOML").in_file(&path))?
            }
            None => DocumentMut::new(),
        };
        Ok(Self { path, written, document })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it has this profile.
    pub fn contains(&self, profile: &str) -> bool {
        self.profile(profile).is_some()
    }

    /// The text that stands in the profile itself: not what it inherits, not a reference, and not looked up.
    pub fn literal(&self, profile: &str, key: Key) -> Option<Secret> {
        self.profile(profile)?.get(key.name())?.as_str().map(Secret::from)
    }

    /// The file that the profile itself names for a secret by `{ file = "…" }`, from where the profiles file is.
    pub fn referenced_file(&self, profile: &str, key: Key) -> Option<PathBuf> {
        let reference = self.profile(profile)?.get(key.name())?.as_table_like()?;
        let path = Path::new(reference.get("file")?.as_str()?);
        Some(self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path)))
    }

    /// The profile that is used when none is asked for.
    pub fn default_profile(&self) -> Option<&str> {
        self.document.get(DEFAULT_PROFILE)?.as_str()
    }

    /// Sets a value of a profile, which is made if there is none of that name.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_usage`] when the value is not of the form that its key asks for: it is not written, then.
    pub fn set(
        &mut self,
        profile: &str,
        key: Key,
        value: impl Into<ProfileValue>,
    ) -> Result<(), ConfigError> {
        let value = written_value(key, value.into())?;
        let unusable = || ConfigError::usage("the name of a profile is empty");
        replace(self.profile_mut(profile).ok_or_else(unusable)?, key.name(), value);
        Ok(())
    }

    /// Takes a value out of a profile, and says whether it was there.
    pub fn unset(&mut self, profile: &str, key: Key) -> bool {
        self.contains(profile)
            && self.profile_mut(profile).is_some_and(|table| table.remove(key.name()).is_some())
    }

    /// Takes all values out of a profile, also what it extends, and says whether it was there. Its place in the file and
    /// the comment above it stay.
    pub fn clear(&mut self, profile: &str) -> bool {
        let is_there = self.contains(profile);
        if is_there && let Some(table) = self.profile_mut(profile) {
            table.clear();
        }
        is_there
    }

    /// Takes a whole profile out, with the comment right above it, and says whether it was there. If it was the file's
    /// default, there is none afterwards.
    pub fn remove(&mut self, profile: &str) -> bool {
        let Some(profiles) = self.document.get_mut(PROFILES).and_then(Item::as_table_like_mut) else {
            return false;
        };
        let next = profiles.iter().skip_while(|(name, _)| *name != profile).nth(1);
        let next = next.map(|(name, _)| name.to_owned());
        let Some(removed) = profiles.remove(profile) else { return false };
        let above = removed.as_table().and_then(|table| table.decor().prefix());
        let kept = of_the_file(above);
        self.prepend(next.as_deref(), &kept);
        if self.default_profile() == Some(profile) {
            let above = self.document.key(DEFAULT_PROFILE).and_then(|key| key.leaf_decor().prefix());
            let kept = of_the_file(above);
            self.document.remove(DEFAULT_PROFILE);
            let first = self.profile_names().next().map(str::to_owned);
            self.prepend(first.as_deref(), &kept);
        }
        true
    }

    /// Makes this profile the one that is used when none is asked for.
    pub fn set_default_profile(&mut self, profile: &str) {
        replace(self.document.as_table_mut(), DEFAULT_PROFILE, Value::from(profile));
    }

    /// What [`write`](Self::write) would change in the file, without secrets.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_broken`] when the file would then break a rule, as when a profile that was taken out is
    /// extended by another.
    pub fn changes(&self) -> Result<Changes, ConfigError> {
        let before = self.written.as_ref().map(|text| Document::parse(text, &self.path)).transpose()?;
        let after = Document::parse(&self.text(), &self.path)?;
        Ok(changes::between(before.as_ref(), &after))
    }

    /// Writes the file as [`write_private`] does: all or nothing, and for its owner only. Without changes, nothing is
    /// written.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_broken`] as for [`changes`](Self::changes); when somebody else has changed the file since it
    /// was read; and when it cannot be written. The file is then as it was.
    pub fn write(&mut self) -> Result<(), ConfigError> {
        let text = self.text();
        Document::parse(&text, &self.path)?;
        let now = match file::read(&self.path) {
            Ok(text) => Some(text),
            Err(FileFault::Missing) => None,
            Err(fault) => return Err(fault.into_error(&self.path)),
        };
        if now != self.written {
            return Err(ConfigError::broken("the file was changed by somebody else in the meantime")
                .in_file(&self.path)
                .with_hint("run the command again"));
        }
        if self.written.as_ref() != Some(&text) {
            write_private(&self.path, &text)?;
            self.written = Some(text);
        }
        Ok(())
    }

    fn text(&self) -> Secret {
        Secret::new(self.document.to_string())
    }

    fn profile(&self, name: &str) -> Option<&dyn TableLike> {
        self.document.get(PROFILES)?.as_table_like()?.get(name)?.as_table_like()
    }

    fn profile_names(&self) -> impl Iterator<Item = &str> {
        let profiles = self.document.get(PROFILES).and_then(Item::as_table_like);
        profiles.into_iter().flat_map(|profiles| profiles.iter()).map(|(name, _)| name)
    }

    /// Puts comments above a profile, or at the end of the file.
    fn prepend(&mut self, profile: Option<&str>, comments: &str) {
        let profiles = self.document.get_mut(PROFILES).and_then(Item::as_table_like_mut);
        let table = profiles.zip(profile).and_then(|(profiles, name)| profiles.get_mut(name)?.as_table_mut());
        match table {
            _ if comments.is_empty() => {}
            Some(table) => {
                let below = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                let prefix = format!("{comments}{}{below}", if below.starts_with('\n') { "" } else { "\n" });
                table.decor_mut().set_prefix(prefix);
            }
            None => {
                let trailing = self.document.trailing().as_str().unwrap_or_default();
                let trailing = format!("{comments}{trailing}");
                self.document.set_trailing(trailing);
            }
        }
    }

    /// The table of a profile, made where there is none: in the style in which the profiles are written.
    fn profile_mut(&mut self, name: &str) -> Option<&mut dyn TableLike> {
        if name.trim().is_empty() {
            return None;
        }
        let is_first = self.document.is_empty();
        let profiles = self.document.entry(PROFILES).or_insert_with(|| {
            let mut profiles = Table::new();
            profiles.set_implicit(true);
            Item::Table(profiles)
        });
        let is_inline = profiles.is_inline_table();
        let profiles = profiles.as_table_like_mut()?;
        if !profiles.contains_key(name) {
            let new = if is_inline {
                Item::Value(Value::InlineTable(InlineTable::new()))
            } else {
                let mut table = Table::new();
                table.decor_mut().set_prefix(if is_first { "" } else { "\n" });
                Item::Table(table)
            };
            profiles.insert(name, new);
        }
        profiles.get_mut(name)?.as_table_like_mut()
    }
}

/// Sets a value. The comments above it and behind it stay.
fn replace(table: &mut dyn TableLike, name: &str, mut value: Value) {
    match table.get_mut(name) {
        Some(old) => {
            if let Some(old) = old.as_value() {
                value.decor_mut().clone_from(old.decor());
            }
            *old = Item::Value(value);
        }
        None => drop(table.insert(name, Item::Value(value))),
    }
}

/// The comments that have a blank line below them: those are about the file, and not about what follows.
fn of_the_file(above: Option<&RawString>) -> String {
    let above = above.and_then(RawString::as_str).unwrap_or_default();
    let kept = above.rfind("\n\n").and_then(|end| above.get(..=end)).unwrap_or_default();
    if kept.trim().is_empty() { String::new() } else { kept.to_owned() }
}

/// The value as TOML, if it is one that can be read again.
fn written_value(key: Key, value: ProfileValue) -> Result<Value, ConfigError> {
    let fault = |message: String| ConfigError::about(&Origin::Explicit { key }, message);
    let reference = |name: &str, value: Value| {
        let mut table = InlineTable::new();
        table.insert(name, value);
        Value::InlineTable(table)
    };
    match (key.form(), value) {
        (Form::Secret, ProfileValue::Literal(secret)) => {
            let secret =
                check::secret(key, secret).map_err(|what| fault(what.message).with_hint(what.hint))?;
            Ok(Value::from(secret.expose()))
        }
        (Form::Switch, ProfileValue::Literal(text)) => {
            let yes =
                check::switch(text.expose()).map_err(|what| fault(what.message).with_hint(what.hint))?;
            Ok(Value::from(yes))
        }
        (Form::Text, ProfileValue::Literal(text)) => {
            let text =
                check::text(key, text.expose()).map_err(|what| fault(what.message).with_hint(what.hint))?;
            Ok(Value::from(text))
        }
        (Form::Path, ProfileValue::Literal(path)) if !path.is_empty() => Ok(Value::from(path.expose())),
        (Form::Path, ProfileValue::File(path)) => Ok(Value::from(text_of(key, &path)?)),
        (Form::Secret, ProfileValue::Env(name)) => Ok(reference("env", Value::from(name))),
        (Form::Secret, ProfileValue::File(path)) => Ok(reference("file", Value::from(text_of(key, &path)?))),
        (Form::Secret, ProfileValue::Command(argv)) => Ok(reference("command", list(argv))),
        (Form::Command, ProfileValue::Command(argv)) => Ok(list(argv)),
        _ => Err(fault(format!("{} cannot be written in this way", key.name()))),
    }
}

fn list(argv: Vec<String>) -> Value {
    Value::Array(argv.into_iter().collect::<Array>())
}

fn text_of(key: Key, path: &Path) -> Result<String, ConfigError> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        ConfigError::about(&Origin::Explicit { key }, "the path is not UTF-8, and a profiles file is")
    })
}

impl From<Secret> for ProfileValue {
    fn from(secret: Secret) -> Self {
        Self::Literal(secret)
    }
}

impl From<&str> for ProfileValue {
    fn from(text: &str) -> Self {
        Self::Literal(Secret::from(text))
    }
}

impl From<String> for ProfileValue {
    fn from(text: String) -> Self {
        Self::Literal(Secret::new(text))
    }
}

/// Where it is, and nothing that stands in it.
impl fmt::Debug for ProfilesFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfilesFile").field("path", &self.path).finish_non_exhaustive()
    }
}
