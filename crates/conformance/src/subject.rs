//! The provider under test.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use wml_auth_core::{AuthError, Credentials, TokenSource};
use wml_auth_mock_iam::{MockIam, Route};

use crate::Capability;

type Make<T> = Box<dyn Fn(&MockIam) -> Result<T, AuthError> + Send + Sync>;
type Secrets = Box<dyn Fn(&MockIam) -> Vec<String> + Send + Sync>;

/// How to make the provider under test, and what it cannot do.
pub struct Subject {
    name: String,
    pub(crate) maker: Maker,
    secrets: Secrets,
    lacks: Vec<Capability>,
    pub(crate) issuer: (Route, &'static str),
    pub(crate) patience: Duration,
}

/// More than the 30 seconds that most deadlines are.
const PATIENCE: Duration = Duration::from_secs(40);

pub(crate) enum Maker {
    Source(Make<Arc<dyn TokenSource>>),
    Provider(Make<Credentials>),
}

impl Subject {
    /// A token source, made anew for each check against a cloud of its own. The suite wraps it in an engine.
    pub fn source<S: TokenSource + 'static>(
        name: impl Into<String>,
        make: impl Fn(&MockIam) -> Result<S, AuthError> + Send + Sync + 'static,
    ) -> Self {
        let make = move |cloud: &MockIam| Ok(Arc::new(make(cloud)?) as Arc<dyn TokenSource>);
        Self::new(name.into(), Maker::Source(Box::new(make)), vec![Capability::Tls])
    }

    /// A finished provider, such as one that sends what it was given. What needs a clock of the suite's is skipped.
    pub fn provider(
        name: impl Into<String>,
        make: impl Fn(&MockIam) -> Result<Credentials, AuthError> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name.into(), Maker::Provider(Box::new(make)), vec![Capability::Source, Capability::Tls])
    }

    fn new(name: String, maker: Maker, lacks: Vec<Capability>) -> Self {
        // Whatever it logs in with, it is one of these.
        let secrets = |cloud: &MockIam| {
            let fixture = cloud.fixture();
            [
                &fixture.api_key,
                &fixture.service_api_key,
                &fixture.cr_token,
                &fixture.password,
                &fixture.broker_secret,
            ]
            .map(Clone::clone)
            .to_vec()
        };
        let issuer = (Route::Token, "access_token");
        Self { name, maker, secrets: Box::new(secrets), lacks, issuer, patience: PATIENCE }
    }

    /// It lacks this: the checks that need it are skipped, and shown so.
    #[must_use]
    pub fn without(mut self, capability: Capability) -> Self {
        self.lacks.push(capability);
        self
    }

    /// It has this, which providers are not taken to have unless they say so: [`Capability::Tls`].
    #[must_use]
    pub fn with(mut self, capability: Capability) -> Self {
        self.lacks.retain(|lacking| *lacking != capability);
        self
    }

    /// How long the suite waits for one call: a little more than the deadline that a finished provider has of its own.
    /// 40 s unless set. A source is given the deadline of the suite's engine, which costs no time.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// It asks this part of the cloud for its tokens, which stand in this member of the answer. Unless set, that is
    /// [`Route::Token`] and `access_token`.
    #[must_use]
    pub fn at(mut self, issuer: Route, member: &'static str) -> Self {
        self.issuer = (issuer, member);
        self
    }

    /// Secrets to search for besides those of the cloud's fixture.
    #[must_use]
    pub fn with_secrets(self, secrets: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let more: Vec<String> = secrets.into_iter().map(Into::into).collect();
        self.with_secrets_from(move |_| more.clone())
    }

    /// Secrets that are known only once the source has been made.
    #[must_use]
    pub fn with_secrets_from(
        mut self,
        secrets: impl Fn(&MockIam) -> Vec<String> + Send + Sync + 'static,
    ) -> Self {
        let known = self.secrets;
        self.secrets = Box::new(move |cloud| known(cloud).into_iter().chain(secrets(cloud)).collect());
        self
    }

    /// What it is called in the report.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first of these that it lacks.
    pub(crate) fn lacks(&self, needed: &[Capability]) -> Option<Capability> {
        needed.iter().copied().find(|needed| self.lacks.contains(needed))
    }

    pub(crate) fn secrets(&self, cloud: &MockIam) -> Vec<String> {
        (self.secrets)(cloud)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("name", &self.name)
            .field("lacks", &self.lacks)
            .finish_non_exhaustive()
    }
}
