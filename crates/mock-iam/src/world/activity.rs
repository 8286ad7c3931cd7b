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
        match self.0.get_mut(id) {
            Some(logins) => *logins = Logins { last: now, count: logins.count + 1 },
            None => drop(self.0.insert(id.to_owned(), Logins { last: now, count: 1 })),
        }
    }

    /// `None` for one who never was.
    pub(crate) fn of(&self, id: &str) -> Option<Logins> {
        self.0.get(id).copied()
    }
}
