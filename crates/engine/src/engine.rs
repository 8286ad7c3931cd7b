//! The driver around the state machine.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Authorization, BoxFuture, Clock, Event, Identity, Moment, Observer,
    TokenSource,
};

use crate::current::Current;
use crate::fetch::{Fetch, Fetched};
use crate::flight::{Flight, STALE, Waiter};
use crate::state::{self, Action, State};
use crate::status::{Counts, Status};
use crate::sync::{ArcSwapOption, AtomicU64, Mutex, MutexGuard, Ordering, lock};
use crate::{EngineBuilder, Policy, RetryBudget, Runtime, census};

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
    pub(crate) retry_budget: Arc<RetryBudget>,
    /// What a warm call reads, and all that it reads.
    pub(crate) current: ArcSwapOption<Current>,
    /// The monotonic time in nanoseconds from which a warm call sees to an early refresh.
    early_gate: AtomicU64,
    inner: Mutex<Inner>,
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) flight: Option<(u64, Arc<Flight>)>,
    flights: u64,
    /// What the service refused last, until it is known whether the issuer has another.
    pub(crate) refused: Option<Arc<Current>>,
    pub(crate) last_error: Option<AuthError>,
    pub(crate) counts: Counts,
}

/// What a caller gets at once.
enum Reply {
    Answer(Result<Authorization, AuthError>),
    Wait(Waiter),
}

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
        let EngineBuilder { source, policy, clock, observer, runtime, retry_budget } = builder;
        let identity = source.identity();
        let retry_budget = retry_budget.unwrap_or_else(|| RetryBudget::of_issuer(identity.issuer()));
        let shared = Shared {
            source,
            identity,
            clock,
            observer,
            runtime,
            policy,
            retry_budget,
            current: ArcSwapOption::empty(),
            early_gate: AtomicU64::new(0),
            inner: Mutex::default(),
        };
        if let Some(engines) = census::count(&shared.identity, shared.clock.now().monotonic) {
            shared.tell(&Event::ManyEngines { identity: &shared.identity, engines });
        }
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
            loop {
                match self.shared.ask(request) {
                    Reply::Answer(answer) => return answer,
                    Reply::Wait(waiter) => {
                        if let Some(answer) = self.shared.check(waiter.await?, request) {
                            return answer;
                        }
                    }
                }
            }
        })
    }

    fn ready(&self, request: &AuthRequest) -> Option<Authorization> {
        let current = self.shared.current.load();
        let current = current.as_ref()?;
        let now = self.shared.clock.now();
        // What is not due yet has more left than any caller gets who names no minimum.
        if (current.is_nearly_due(now) || request.min_lifetime().is_some())
            && !self.shared.look_closer(current, now, request)
        {
            return None;
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
    /// Sources, observers, clocks and runtimes are called outside this lock.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    /// Takes an event to the state machine, and moves the gate for early refreshes accordingly.
    pub(crate) fn step(&self, inner: &mut Inner, now: Moment, event: state::Event) -> Action {
        let action = inner.state.step(now, event, &self.policy);
        // A refresh under way is looked at from time to time: the runtime that drove it may be gone.
        let gate = inner.state.early_gate().unwrap_or_else(|| now.monotonic.saturating_add(STALE));
        self.early_gate.store(nanos(gate), Ordering::Relaxed);
        action
    }

    /// Whether a token that is due, or of which a minimum is asked, will do; sees to its refresh if it is due.
    ///
    /// Apart from the warm path, which it would burden with its registers.
    #[inline(never)]
    fn look_closer(self: &Arc<Self>, current: &Current, now: Moment, request: &AuthRequest) -> bool {
        let serves = current.serves(now, request, &self.policy);
        if serves && current.is_due(now) && self.early_gate.load(Ordering::Relaxed) <= nanos(now.monotonic) {
            // Starts the refresh, or finds that somebody else has.
            drop(self.ask(request));
        }
        serves
    }

    fn ask(self: &Arc<Self>, request: &AuthRequest) -> Reply {
        let now = self.clock.now();
        let least = request.min_lifetime();
        let mut lost = None;
        let (reply, background) = {
            let mut inner = self.lock();
            if inner.flight.as_ref().is_some_and(|(_, flight)| flight.is_lost(now)) {
                lost = inner.flight.take();
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
                    (Reply::Wait(flight.join()), Some(flight.join()))
                }
                Action::ServeAndFetch => {
                    let flight = self.take_off(&mut inner, true);
                    (Reply::Answer(self.serve()), Some(flight.join()))
                }
                Action::Refuse { wait } => (Reply::Answer(Err(refusal(&inner, wait))), None),
                Action::TooShort { life } => (Reply::Answer(Err(too_short(life, least))), None),
                _ => (Reply::Answer(self.serve()), None),
            }
        };
        drop(lost);
        if let Some(waiter) = background {
            self.send_off(waiter);
        }
        reply
    }

    fn serve(&self) -> Result<Authorization, AuthError> {
        match &*self.current.load() {
            Some(current) => Ok(current.authorization.clone()),
            None => Err(AuthError::internal("no token is in hand")),
        }
    }

    /// Sets up a flight. It does nothing until it is polled.
    fn take_off(self: &Arc<Self>, inner: &mut Inner, early: bool) -> Arc<Flight> {
        inner.flights = inner.flights.saturating_add(1);
        let number = inner.flights;
        let fetch = Fetch::new(Arc::clone(self), number, early);
        let flight = Flight::new(Arc::clone(&self.clock), Box::pin(fetch.run()));
        inner.flight = Some((number, Arc::clone(&flight)));
        flight
    }

    /// Has the runtime wait for a flight, if there is one. Otherwise the callers who wait for it drive it alone.
    ///
    /// The waiter has joined under the lock, so that the flight is not taken for orphaned before it has begun.
    fn send_off(&self, waiter: Waiter) {
        let work = Box::pin(async move { drop(waiter.await) });
        // A runtime that panics is as good as none.
        let spawned = catch_unwind(AssertUnwindSafe(|| self.runtime.spawn(work))).unwrap_or(false);
        tracing::trace!(identity = %self.identity, spawned, "a token refresh was set up");
    }

    fn reject(self: &Arc<Self>, authorization: &Authorization) {
        let now = self.clock.now();
        let generation = authorization.generation();
        let (dropped, background) = {
            let mut inner = self.lock();
            let dropped = self.step(&mut inner, now, state::Event::Rejected { generation }) == Action::Drop;
            let mut background = None;
            if dropped {
                inner.counts.rejections = inner.counts.rejections.saturating_add(1);
                inner.refused = self.current.swap(None);
                if self.step(&mut inner, now, state::Event::Asked { least: None }) == Action::Fetch {
                    background = Some(self.take_off(&mut inner, false).join());
                }
            }
            (dropped, background)
        };
        self.tell(&Event::Rejected { identity: &self.identity, generation, dropped });
        if let Some(waiter) = background {
            self.send_off(waiter);
        }
    }

    /// A token that was waited for may be shorter than what this one caller needs. `None` if it ended before the caller
    /// came to look, as when the machine slept.
    fn check(
        &self,
        Fetched { authorization, life }: Fetched,
        request: &AuthRequest,
    ) -> Option<Result<Authorization, AuthError>> {
        let left = life.left(self.clock.now());
        match request.min_lifetime() {
            _ if left < self.policy.guard => None,
            Some(least) if left < least => Some(Err(too_short(left, Some(least)))),
            _ => Some(Ok(authorization)),
        }
    }
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
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
