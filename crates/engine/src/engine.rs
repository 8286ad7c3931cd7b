//! The driver around the state machine.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Authorization, BoxFuture, Clock, Event, Identity, Moment, Observer,
    TokenSource,
};

use crate::fetch::{Fetch, Fetched};
use crate::flight::{Flight, Outcome, Waiter};
use crate::life::Life;
use crate::policy::{Failure, FailureKind};
use crate::state::{self, Action, Held, State};
use crate::status::{Counts, Status};
use crate::{EngineBuilder, Policy, Runtime};

/// Keeps the token of one [`TokenSource`] fresh, and hands it out.
///
/// See the [crate's documentation](crate) for what it promises.
///
/// ```
/// # use async_trait::async_trait;
/// # use std::time::Duration;
/// # use wml_auth_core::{AccessToken, AuthError, AuthRequest, Identity, Secret, TokenSource};
/// use wml_auth_core::Credentials;
/// use wml_auth_engine::Engine;
/// # struct Badge;
/// # #[async_trait]
/// # impl TokenSource for Badge {
/// #     async fn fetch(&self) -> Result<AccessToken, AuthError> {
/// #         Ok(AccessToken::new(Secret::from("badge-7")).with_expires_in(Duration::from_secs(3600)))
/// #     }
/// #     fn identity(&self) -> Identity { Identity::new("badge", "front desk", &[]) }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), AuthError> {
/// let credentials = Credentials::new(Engine::new(Badge));
/// let authorization = credentials.authorize(&AuthRequest::new()).await?;
/// assert_eq!(authorization.expose_token(), "badge-7");
/// # Ok(())
/// # }
/// ```
pub struct Engine {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) source: Arc<dyn TokenSource>,
    pub(crate) identity: Identity,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) runtime: Arc<dyn Runtime>,
    pub(crate) policy: Policy,
    /// What a warm call reads, and all that it reads.
    current: ArcSwapOption<Current>,
    /// The monotonic time in nanoseconds from which a warm call may start an early refresh.
    early_gate: AtomicU64,
    inner: Mutex<Inner>,
}

/// A warm call compares times and calculates none: what it compares with is worked out when the token comes.
struct Current {
    authorization: Authorization,
    life: Life,
    /// Until when it is handed out to callers who name no minimum.
    last_served: Moment,
    /// From when on its renewal is due.
    early_from: Moment,
}

impl Current {
    fn new(authorization: Authorization, held: Held, policy: &Policy) -> Self {
        let Held { life, early_at, .. } = held;
        let last_served = life.last_with(policy.least(None, life.span));
        Self { authorization, life, last_served, early_from: life.last_with(early_at) }
    }

    /// Whether it lives long enough for this request.
    fn serves(&self, now: Moment, request: &AuthRequest, policy: &Policy) -> bool {
        match request.min_lifetime() {
            None => now.wall <= self.last_served.wall && now.monotonic <= self.last_served.monotonic,
            least => self.life.left(now) >= policy.least(least, self.life.span),
        }
    }

    fn is_due(&self, now: Moment) -> bool {
        now.wall >= self.early_from.wall || now.monotonic >= self.early_from.monotonic
    }
}

#[derive(Default)]
struct Inner {
    state: State,
    flight: Option<(u64, Arc<Flight>)>,
    flights: u64,
    last_error: Option<AuthError>,
    counts: Counts,
}

/// What a caller gets at once.
enum Reply {
    Answer(Outcome),
    Wait(Waiter),
}

/// A flight that nobody has driven for this long is not resumed: its connection will not be what it was.
const STALE: Duration = Duration::from_secs(5);

impl Engine {
    /// An engine with the default [`Policy`], the system's clock, and whatever runtime is at hand when it is used.
    ///
    /// Needs no runtime, starts nothing and asks nobody.
    pub fn new(source: impl TokenSource + 'static) -> Self {
        Self::builder(source).build()
    }

    /// For a policy, a clock, an observer or a runtime of your own.
    pub fn builder(source: impl TokenSource + 'static) -> EngineBuilder {
        EngineBuilder::new(Arc::new(source))
    }

