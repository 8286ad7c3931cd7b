//! The token in hand, as a warm call reads it.

use wml_auth_core::{AuthRequest, Authorization, Moment};

use crate::Policy;
use crate::life::Life;
use crate::state::Held;

/// A warm call compares times and calculates none: what it compares with is worked out when the token comes.
pub(crate) struct Current {
    pub(crate) authorization: Authorization,
    life: Life,
    /// Until when it is handed out to callers who name no minimum.
    last_served: Moment,
    /// From when on its renewal is due.
    early_from: Moment,
    /// The same on the monotonic clock, in whole seconds: the cheapest way to see that it is not.
    early_second: u64,
}

impl Current {
    pub(crate) fn new(authorization: Authorization, held: Held, policy: &Policy) -> Self {
        let Held { life, early_at, .. } = held;
        let last_served = life.last_with(policy.least(None, life.span));
        let early_from = life.last_with(early_at);
        let early_second = early_from.monotonic.as_secs();
        Self { authorization, life, last_served, early_from, early_second }
    }

    /// Whether its renewal may be due: less than a second too early, and never too late.
    pub(crate) fn is_nearly_due(&self, now: Moment) -> bool {
        now.wall >= self.early_from.wall || now.monotonic.as_secs() >= self.early_second
    }

    /// Whether it lives long enough for this request.
    pub(crate) fn serves(&self, now: Moment, request: &AuthRequest, policy: &Policy) -> bool {
        match request.min_lifetime() {
            None => now.wall <= self.last_served.wall && now.monotonic <= self.last_served.monotonic,
            least => self.life.left(now) >= policy.least(least, self.life.span),
        }
    }

    /// Whether its renewal is due.
    pub(crate) fn is_due(&self, now: Moment) -> bool {
        now.wall >= self.early_from.wall || now.monotonic >= self.early_from.monotonic
    }
}
