//! What happens is told: to the log, and to the observer.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wml_auth_core::Event;

use crate::engine::Shared;

impl Shared {
    /// Tells what happened. Whoever listens is code of others: if it panics, that costs nobody a token.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        let _ = catch_unwind(AssertUnwindSafe(|| {
            log(event);
            self.observer.observe(event);
        }));
    }
}

fn log(event: &Event<'_>) {
    match event {
        Event::RefreshFailed { identity, error, next_attempt_in } => {
            tracing::warn!(%identity, %error, ?next_attempt_in, "no new token");
        }
        Event::Retrying { identity, error, wait } => {
            tracing::info!(%identity, %error, ?wait, "trying again");
        }
        Event::RefreshStarted { identity, early } => {
            tracing::debug!(%identity, early, "asking for a token");
        }
        Event::RefreshSucceeded { identity, generation, took, .. } => {
            tracing::debug!(%identity, generation = generation.0, ?took, "a new token");
        }
        Event::Rejected { identity, generation, dropped } => {
            tracing::info!(%identity, generation = generation.0, dropped, "the service refused a token");
        }
        Event::ManyEngines { identity, engines } => {
            tracing::warn!(%identity, engines, "many engines for one identity: keep one, each obtains its own token");
        }
        _ => {}
    }
}
