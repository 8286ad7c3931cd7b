//! One refresh: attempts, the pauses between them, and a verdict.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use wml_auth_core::{AccessToken, AuthError, Authorization, Event, Moment};

use crate::engine::Shared;
use crate::flight::Outcome;
use crate::life::Life;

/// The work of a flight. Dropped unfinished, it tells the engine that it was given up.
pub(crate) struct Fetch {
    shared: Arc<Shared>,
    number: u64,
    early: bool,
    concluded: bool,
}

/// A token that may be handed out.
pub(crate) struct Fetched {
    pub(crate) authorization: Authorization,
    pub(crate) life: Life,
}

impl Fetch {
    /// The work of flight `number`. While it is `early`, callers have a valid token and nobody waits.
    pub(crate) fn new(shared: Arc<Shared>, number: u64, early: bool) -> Self {
        Self { shared, number, early, concluded: false }
    }

    pub(crate) async fn run(mut self) -> Outcome {
        let started = self.shared.clock.now();
        self.shared.tell(&Event::RefreshStarted { identity: &self.shared.identity, early: self.early });
        let result = self.attempts(started).await;
        self.concluded = true;
        self.shared.conclude(self.number, started, result)
    }

    async fn attempts(&self, started: Moment) -> Result<Fetched, AuthError> {
        let Shared { clock, policy, identity, runtime, retry_budget, .. } = &*self.shared;
        let (deadline, attempts) = match self.early {
            true => (policy.early_deadline, policy.early_attempts),
            false => (policy.deadline, policy.attempts),
        };
        let mut nth = 0;
        loop {
            let left = deadline.saturating_sub(clock.now().since(started));
            let error = match self.attempt(left).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => error,
            };
            let left = deadline.saturating_sub(clock.now().since(started));
            let asked_for = error.retry_after().unwrap_or_default().min(policy.longest_retry_after);
            let wait = policy.pause(nth, fastrand::f64()).max(asked_for);
            nth += 1;
            let hopeless = !error.is_retryable() || nth >= attempts || wait >= left;
            if hopeless || !retry_budget.withdraw(clock.now().monotonic) {
                return Err(error);
            }
            self.shared.tell(&Event::Retrying { identity, error: &error, wait });
            runtime.sleep(wait).await;
        }
    }

    async fn attempt(&self, left: Duration) -> Result<Fetched, AuthError> {
        let Shared { clock, policy, identity, source, runtime, .. } = &*self.shared;
        let asked = clock.now();
        let token = within(runtime.sleep(left), caught(source)).await.unwrap_or_else(|| {
            Err(AuthError::unreachable(format!("{identity} gave no answer within {} s", left.as_secs())))
        })?;
        let life = Life::of(&token, asked, clock.now(), policy)?;
        let authorization = Authorization::from_token(&token).map_err(|fault| {
            AuthError::invalid_answer(format!("the token that came cannot be sent: {fault}"))
        })?;
        Ok(Fetched { authorization, life })
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        if !self.concluded {
            self.shared.abandon(self.number);
        }
    }
}

/// The source's answer, or an error if it panics, in the call or in a poll.
async fn caught(source: &Arc<dyn wml_auth_core::TokenSource>) -> Result<AccessToken, AuthError> {
    let panicked = |_| AuthError::internal("the token source panicked");
    let mut answer = catch_unwind(AssertUnwindSafe(|| source.fetch())).map_err(panicked)?;
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
        Ok(polled) => polled,
        Err(cause) => Poll::Ready(Err(panicked(cause))),
    })
    .await
}

/// The answer, or `None` once the time is up.
async fn within<T>(time: impl Future<Output = ()>, answer: impl Future<Output = T>) -> Option<T> {
    let (mut time, mut answer) = (pin!(time), pin!(answer));
    poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => time.as_mut().poll(context).map(|()| None),
    })
    .await
}
