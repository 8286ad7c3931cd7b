//! What API keys and Service IDs have in common: a revision, a lock, two dates.

use jiff::Timestamp;

use crate::seed::Seed;

#[derive(Clone)]
pub(crate) struct Entity {
    revision: u32,
    digest: String,
    pub(crate) locked: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl Entity {
    pub(crate) fn new(seed: &Seed, now: Timestamp) -> Self {
        Self { revision: 1, digest: seed.hex32(), locked: false, created_at: now, modified_at: now }
    }

    /// A new revision, as after every change.
    pub(crate) fn touch(&mut self, seed: &Seed, now: Timestamp) {
        self.revision += 1;
        self.digest = seed.hex32();
        self.modified_at = now;
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
