//! An engine with parts of your own.

use std::fmt;
use std::sync::Arc;

use wml_auth_core::{Clock, Observer, SystemClock, TokenSource};

use crate::{AnyRuntime, Engine, Policy, RetryBudget, Runtime};

/// Builds an [`Engine`].
///
/// ```
/// # use wml_auth_core::{SystemClock, TokenSource};
/// # use wml_auth_engine::{Engine, Policy};
/// # use std::time::Duration;
/// # fn build(source: impl TokenSource + 'static) -> Engine {
/// Engine::builder(source)
///     .policy(Policy { deadline: Duration::from_secs(10), ..Policy::default() })
///     .clock(SystemClock)
///     .build()
/// # }
/// ```
pub struct EngineBuilder {
    pub(crate) source: Arc<dyn TokenSource>,
    pub(crate) policy: Policy,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) runtime: Arc<dyn Runtime>,
    pub(crate) retry_budget: Option<Arc<RetryBudget>>,
}

impl EngineBuilder {
    pub(crate) fn new(source: Arc<dyn TokenSource>) -> Self {
        Self {
            source,
            policy: Policy::default(),
            clock: Arc::new(SystemClock),
            observer: Arc::new(()),
            runtime: Arc::new(AnyRuntime),
            retry_budget: None,
        }
    }

    /// The numbers to go by. Default: [`Policy::default`].
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Where the time comes from. Default: [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Who is told what happens. Default: nobody.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Arc::new(observer);
        self
    }

    /// What runs refreshes in the background and waits between attempts. Default: [`AnyRuntime`].
    #[must_use]
    pub fn runtime(mut self, runtime: impl Runtime + 'static) -> Self {
        self.runtime = Arc::new(runtime);
        self
    }

    /// What repetitions are drawn from. Default: the one that all engines of this issuer in this process share.
    #[must_use]
    pub fn retry_budget(mut self, budget: Arc<RetryBudget>) -> Self {
        self.retry_budget = Some(budget);
        self
    }

    /// The engine. Needs no runtime, and starts nothing.
    pub fn build(self) -> Engine {
        Engine::from_builder(self)
    }
}

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity = self.source.identity();
        f.debug_struct("EngineBuilder")
            .field("identity", &identity)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
