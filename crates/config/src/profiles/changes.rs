//! What is different between two versions of a profiles file.

use std::fmt;

use serde::Serialize;

use super::document::{DEFAULT_PROFILE, Document, EXTENDS, Profile};
use crate::Key;
use crate::layer::Given;
use crate::text::{printable, redacted};

/// The differences between two versions of a profiles file. Secrets are redacted.
///
/// `Display` is a list for people, without a line break at its end; it is empty when nothing is different.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Changes(Vec<Change>);

/// One value that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The profile it stands in; none for the file's own `default_profile`.
    pub profile: Option<String>,
    /// The name of the key.
    pub key: String,
    /// What stands there now, as it may be shown; none where the value is new.
    pub before: Option<String>,
    /// What will stand there; none where it is taken out.
    pub after: Option<String>,
}

impl Changes {
    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One by one, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Change> {
        self.0.iter()
    }
}

pub(super) fn between(before: Option<&Document>, after: &Document) -> Changes {
    let mut changes = Changes::default();
    let text = |name: Option<&str>| name.map(|name| Given::Text(name.into()));
    let default = before.and_then(Document::default_profile);
    changes.offer(None, DEFAULT_PROFILE, None, text(default), text(after.default_profile()));
    let empty = Profile { name: String::new(), line: 0, extends: None, entries: Vec::new() };
    for profile in after.profiles() {
        let old = before.and_then(|before| before.profile(&profile.name)).unwrap_or(&empty);
        changes.profile(&profile.name, old, profile);
    }
    for profile in before.into_iter().flat_map(Document::profiles) {
        if after.profile(&profile.name).is_none() {
            changes.profile(&profile.name, profile, &empty);
        }
    }
    changes
}

impl Changes {
    fn profile(&mut self, name: &str, before: &Profile, after: &Profile) {
        let parent = |profile: &Profile| {
            profile.extends.as_ref().map(|parent| Given::Text(parent.name.as_str().into()))
        };
        self.offer(Some(name), EXTENDS, None, parent(before), parent(after));
        let given = |profile: &Profile, key: Key| {
            let entry = profile.entries.iter().find(|entry| entry.key == key);
            entry.map(|entry| entry.given.clone())
        };
        for key in Key::ALL {
            self.offer(Some(name), key.name(), Some(*key), given(before, *key), given(after, *key));
        }
    }

    fn offer(
        &mut self,
        profile: Option<&str>,
        name: &str,
        key: Option<Key>,
        before: Option<Given>,
        after: Option<Given>,
    ) {
        if before != after {
            self.0.push(Change {
                profile: profile.map(str::to_owned),
                key: name.to_owned(),
                before: before.map(|given| shown(key, &given)),
                after: after.map(|given| shown(key, &given)),
            });
        }
    }
}

/// A value as it may be seen. Of a command that is its program: the arguments may say more than is good to show.
fn shown(key: Option<Key>, given: &Given) -> String {
    match given {
        Given::Text(secret) if key.is_some_and(Key::is_secret) => redacted(secret.expose()),
        Given::Text(text) => printable(text.expose()),
        Given::Reference(reference) => format!("({reference})"),
        Given::Path(path) => printable(path.display()),
        Given::Login(entries) => {
            format!("({})", entries.iter().map(|entry| entry.key.name()).collect::<Vec<_>>().join(", "))
        }
        Given::Command(argv) => format!("(command {})", printable(argv.first().map_or("", String::as_str))),
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        let mut section: Option<&str> = None;
        for change in &self.0 {
            if let Some(profile) = change.profile.as_deref()
                && section != Some(profile)
            {
                section = Some(profile);
                lines.push(format!("[profiles.{}]", printable(profile)));
            }
            let line = |sign, value: &String| format!("{sign} {} = {value}", change.key);
            lines.extend(change.before.iter().map(|value| line('-', value)));
            lines.extend(change.after.iter().map(|value| line('+', value)));
        }
        f.write_str(&lines.join("\n"))
    }
}
