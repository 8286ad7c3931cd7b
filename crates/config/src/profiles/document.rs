//! The profiles file as a document: strict, and able to say where everything stands.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};
use wml_auth_core::Secret;

use super::{inheritance, source, value};
use crate::auth_type::AuthType;
use crate::key::{Form, Group};
use crate::layer::{Entry, Given};
use crate::text::{Position, did_you_mean, position, quoted};
use crate::{ConfigError, Key, Origin};

/// The names that a profile may have besides its keys.
pub(super) const EXTENDS: &str = "extends";
pub(super) const DEFAULT_PROFILE: &str = "default_profile";
pub(super) const PROFILES: &str = "profiles";

/// A profiles file that has been checked as a whole.
#[derive(Debug)]
pub(crate) struct Document {
    path: PathBuf,
    default_profile: Option<String>,
    profiles: Vec<Profile>,
}

/// One profile as it is written, without what it inherits.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) extends: Option<Parent>,
    pub(crate) entries: Vec<Entry>,
}

/// The profile that another one extends.
#[derive(Debug)]
pub(crate) struct Parent {
    pub(crate) name: String,
    pub(crate) position: Position,
}

impl Document {
    /// Reads and checks the whole file, so that a mistake in a profile shows before the profile is needed.
    pub(crate) fn parse(text: &Secret, path: &Path) -> Result<Self, ConfigError> {
        let text = text.expose();
        let reader = Reader { text, path };
        let root = DeTable::parse(text).map_err(|error| {
            // Its message is a fixed sentence; its `Display` would quote the line.
            let fault = ConfigError::broken(format!("not valid TOML: {}", error.message()));
            fault
                .at(path, position(text, error.span().map_or(0, |span| span.start)))
                .with_hint("look at that line: texts stand in quotes, and a name stands there only once")
        })?;

        let mut default_profile = None;
        let mut profiles = Vec::new();
        for (name, value) in root.get_ref() {
            match name.get_ref().as_ref() {
                DEFAULT_PROFILE => default_profile = Some((reader.text_of(value)?, value.span())),
                PROFILES => {
                    for (name, value) in reader.table_of(value)? {
                        profiles.push(reader.profile(name, value)?);
                    }
                }
                unknown => {
                    let fault = reader.fault(name.span(), format!("unknown key {}", quoted(unknown)));
                    return Err(fault.with_hint(did_you_mean(unknown, [DEFAULT_PROFILE, PROFILES])));
                }
            }
        }
        profiles.sort_by_key(|profile: &Profile| profile.line);
        let document = Self {
            path: path.to_owned(),
            default_profile: default_profile.clone().map(|(name, _)| name),
            profiles,
        };
        if let Some((name, span)) = default_profile
            && document.profile(&name).is_none()
        {
            return Err(document.unknown_profile(&name, position(text, span.start)));
        }
        for profile in &document.profiles {
            source::layer(&document, &profile.name)?;
        }
        Ok(document)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn default_profile(&self) -> Option<&str> {
        self.default_profile.as_deref()
    }

    /// In the order of the file.
    pub(crate) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    pub(crate) fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.profiles.iter().map(|profile| profile.name.as_str())
    }

    /// A profile, its parent, the parent's parent, and so on.
    pub(crate) fn chain(&self, name: &str) -> Result<Vec<&Profile>, ConfigError> {
        inheritance::chain(self, name)
    }

    pub(crate) fn unknown_profile(&self, name: &str, position: Position) -> ConfigError {
        ConfigError::broken(format!("there is no profile {}", quoted(name)))
            .at(&self.path, position)
            .with_hint(did_you_mean(name, self.names()))
    }
}

/// Reads values and knows where they stand.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) path: &'t Path,
}

impl<'t> Reader<'t> {
    fn profile(
        &self,
        name: &Spanned<DeString<'t>>,
        value: &Spanned<DeValue<'t>>,
    ) -> Result<Profile, ConfigError> {
        let line = position(self.text, name.span().start).line;
        let name = name.get_ref().as_ref().to_owned();
        let mut profile = Profile { name, line, extends: None, entries: Vec::new() };
        for (written, value) in self.table_of(value)? {
            let (key_name, span) = (written.get_ref().as_ref(), written.span());
            if key_name == EXTENDS {
                let position = position(self.text, value.span().start);
                profile.extends = Some(Parent { name: self.text_of(value)?, position });
                continue;
            }
            let Some(key) = Key::from_name(key_name) else {
                let known = Key::ALL.iter().map(|key| key.name()).chain([EXTENDS]);
                return Err(self.unknown_key(key_name, span, known));
            };
            profile.entries.push(self.entry(key, span, value, &profile.name)?);
        }
        Ok(profile)
    }

    /// A login that stands in a profile as a table of its own. What is called, it does not say.
    fn login(&self, value: &Spanned<DeValue<'t>>, profile: &str) -> Result<Vec<Entry>, ConfigError> {
        let known = || Key::ALL.iter().copied().filter(|key| key.group() != Group::Target);
        let mut entries = Vec::new();
        for (written, value) in self.table_of(value)? {
            let (key_name, span) = (written.get_ref().as_ref(), written.span());
            let Some(key) = known().find(|key| key.name() == key_name) else {
                return Err(self.unknown_key(key_name, span, known().map(Key::name)));
            };
            entries.push(self.entry(key, span, value, profile)?);
        }
        Ok(entries)
    }

