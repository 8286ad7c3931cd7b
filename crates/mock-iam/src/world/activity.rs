//! Who logged in, when last, how often.

use std::collections::HashMap;

use jiff::Timestamp;

/// By the id of the API key, Service ID or trusted profile.
#[derive(Default)]
pub(crate) struct Activity(HashMap<String, Logins>);

#[derive(Clone, Copy)]
pub(crate) struct Logins {
    pub(crate) last: Timestamp,
    pub(crate) count: u64,
}

impl Activity {
    /// This one has just been authenticated.
    pub(crate) fn note(&mut self, id: &str, now: Timestamp) {
        let logins = self.0.entry(id.to_owned()).or_insert(Logins { last: now, count: 0 });
        logins.last = now;
        logins.count += 1;
    }

    /// `None` for one who never was.
    pub(crate) fn of(&self, id: &str) -> Option<Logins> {
        self.0.get(id).copied()
    }
}
