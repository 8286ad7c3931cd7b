//! What to do, decided by time and events alone.
//!
//! Nothing here waits, reads a clock, draws a number or touches a token: [`State::step`] is given all that and says
//! what the driver is to do. The cases are kept as data in `tests/cases/refresh`.

use std::time::Duration;

use wml_auth_core::{Generation, Moment};

use crate::Policy;
use crate::life::Life;
use crate::policy::{Failure, FailureKind};

/// All that an engine knows, but for the token itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    held: Option<Held>,
    fetching: bool,
    hold_off_until: Option<Duration>,
    /// Whether that pause is for a renewal that nobody waited for. Whoever does wait cuts it short.
    pause_is_early: bool,
    failures: u32,
    latest: Generation,
    rejections: Rejections,
}

/// The token in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) generation: Generation,
    pub(crate) life: Life,
    /// The remaining life at which it is renewed early.
    pub(crate) early_at: Duration,
}

/// Something that happened. `roll` is a random number from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A caller wants a token that lives at least this long, or as long as the policy thinks prudent.
    Asked { least: Option<Duration> },
    /// The fetch brought a token: `again` if it is the very one that the service has refused.
    Fetched { life: Life, again: bool, roll: f64 },
    /// The fetch, with all its attempts, brought none.
    Failed { failure: Failure, roll: f64 },
    /// The fetch was given up by whoever ran it.
    Abandoned,
    /// The service refused the token of this generation.
    Rejected { generation: Generation },
}

/// What the driver is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Hand out the token in hand.
    Serve,
    /// Hand it out, and start a fetch that nobody waits for.
    ServeAndFetch,
    /// Start a fetch and wait for it.
    Fetch,
    /// Wait for the fetch that is under way.
    Join,
    /// Answer with the last error: it is too early to ask the issuer again.
    Refuse { wait: Duration },
    /// The issuer's tokens live for this long, which is less than was asked for. Fetching would not help.
    TooShort { life: Duration },
    /// Put the new token in place of the old one.
    Replace(Held),
    /// Remember the error; the issuer is left alone this long.
    HoldOff { wait: Duration },
    /// The rejected token is dropped. Start a fetch.
    Drop,
    /// Nothing.
    Ignore,
}

/// The least time between a token that came and the next fetch, unless the service refuses it.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

impl State {
    /// Takes one event in and says what to do about it.
    pub(crate) fn step(&mut self, now: Moment, event: Event, policy: &Policy) -> Action {
        match event {
            Event::Asked { least } => self.asked(now, least, policy),
            Event::Fetched { life, again, roll } => self.fetched(now, life, again, roll, policy),
            Event::Failed { failure, roll } => self.failed(now, failure, roll, policy),
            Event::Abandoned => {
                self.fetching = false;
                Action::Ignore
            }
            Event::Rejected { generation } => self.rejected(now, generation, policy),
        }
    }

    fn asked(&mut self, now: Moment, least: Option<Duration>, policy: &Policy) -> Action {
        let mut waiting = self.waiting(now);
        if let Some(held) = self.held {
            let least = policy.least(least, held.life.span);
            let left = held.life.left(now);
            let age = held.life.span.saturating_sub(left);
            // However short they live, or early they are renewed: not one after the other.
            if age < SHORTEST_INTERVAL {
                waiting = waiting.max(Some(SHORTEST_INTERVAL - age));
            }
            if left >= least {
                let due = left <= held.early_at && !self.fetching && waiting.is_none();
                self.fetching |= due;
                return if due { Action::ServeAndFetch } else { Action::Serve };
            }
            // A new one would be no better: they all live too short, or this one has only just come.
            if left > policy.guard && (held.life.span < least || age < policy.guard) {
                return Action::TooShort { life: held.life.span };
            }
        }
        if self.fetching {
            return Action::Join;
        }
        if self.pause_is_early {
            // Failed while nobody waited. Now somebody does, and the issuer may be back.
            (self.pause_is_early, self.failures, self.hold_off_until) = (false, 0, None);
        } else if let Some(wait) = waiting {
            return Action::Refuse { wait };
        }
        self.fetching = true;
        Action::Fetch
    }

    fn fetched(&mut self, now: Moment, life: Life, again: bool, roll: f64, policy: &Policy) -> Action {
        self.fetching = false;
        self.failures = 0;
        self.hold_off_until = None;
        self.pause_is_early = false;
        if again {
            // The issuer has no other. To refuse it once more tells nothing new, for a while.
            self.rejections.exhaust(now, policy);
        } else {
            self.latest = Generation(self.latest.0.saturating_add(1));
        }
        let held = Held { generation: self.latest, life, early_at: policy.early_at(life.span, roll) };
        self.held = Some(held);
        Action::Replace(held)
    }

    fn failed(&mut self, now: Moment, failure: Failure, roll: f64, policy: &Policy) -> Action {
        self.fetching = false;
        // With a token in hand nobody was waiting, and nobody is now.
        let early = self.has_good(now, policy);
        let wait = policy.hold_off(failure, early, self.failures, roll);
        self.pause_is_early =
            early && failure.kind == FailureKind::Transient && failure.retry_after.is_none();
        self.failures = self.failures.saturating_add(1);
        self.hold_off_until = Some(now.monotonic.saturating_add(wait));
        Action::HoldOff { wait }
    }

    fn rejected(&mut self, now: Moment, generation: Generation, policy: &Policy) -> Action {
        if self.held.is_none_or(|held| held.generation != generation) || !self.rejections.allow(now, policy) {
            return Action::Ignore;
        }
        self.held = None;
        // The pause was for the issuer that failed to renew a good token. Now there is none.
        self.hold_off_until = None;
        Action::Drop
    }

    /// How long the issuer is still to be left alone.
    fn waiting(&self, now: Moment) -> Option<Duration> {
        let wait = self.hold_off_until?.saturating_sub(now.monotonic);
        (!wait.is_zero()).then_some(wait)
    }

    /// The token in hand.
    pub(crate) fn held(&self) -> Option<Held> {
        self.held
    }

    /// Whether a token is in hand that may still be handed out.
    pub(crate) fn has_good(&self, now: Moment, policy: &Policy) -> bool {
        self.held.is_some_and(|held| held.life.left(now) >= policy.guard)
    }

    /// Whether a fetch is under way.
    pub(crate) fn is_fetching(&self) -> bool {
        self.fetching
    }

    /// The monotonic time before which no early fetch may start; `None` while a fetch is under way.
    pub(crate) fn early_gate(&self) -> Option<Duration> {
        (!self.fetching).then(|| self.hold_off_until.unwrap_or_default())
    }
}

/// A bucket of rejections that are believed: full at first, and filled by one each interval.
#[derive(Clone, Copy, Debug, Default)]
struct Rejections {
    spent: u32,
    since: Duration,
}

impl Rejections {
    fn allow(&mut self, now: Moment, policy: &Policy) -> bool {
        let elapsed = now.monotonic.saturating_sub(self.since).as_nanos();
        let interval = policy.rejection_interval.as_nanos().max(1);
        let refilled = u32::try_from(elapsed / interval).unwrap_or(u32::MAX);
        if refilled > 0 || self.spent == 0 {
            self.spent = self.spent.saturating_sub(refilled);
            self.since = now.monotonic;
        }
        let allowed = self.spent < policy.rejections;
        self.spent = self.spent.saturating_add(u32::from(allowed));
        allowed
    }

    fn exhaust(&mut self, now: Moment, policy: &Policy) {
        *self = Self { spent: policy.rejections, since: now.monotonic };
    }
}

#[cfg(test)]
mod cases;

#[cfg(test)]
mod traces;
