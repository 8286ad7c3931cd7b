//! What API keys, Service IDs and trusted profiles have in common: a revision, a lock, two dates, a history.

use jiff::Timestamp;

use crate::seed::Seed;

#[derive(Clone)]
pub(crate) struct Entity {
    revision: u32,
    digest: String,
    pub(crate) locked: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) history: Vec<Event>,
}

/// Something that was done to an entity.
#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    /// Who did it.
    pub(crate) iam_id: String,
    pub(crate) action: &'static str,
}

impl Entity {
    pub(crate) fn new(seed: &Seed, now: Timestamp, by: &str) -> Self {
        Self {
            revision: 1,
            digest: seed.hex32(),
            locked: false,
            created_at: now,
            modified_at: now,
            history: vec![Event { at: now, iam_id: by.to_owned(), action: "create" }],
        }
    }

    /// A new revision, as after every change.
    pub(crate) fn touch(&mut self, seed: &Seed, now: Timestamp, by: &str, action: &'static str) {
        self.revision += 1;
        self.digest = seed.hex32();
        self.modified_at = now;
        self.history.push(Event { at: now, iam_id: by.to_owned(), action });
    }

    /// `<revision>-<32 hexadecimal digits>`.
    pub(crate) fn tag(&self) -> String {
        format!("{}-{}", self.revision, self.digest)
    }

    /// Whether an `If-Match` header means this revision.
    pub(crate) fn matches(&self, if_match: &str) -> bool {
        if_match == "*" || if_match.trim_matches('"') == self.tag()
    }
}
