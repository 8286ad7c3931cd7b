//! One refresh: attempts, the pauses between them, and a verdict.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tracing::Instrument as _;
use wml_auth_core::{AuthError, Authorization, Event, Moment};

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
#[derive(Clone)]
pub(crate) struct Fetched {
    pub(crate) authorization: Authorization,
    pub(crate) life: Life,
}

impl Fetch {
    /// The work of flight `number`. While it is `early`, callers have a valid token and nobody waits.
    pub(crate) fn new(shared: Arc<Shared>, number: u64, early: bool) -> Self {
        Self { shared, number, early, concluded: false }
    }

    pub(crate) async fn run(self) -> Outcome {
        let span =
            tracing::debug_span!("token_refresh", identity = %self.shared.identity, early = self.early);
        self.fly().instrument(span).await
    }

    async fn fly(mut self) -> Outcome {
        let started = self.shared.clock.now();
        self.begin();
        self.shared.tell(&Event::RefreshStarted { identity: &self.shared.identity, early: self.early });
        let result = caught(self.within_deadline(started)).await;
        self.concluded = true;
        self.shared.conclude(self.number, started, result)
    }

    fn begin(&self) {
        let counts = &mut self.shared.lock().counts;
        counts.refreshes = counts.refreshes.saturating_add(1);
    }

    /// The deadline holds by the runtime's time, whatever the clock shows meanwhile.
    async fn within_deadline(&self, started: Moment) -> Result<Fetched, AuthError> {
        let Shared { policy, identity, runtime, .. } = &*self.shared;
        let (deadline, attempts) = match self.early {
            true => (policy.early_deadline, policy.early_attempts),
            false => (policy.deadline, policy.attempts),
        };
        within(runtime.sleep(deadline), self.attempts(started, deadline, attempts)).await.unwrap_or_else(
            || {
                let seconds = deadline.as_secs();
                Err(AuthError::unreachable(format!("{identity} gave no answer within {seconds} s")))
            },
        )
    }

    async fn attempts(
        &self,
        started: Moment,
        deadline: Duration,
        attempts: u32,
    ) -> Result<Fetched, AuthError> {
        let Shared { clock, policy, identity, runtime, retry_budget, .. } = &*self.shared;
        let mut nth = 0;
        loop {
            let error = match self.attempt().await {
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

    async fn attempt(&self) -> Result<Fetched, AuthError> {
        let Shared { clock, policy, source, .. } = &*self.shared;
        let asked = clock.now();
        let token = source.fetch().await?;
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

/// The answer, or an error if the source, a clock or a timer panics: a failure that is remembered like any other.
async fn caught<T>(answer: impl Future<Output = Result<T, AuthError>>) -> Result<T, AuthError> {
    let mut answer = pin!(answer);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)))
            .unwrap_or_else(|_| Poll::Ready(Err(AuthError::internal("obtaining a token panicked"))))
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
