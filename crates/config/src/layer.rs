//! What one source holds.

use std::path::{Path, PathBuf};

use wml_auth_core::Secret;

use crate::auth_type::AuthType;
use crate::key::Group;
use crate::reference::Reference;
use crate::warning::WarningCode;
use crate::{ConfigError, Key, Origin, SourceKind, Warning, file};

/// A value as it was written. Text is always kept as a secret: which of it may be shown, the key decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Text(Secret),
    Path(PathBuf),
    Command(Vec<String>),
    Reference(Reference),
    /// A login of its own, as a table.
    Login(Vec<Entry>),
}

/// One value, and where it stands. Two are equal that set the same, wherever they stand.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) given: Given,
    pub(crate) origin: Origin,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.given == other.given
    }
}

impl Eq for Entry {}

/// A value that is hidden by another one.
#[derive(Clone, Debug)]
pub(crate) struct Hidden {
    pub(crate) key: Key,
    pub(crate) origin: Origin,
    /// Whether it is another value than the one that hides it.
    pub(crate) differs: bool,
}

/// Everything that one source holds for the service, each key at most once.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) kind: SourceKind,
    /// What people should look at: a file, a profile in it.
    pub(crate) place: String,
    pub(crate) entries: Vec<Entry>,
    pub(crate) hidden: Vec<Hidden>,
    /// Values by common names, which count only where no source has anything better.
    pub(crate) fallbacks: Vec<Entry>,
    /// The keys whose value stands under a name by which other watsonx clients know a user of a cluster.
    pub(crate) of_a_cluster_user: Vec<Key>,
    /// The login that assumes the trusted profile which this layer names.
    pub(crate) source: Option<Box<Layer>>,
    pub(crate) warnings: Vec<Warning>,
}

/// What came of looking at a source. A broken one is an error instead.
#[derive(Debug)]
pub(crate) enum Lookup {
    Found(Layer),
    Absent { place: String, reason: String },
}

impl Layer {
    pub(crate) fn new(kind: SourceKind, place: impl Into<String>) -> Self {
        Self {
            kind,
            place: place.into(),
            entries: Vec::new(),
            hidden: Vec::new(),
            fallbacks: Vec::new(),
            of_a_cluster_user: Vec::new(),
            source: None,
            warnings: Vec::new(),
        }
    }

    pub(crate) fn entry(&self, key: Key) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(crate) fn has(&self, key: Key) -> bool {
        self.entry(key).is_some()
    }

    /// Adds an alias of a value that may be there already. The first one stays; if they disagree, both are named.
    pub(crate) fn offer(&mut self, entry: Entry) {
        let Some(first) = self.entry(entry.key) else {
            self.entries.push(entry);
            return;
        };
        let differs = first.given != entry.given;
        if differs {
            let message =
                format!("sets {} to another value than {}, which is used", entry.key.name(), first.origin);
            let warning = Warning::new(WarningCode::AliasesDisagree, message).at(&entry.origin);
            self.warnings.push(warning);
        }
        self.hidden.push(Hidden { key: entry.key, origin: entry.origin, differs });
    }

    /// Whether the credential is to be taken from here: it holds one, or says how to log in. A layer that says how
    /// and holds nothing to do it with is incomplete, not absent.
    pub(crate) fn claims(&self) -> bool {
        self.holds_credential() || (self.kind != SourceKind::Explicit && self.names_the_login())
    }

    /// What an explicit value claims by: an explicit auth type alone overrides that of another source.
    pub(crate) fn holds_credential(&self) -> bool {
        self.entries.iter().any(|entry| entry.key.group() == Group::Credential)
    }

    /// An auth type, or a trusted profile, which says at least that some compute resource is to log in.
    fn names_the_login(&self) -> bool {
        self.has(Key::AuthType) || self.has(Key::IamProfileCrn) || self.inferred().is_some()
    }

    /// A user name, and what proves it, by the names of the clients that have users of a cluster.
    pub(crate) fn names_a_cluster_user(&self) -> bool {
        let has = |key| self.of_a_cluster_user.contains(&key);
        has(Key::Username) && (has(Key::Password) || has(Key::ApiKey))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.fallbacks.is_empty()
    }

    /// The auth type that the credential itself implies.
    pub(crate) fn inferred(&self) -> Option<AuthType> {
        AuthType::infer(|key| self.has(key))
    }

    /// A file with a literal secret is nobody's to read but its owner's.
    pub(crate) fn check_permissions(&mut self, path: &Path, strict: bool) -> Result<(), ConfigError> {
        let Some(secret) = self.literal_secret() else { return Ok(()) };
        let origin = secret.origin.clone();
        let Some(mode) = file::open_to_others(path) else { return Ok(()) };
        let message = format!("holds a secret and can be read by others (mode {mode:o})");
        if strict {
            return Err(ConfigError::broken(message).in_file(path).with_hint("chmod 600 the file"));
        }
        self.warnings.push(Warning::new(WarningCode::OpenPermissions, message).at(&origin));
        Ok(())
    }

    fn literal_secret(&self) -> Option<&Entry> {
        let is_literal = |entry: &&Entry| entry.key.is_secret() && matches!(entry.given, Given::Text(_));
        let own = self.entries.iter().find(is_literal);
        own.or_else(|| self.source.as_ref().and_then(|source| source.literal_secret()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: Key, text: &str, variable: &str) -> Entry {
        let origin = Origin::Environment { variable: variable.into() };
        Entry { key, given: Given::Text(Secret::from(text)), origin }
    }

    #[test]
    fn the_first_alias_stays_and_a_different_one_is_a_warning() {
        let mut layer = Layer::new(SourceKind::Environment, "");
        layer.offer(entry(Key::ApiKey, "one-secret", "A"));
        layer.offer(entry(Key::ApiKey, "one-secret", "B"));
        assert!(layer.warnings.is_empty());
        layer.offer(entry(Key::ApiKey, "two-secret", "C"));
        assert_eq!(layer.entries.len(), 1);
        assert_eq!(layer.hidden.iter().map(|hidden| hidden.differs).collect::<Vec<_>>(), [false, true]);
        let said = layer.warnings.iter().map(ToString::to_string).collect::<String>();
        assert_eq!(
            said,
            "environment variable C: sets apikey to another value than environment variable A, which is used"
        );
    }

    #[test]
    fn a_claim_needs_a_credential_or_a_login_type() {
        let with = |kind, key| {
            let mut layer = Layer::new(kind, "");
            layer.offer(entry(key, "x", "X"));
            layer.claims()
        };
        assert!(with(SourceKind::Environment, Key::Password));
        assert!(with(SourceKind::Environment, Key::AuthType));
        assert!(with(SourceKind::Environment, Key::IamProfileName));
        assert!(with(SourceKind::Environment, Key::IamProfileCrn));
        assert!(!with(SourceKind::Explicit, Key::AuthType));
        assert!(!with(SourceKind::Explicit, Key::IamProfileId));
        assert!(!with(SourceKind::Environment, Key::Username));
        assert!(!with(SourceKind::Environment, Key::Url));
    }
}
