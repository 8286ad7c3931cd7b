//! How a flight ends: with a token, with an error, or given up.

use std::sync::Arc;

use wml_auth_core::{AuthError, Event, Moment};

use crate::current::Current;
use crate::engine::{Inner, Shared};
use crate::fetch::Fetched;
use crate::flight::{Flight, Outcome};
use crate::planted::{self, Defect};
use crate::policy::{Failure, FailureKind};
use crate::state::{self, Action};

impl Shared {
    /// A flight has landed. Returns what its waiters get.
    ///
    /// One whose place another has taken changes nothing any more: its result is for those who still wait for it.
    pub(crate) fn conclude(
        &self,
        number: u64,
        started: Moment,
        result: Result<Fetched, AuthError>,
    ) -> Outcome {
        match result {
            Ok(fetched) => Ok(self.replace(number, started, fetched)),
            Err(error) => {
                self.remember(number, error.clone());
                Err(error)
            }
        }
    }

    fn replace(&self, number: u64, started: Moment, Fetched { authorization, life }: Fetched) -> Fetched {
        let now = self.clock.now();
        let authorization = authorization.with_expiry(life.expires_at()).with_identity(self.identity.clone());
        let (fetched, old) = {
            let mut inner = self.lock();
            let Some(flight) = land(&mut inner, number) else { return Fetched { authorization, life } };
            let refused = inner.refused.take();
            let again = refused
                .as_ref()
                .is_some_and(|old| old.authorization.header_value() == authorization.header_value());
            let fetched = state::Event::Fetched { life, again, roll: fastrand::f64() };
            let Action::Replace(held) = self.step(&mut inner, now, fetched) else {
                return Fetched { authorization, life };
            };
            let authorization = authorization.with_generation(held.generation);
            let current = Current::new(authorization.clone(), held, &self.policy);
            let old = self.current.swap(Some(Arc::new(current)));
            inner.last_error = None;
            inner.counts.successes = inner.counts.successes.saturating_add(1);
            (Fetched { authorization, life }, (old, refused, flight))
        };
        drop(old);
        self.tell(&Event::RefreshSucceeded {
            identity: &self.identity,
            generation: fetched.authorization.generation(),
            expires_at: life.expires_at(),
            took: now.since(started),
        });
        fetched
    }

    fn remember(&self, number: u64, error: AuthError) {
        let now = self.clock.now();
        let kind = match error.is_retryable() || !is_answer(&error) {
            true => FailureKind::Transient,
            false => FailureKind::Permanent,
        };
        let failure = Failure { kind, retry_after: error.retry_after() };
        let (wait, stale, flight) = {
            let mut inner = self.lock();
            let Some(flight) = land(&mut inner, number) else { return };
            let failed = state::Event::Failed { failure, roll: fastrand::f64() };
            let Action::HoldOff { wait } = self.step(&mut inner, now, failed) else { return };
            inner.last_error = Some(error.clone());
            inner.counts.failures = inner.counts.failures.saturating_add(1);
            let stale = inner.state.has_good(now, &self.policy);
            (wait, stale, flight)
        };
        drop(flight);
        let identity = &self.identity;
        self.tell(&Event::RefreshFailed { identity, error: &error, next_attempt_in: wait });
        if stale {
            self.tell(&Event::ServedStale { identity, error: &error });
        }
    }

    /// A flight was dropped before it landed.
    pub(crate) fn abandon(&self, number: u64) {
        let now = self.clock.now();
        let flight = {
            let mut inner = self.lock();
            let flight = land(&mut inner, number);
            if flight.is_some() || planted::has(Defect::AnyFetchFreesThePlace) {
                self.step(&mut inner, now, state::Event::Abandoned);
            }
            flight
        };
        drop(flight);
    }
}

/// Empties the place of flight `number`, if it has it. The flight is returned, to be dropped outside the lock.
fn land(inner: &mut Inner, number: u64) -> Option<Arc<Flight>> {
    inner.flight.take_if(|(current, _)| *current == number).map(|(_, flight)| flight)
}

/// Whether somebody answered, as opposed to something breaking on our side.
fn is_answer(error: &AuthError) -> bool {
    error.is_absent()
        || error.is_misconfigured()
        || error.is_rejected_credential()
        || error.is_invalid_answer()
}