    fn entry(
        &self,
        key: Key,
        span: Range<usize>,
        value: &Spanned<DeValue<'t>>,
        profile: &str,
    ) -> Result<Entry, ConfigError> {
        let given = match key.form() {
            Form::Login => Given::Login(self.login(value, profile)?),
            _ => value::read(self, key, value)?,
        };
        // A misspelled type is a mistake wherever it stands.
        if let (Key::AuthType, Given::Text(name)) = (key, &given) {
            AuthType::parse(name.expose())
                .map_err(|fault| self.fault(value.span(), fault.message).with_hint(fault.hint))?;
        }
        let line = position(self.text, span.start).line;
        let origin = Origin::Profile { file: self.path.to_owned(), line, profile: profile.to_owned() };
        Ok(Entry { key, given, origin })
    }

    fn unknown_key(
        &self,
        name: &str,
        span: Range<usize>,
        known: impl Iterator<Item = &'static str> + Clone,
    ) -> ConfigError {
        let fault = self.fault(span, format!("unknown key {}", quoted(name)));
        fault.with_hint(did_you_mean(name, known))
    }

    pub(super) fn table_of<'v>(
        &self,
        value: &'v Spanned<DeValue<'t>>,
    ) -> Result<&'v DeTable<'t>, ConfigError> {
        value.get_ref().as_table().ok_or_else(|| self.wrong_type(value, "a table"))
    }

    /// A text that is not empty.
    pub(super) fn text_of(&self, value: &Spanned<DeValue<'t>>) -> Result<String, ConfigError> {
        let text = value.get_ref().as_str().ok_or_else(|| self.wrong_type(value, "a text in quotes"))?;
        if text.trim().is_empty() {
            return Err(self
                .fault(value.span(), String::from("the value is empty"))
                .with_hint("leave the key out"));
        }
        Ok(text.to_owned())
    }

    pub(super) fn wrong_type(&self, value: &Spanned<DeValue<'t>>, expected: &str) -> ConfigError {
        self.fault(value.span(), format!("expected {expected}, found {}", value.get_ref().type_str()))
    }

    pub(super) fn fault(&self, span: Range<usize>, message: String) -> ConfigError {
        ConfigError::broken(message).at(self.path, position(self.text, span.start))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Document, ConfigError> {
        Document::parse(&Secret::from(text), Path::new("/etc/w/profiles.toml"))
    }

    fn error(text: &str) -> (String, Option<String>) {
        let error = parse(text).unwrap_err();
        (error.to_string(), error.hint().map(str::to_owned))
    }

    #[test]
    fn every_entry_knows_its_line() {
        let text = "default_profile = \"b\"\n\n[profiles.a]\nurl = \"https://x\"\n\n[profiles.b]\nextends = \"a\"\n\
                    apikey = { env = \"K\" }\n";
        let document = parse(text).unwrap();
        assert_eq!(document.default_profile(), Some("b"));
        assert_eq!(document.names().collect::<Vec<_>>(), ["a", "b"]);
        let profile = document.profile("b").unwrap();
        assert_eq!((profile.line, profile.entries.len()), (6, 1));
        assert_eq!(profile.entries[0].origin.to_string(), "profiles.toml:8 (profile \"b\")");
    }

    #[test]
    fn unknown_words_are_errors_with_a_place_and_a_suggestion() {
        assert_eq!(
            error("[profiles.p]\n  apkey = \"s3cr3t\""),
            ("/etc/w/profiles.toml:2:3: unknown key `apkey`".into(), Some("did you mean `apikey`?".into()))
        );
        assert_eq!(
            error("[profiles.p]\nauth_type = \"iamm\""),
            (
                "/etc/w/profiles.toml:2:13: unknown auth type `iamm`".into(),
                Some("did you mean `iam`?".into())
            )
        );
        assert_eq!(
            error("default_profile = \"prd\"\n[profiles.prod]"),
            (
                "/etc/w/profiles.toml:1:19: there is no profile `prd`".into(),
                Some("did you mean `prod`?".into())
            )
        );
        assert_eq!(
            error("[profile.prod]"),
            (
                "/etc/w/profiles.toml:1:2: unknown key `profile`".into(),
                Some("did you mean `profiles`?".into())
            )
        );
        assert!(parse("[profiles.p]\nauth_type = \"vpc\"").is_ok());
    }

    #[test]
    fn wrong_types_and_empty_values_are_errors_without_the_value() {
        let of = |text: &str| error(text).0;
        assert_eq!(of("profiles = 1"), "/etc/w/profiles.toml:1:12: expected a table, found integer");
        assert_eq!(
            of("[profiles.p]\nversion = 2020-09-01"),
            "/etc/w/profiles.toml:2:11: expected a text in quotes, found datetime"
        );
        assert_eq!(of("[profiles.p]\napikey = \" \""), "/etc/w/profiles.toml:2:10: the value is empty");
    }

    #[test]
    fn broken_toml_is_an_error_with_a_place_and_no_content() {
        let (message, _) = error("[profiles.p]\napikey = \"s3cr3t\nurl = \"x\"");
        assert!(message.starts_with("/etc/w/profiles.toml:2:"), "{message}");
        assert!(message.contains("not valid TOML") && !message.contains("s3cr3t"), "{message}");
        let (message, _) = error("[profiles.p]\napikey = \"a\"\napikey = \"b\"");
        assert!(message.starts_with("/etc/w/profiles.toml:3:"), "{message}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_showing_a_value(
            before in "[\\PC\n]{0,12}", after in "[\\PC\n]{0,12}", quote in "\"|'|\"\"\"|", key in "apikey|url|x"
        ) {
            let text = format!("{before}\n[profiles.p]\n{key} = {quote}CANARY{after}");
            if let Err(error) = parse(&text) {
                let shown = format!("{error} {error:?} {:?}", error.hint());
                prop_assert!(!shown.contains("CANARY"), "{}", shown);
            }
        }
    }
}