    pub(crate) fn from_builder(builder: EngineBuilder) -> Self {
        let EngineBuilder { source, policy, clock, observer, runtime } = builder;
        let identity = source.identity();
        let shared = Shared {
            source,
            identity,
            clock,
            observer,
            runtime,
            policy,
            current: ArcSwapOption::empty(),
            early_gate: AtomicU64::new(0),
            inner: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Whose tokens these are.
    pub fn identity(&self) -> &Identity {
        &self.shared.identity
    }

    /// What the engine holds and what it has been through. Shows no secret.
    pub fn status(&self) -> Status {
        let now = self.shared.clock.now();
        let inner = self.shared.lock();
        Status::new(&self.shared.identity, &inner.state, inner.last_error.clone(), inner.counts, now)
    }
}

impl AuthProvider for Engine {
    fn authorize<'life0, 'life1, 'async_trait>(
        &'life0 self,
        request: &'life1 AuthRequest,
    ) -> BoxFuture<'async_trait, Result<Authorization, AuthError>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            match self.shared.ask(request) {
                Reply::Answer(answer) => answer,
                Reply::Wait(waiter) => self.shared.check(waiter.await?, request),
            }
        })
    }

    fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        let current = self.shared.current.load();
        let current = current.as_ref()?;
        let now = self.shared.clock.now();
        let due = current.is_due(now);
        // What is not due yet has more left than any caller gets who names no minimum.
        if (due || request.min_lifetime().is_some()) && !current.serves(now, request, &self.shared.policy) {
            return None;
        }
        if due && self.shared.early_gate.load(Ordering::Relaxed) <= nanos(now.monotonic) {
            // Starts the refresh, or finds that somebody else has.
            drop(self.shared.ask(request));
        }
        Some(current.authorization.clone())
    }

    fn reject(&self, authorization: &Authorization) {
        if authorization.identity() == &self.shared.identity {
            self.shared.reject(authorization);
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // The flight owns the engine's innards, which own the flight. Those who wait for it keep it going.
        let flight = self.shared.lock().flight.take();
        drop(flight);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.status()).finish()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Observers and sources run outside this lock, so nothing that can panic runs under it.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an event to the state machine, and opens or shuts the gate for early refreshes accordingly.
    fn step(&self, inner: &mut Inner, now: Moment, event: state::Event) -> Action {
        let action = inner.state.step(now, event, &self.policy);
        let gate = inner.state.early_gate().map_or(u64::MAX, nanos);
        self.early_gate.store(gate, Ordering::Relaxed);
        action
    }

    fn ask(self: &Arc<Self>, request: &AuthRequest) -> Reply {
        let now = self.clock.now();
        let least = request.min_lifetime();
        let mut stale = None;
        let (reply, flight) = {
            let mut inner = self.lock();
            let flight_is_stale = inner
                .flight
                .as_ref()
                .is_some_and(|(_, flight)| flight.orphaned_for().is_some_and(|time| time > STALE));
            if flight_is_stale {
                stale = inner.flight.take();
                self.step(&mut inner, now, state::Event::Abandoned);
            }
            match self.step(&mut inner, now, state::Event::Asked { least }) {
                Action::Join => match &inner.flight {
                    Some((_, flight)) => (Reply::Wait(flight.join()), None),
                    // Only while the last handle is being dropped.
                    None => (Reply::Answer(Err(AuthError::internal("the engine is shutting down"))), None),
                },
                Action::Fetch => {
                    let flight = self.take_off(&mut inner, false);
                    (Reply::Wait(flight.join()), Some(flight))
                }
                Action::ServeAndFetch => {
                    let flight = self.take_off(&mut inner, true);
                    (Reply::Answer(self.serve()), Some(flight))
                }
                Action::Refuse { wait } => (Reply::Answer(Err(refusal(&inner, wait))), None),
                Action::TooShort { life } => (Reply::Answer(Err(too_short(life, least))), None),
                _ => (Reply::Answer(self.serve()), None),
            }
        };
        drop(stale);
        if let Some(flight) = flight {
            self.send_off(&flight);
        }
        reply
    }

    fn serve(&self) -> Outcome {
        match &*self.current.load() {
            Some(current) => Ok(current.authorization.clone()),
            None => Err(AuthError::internal("no token is in hand")),
        }
    }

    /// Sets up a flight. It does nothing until it is polled.
    fn take_off(self: &Arc<Self>, inner: &mut Inner, early: bool) -> Arc<Flight> {
        inner.flights = inner.flights.saturating_add(1);
        inner.counts.refreshes = inner.flights;
        let number = inner.flights;
        let fetch = Fetch::new(Arc::clone(self), number, early);
        let flight = Flight::new(Arc::clone(&self.clock), Box::pin(fetch.run()));
        inner.flight = Some((number, Arc::clone(&flight)));
        flight
    }

    /// Has the runtime drive a flight, if there is one. Otherwise the callers who wait for it do.
    fn send_off(&self, flight: &Arc<Flight>) {
        let waiter = flight.join();
        let spawned = self.runtime.spawn(Box::pin(async move { drop(waiter.await) }));
        tracing::trace!(identity = %self.identity, spawned, "a token refresh was set up");
    }

    /// A flight has landed. Returns what its waiters get.
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

    fn replace(
        &self,
        number: u64,
        started: Moment,
        Fetched { authorization, life }: Fetched,
    ) -> Authorization {
        let now = self.clock.now();
        let authorization = authorization.with_expiry(life.expires_at()).with_identity(self.identity.clone());
        let (authorization, old) = {
            let mut inner = self.lock();
            let fetched = state::Event::Fetched { life, roll: fastrand::f64() };
            let Action::Replace(held) = self.step(&mut inner, now, fetched) else { return authorization };
            let authorization = authorization.with_generation(held.generation);
            let current = Current::new(authorization.clone(), held, &self.policy);
            let old = self.current.swap(Some(Arc::new(current)));
            inner.last_error = None;
            inner.counts.successes = inner.counts.successes.saturating_add(1);
            (authorization, (old, land(&mut inner, number)))
        };
        drop(old);
        self.tell(&Event::RefreshSucceeded {
            identity: &self.identity,
            generation: authorization.generation(),
            expires_at: life.expires_at(),
            took: now.since(started),
        });
        authorization
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
            let failed = state::Event::Failed { failure, roll: fastrand::f64() };
            let Action::HoldOff { wait } = self.step(&mut inner, now, failed) else { return };
            inner.last_error = Some(error.clone());
            inner.counts.failures = inner.counts.failures.saturating_add(1);
            let stale = inner.state.held().is_some_and(|held| held.life.left(now) > self.policy.guard);
            (wait, stale, land(&mut inner, number))
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
            if inner.flight.as_ref().is_some_and(|(current, _)| *current == number) {
                self.step(&mut inner, now, state::Event::Abandoned);
            }
            land(&mut inner, number)
        };
        drop(flight);
    }

    fn reject(self: &Arc<Self>, authorization: &Authorization) {
        let now = self.clock.now();
        let generation = authorization.generation();
        let (dropped, old, flight) = {
            let mut inner = self.lock();
            let dropped = self.step(&mut inner, now, state::Event::Rejected { generation }) == Action::Drop;
            let (mut old, mut flight) = (None, None);
            if dropped {
                inner.counts.rejections = inner.counts.rejections.saturating_add(1);
                old = self.current.swap(None);
                if self.step(&mut inner, now, state::Event::Asked { least: None }) == Action::Fetch {
                    flight = Some(self.take_off(&mut inner, false));
                }
            }
            (dropped, old, flight)
        };
        drop(old);
        self.tell(&Event::Rejected { identity: &self.identity, generation, dropped });
        if let Some(flight) = flight {
            self.send_off(&flight);
        }
    }

    /// A token that was waited for may still be shorter than what this one caller needs.
    fn check(&self, authorization: Authorization, request: &AuthRequest) -> Outcome {
        let (Some(least), Some(end)) = (request.min_lifetime(), authorization.expires_at()) else {
            return Ok(authorization);
        };
        let left = end.duration_since(self.clock.now().wall).unwrap_or_default();
        if left < least { Err(too_short(left, Some(least))) } else { Ok(authorization) }
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        match event {
            Event::RefreshFailed { identity, error, next_attempt_in } => {
                tracing::warn!(%identity, %error, ?next_attempt_in, "no new token");
            }
            Event::Retrying { identity, error, wait } => {
                tracing::info!(%identity, %error, ?wait, "trying again")
            }
            Event::RefreshStarted { identity, early } => {
                tracing::debug!(%identity, early, "asking for a token")
            }
            Event::RefreshSucceeded { identity, generation, took, .. } => {
                tracing::debug!(%identity, generation = generation.0, ?took, "a new token");
            }
            Event::Rejected { identity, generation, dropped } => {
                tracing::info!(%identity, generation = generation.0, dropped, "the service refused a token");
            }
            _ => {}
        }
        self.observer.observe(event);
    }
}

