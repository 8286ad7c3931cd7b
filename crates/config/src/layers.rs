//! Laying sources, or a profile and its parents, over each other.

use std::fmt;

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use crate::Key;
use crate::layer::Entry;

/// A stack of named sheets in which an upper one hides a lower one, key by key.
///
/// Figment does the layering and remembers by its metadata which sheet a key came from. What it layers are
/// numbers of entries and not the values: its values can be printed, ours may be secret; and it would mix two
/// tables, such as two references to one secret, which are to hide each other as a whole.
pub(crate) struct Layers<'e> {
    figment: Figment,
    entries: Vec<&'e Entry>,
}

struct Sheet {
    name: String,
    numbers: Dict,
}

impl<'e> Layers<'e> {
    pub(crate) fn new() -> Self {
        Self { figment: Figment::new(), entries: Vec::new() }
    }

    /// Puts a sheet below all others.
    pub(crate) fn below(mut self, name: &str, entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut numbers = Dict::new();
        for entry in entries {
            numbers.entry(entry.key.name().to_owned()).or_insert_with(|| Value::from(self.entries.len()));
            self.entries.push(entry);
        }
        self.figment = self.figment.join(Sheet { name: name.to_owned(), numbers });
        self
    }

    /// The entry that can be seen.
    pub(crate) fn visible(&self, key: Key) -> Option<&'e Entry> {
        let number: usize = self.figment.extract_inner(key.name()).ok()?;
        self.entries.get(number).copied()
    }

    /// The name of the sheet on which it stands.
    pub(crate) fn sheet(&self, key: Key) -> Option<&str> {
        self.figment.find_metadata(key.name()).map(|metadata| metadata.name.as_ref())
    }

    /// Whether one key stands above another: `None` when both are on one sheet.
    pub(crate) fn is_above(&self, one: Key, other: Key) -> Option<bool> {
        let number = |key: Key| self.figment.extract_inner::<usize>(key.name()).unwrap_or(usize::MAX);
        (self.sheet(one) != self.sheet(other)).then(|| number(one) < number(other))
    }

    /// The entries that the visible one hides, from the upper sheets to the lower.
    pub(crate) fn hidden(&self, key: Key) -> impl Iterator<Item = &'e Entry> {
        self.entries.iter().copied().filter(move |entry| entry.key == key).skip(1)
    }

    /// Every key that is set on any sheet.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        Key::ALL.iter().copied().filter(|key| self.figment.contains(key.name()))
    }
}

impl Provider for Sheet {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.numbers.clone()))
    }
}

impl fmt::Debug for Layers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;
    use crate::layer::Given;

    fn entry(key: Key, variable: &str) -> Entry {
        let origin = Origin::Environment { variable: variable.into() };
        Entry { key, given: Given::Text("x".into()), origin }
    }

    #[test]
    fn the_upper_sheet_hides_the_lower_key_by_key() {
        let upper = [entry(Key::Url, "upper-url"), entry(Key::SpaceId, "upper-space")];
        let lower = [entry(Key::Url, "lower-url"), entry(Key::ProjectId, "lower-project")];
        let layers = Layers::new().below("upper", &upper).below("lower", &lower);

        let name = |entry: &Entry| entry.origin.to_string();
        assert_eq!(layers.visible(Key::Url).map(name), Some("environment variable upper-url".into()));
        assert_eq!(layers.hidden(Key::Url).map(name).collect::<Vec<_>>(), ["environment variable lower-url"]);
        assert_eq!(layers.sheet(Key::Url), Some("upper"));
        assert_eq!(layers.sheet(Key::ProjectId), Some("lower"));
        assert_eq!(layers.keys().collect::<Vec<_>>(), [Key::Url, Key::SpaceId, Key::ProjectId]);
        assert!(layers.visible(Key::Version).is_none());

        assert_eq!(layers.is_above(Key::SpaceId, Key::ProjectId), Some(true));
        assert_eq!(layers.is_above(Key::ProjectId, Key::SpaceId), Some(false));
        assert_eq!(layers.is_above(Key::Url, Key::SpaceId), None);
    }
}
