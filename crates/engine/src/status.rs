//! What an engine is up to, for people and dashboards.

use std::time::{Duration, SystemTime};

use wml_auth_core::{AuthError, Generation, Identity, Moment};

use crate::state::State;

/// A picture of an engine at one moment. Holds no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// Whose tokens these are.
    pub identity: Identity,
    /// Whether there is a token, and how it is doing.
    pub phase: Phase,
    /// Which token it is; the first is 1.
    pub generation: Option<Generation>,
    /// When the token in hand expires, by the local wall clock.
    pub expires_at: Option<SystemTime>,
    /// How long until a caller will set off an early refresh; zero when one is due.
    pub refresh_in: Option<Duration>,
    /// Whether a refresh is under way.
    pub refreshing: bool,
    /// Why the last refresh failed, if it did.
    pub last_error: Option<AuthError>,
    /// What has happened since the engine was built.
    pub counts: Counts,
}

/// How the token in hand is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// There is none.
    Empty,
    /// It is good, and no renewal is due.
    Fresh,
    /// It is good, and its renewal is due.
    Due,
    /// It has ended.
    Expired,
}

/// What has happened since an engine was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Refreshes begun, each of one attempt or more.
    pub refreshes: u64,
    /// Refreshes that brought a token.
    pub successes: u64,
    /// Refreshes that did not.
    pub failures: u64,
    /// Tokens dropped because the service refused them.
    pub rejections: u64,
}

impl Status {
    pub(crate) fn new(
        identity: &Identity,
        state: &State,
        last_error: Option<AuthError>,
        counts: Counts,
        now: Moment,
    ) -> Self {
        let held = state.held();
        let left = held.map(|held| held.life.left(now));
        let phase = match (held, left) {
            (Some(_), Some(Duration::ZERO)) => Phase::Expired,
            (Some(held), Some(left)) if left <= held.early_at => Phase::Due,
            (Some(_), _) => Phase::Fresh,
            (None, _) => Phase::Empty,
        };
        Self {
            identity: identity.clone(),
            phase,
            generation: held.map(|held| held.generation),
            expires_at: held.map(|held| held.life.expires_at()),
            refresh_in: held.zip(left).map(|(held, left)| left.saturating_sub(held.early_at)),
            refreshing: state.is_fetching(),
            last_error,
            counts,
        }
    }
}