/// Empties the slot of flight `number`. The flight is returned, to be dropped outside the lock.
fn land(inner: &mut Inner, number: u64) -> Option<(u64, Arc<Flight>)> {
    let is_current = inner.flight.as_ref().is_some_and(|(current, _)| *current == number);
    if is_current { inner.flight.take() } else { None }
}

/// Whether somebody answered, as opposed to something breaking on our side.
fn is_answer(error: &AuthError) -> bool {
    error.is_absent()
        || error.is_misconfigured()
        || error.is_rejected_credential()
        || error.is_invalid_answer()
}

fn refusal(inner: &Inner, wait: Duration) -> AuthError {
    match &inner.last_error {
        Some(error) if error.is_retryable() => error.clone().with_retry_after(wait),
        Some(error) => error.clone(),
        None => AuthError::busy("the issuer is being left alone").with_retry_after(wait),
    }
}

fn too_short(life: Duration, least: Option<Duration>) -> AuthError {
    let (life, least) = (life.as_secs(), least.unwrap_or_default().as_secs());
    AuthError::misconfigured(format!(
        "a token that lives for {least} s was asked for; the issuer's live {life} s"
    ))
    .with_hint("ask for a shorter minimum lifetime, or have the issuer's token lifetime raised")
}

fn nanos(time: Duration) -> u64 {
    // u64::MAX means "shut", so the longest time is one less.
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).min(u64::MAX - 1)
}
