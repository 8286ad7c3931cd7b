//! What a check plays on: a cloud of its own, and the provider made against it.

use std::sync::Arc;
use std::time::Duration;

use wml_auth_core::{AuthError, AuthRequest, Authorization, Credentials};
use wml_auth_engine::{Engine, Policy, RetryBudget};
use wml_auth_mock_iam::{Answer, Barrier, MockIam, Route};

use crate::Subject;
use crate::clock::Ahead;
use crate::hourglass::Hourglass;
use crate::subject::Maker;

/// Whatever the provider thinks prudent.
pub(crate) const ANY: AuthRequest = AuthRequest::new();
/// No check waits longer than this for a request to arrive.
const ARRIVAL: Duration = Duration::from_secs(5);

/// Why a check failed, in words. A check that passes has nothing to say.
pub(crate) type Checked = Result<(), String>;

pub(crate) struct Stage {
    pub(crate) cloud: MockIam,
    pub(crate) credentials: Credentials,
    /// The time of a source's engine. Without effect on a finished provider.
    pub(crate) clock: Ahead,
    pub(crate) sets_the_clock: bool,
    /// The pauses and deadlines of a source's engine.
    hourglass: Hourglass,
    /// The longest that a call may take.
    patience: Duration,
    pub(crate) secrets: Vec<String>,
    /// The part of the cloud that is asked for tokens.
    pub(crate) issuer: Route,
    /// What it calls a token.
    pub(crate) member: &'static str,
}

impl Stage {
    pub(crate) async fn set(subject: &Subject, tls: bool) -> Result<Self, String> {
        let cloud = MockIam::builder().tls(tls).start().await;
        let cloud = cloud.map_err(|error| format!("the mock did not start: {error}"))?;
        let (clock, hourglass) = (Ahead::default(), Hourglass::default());
        let made = match &subject.maker {
            Maker::Provider(make) => make(&cloud),
            Maker::Source(make) => make(&cloud).map(|source| {
                // The pauses between attempts are the engine's own affair, and short here.
                let policy = Policy { backoff: Duration::from_millis(4), ..Policy::default() };
                let engine = Engine::builder(source).clock(clock.clone()).policy(policy);
                let engine = engine.runtime(hourglass.clone());
                Credentials::new(engine.retry_budget(Arc::new(RetryBudget::default())).build())
            }),
        };
        let credentials = made.map_err(|error| format!("it could not be made: {error}"))?;
        let secrets = subject.secrets(&cloud);
        let sets_the_clock = matches!(subject.maker, Maker::Source(_));
        let (issuer, member) = subject.issuer.clone();
        let patience = subject.patience;
        Ok(Self { cloud, credentials, clock, sets_the_clock, hourglass, patience, secrets, issuer, member })
    }

    /// The outcome of a call, unless it takes for ever.
    pub(crate) async fn outcome(&self) -> Result<Result<Authorization, AuthError>, String> {
        self.within(self.credentials.authorize(&ANY)).await
    }

    /// The authorization of a call that must succeed.
    pub(crate) async fn authorize(&self) -> Result<Authorization, String> {
        self.outcome().await?.map_err(|error| format!("no authorization: {error}"))
    }

    /// The error of a call that must fail.
    pub(crate) async fn fail(&self) -> Result<AuthError, String> {
        match self.outcome().await? {
            Ok(_) => Err("it took the answer for a token".into()),
            Err(error) => Ok(error),
        }
    }

    /// What comes of it, unless it takes for ever.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = T>) -> Result<T, String> {
        let late = |_| format!("nothing came of it within {} s", self.patience.as_secs());
        tokio::time::timeout(self.patience, work).await.map_err(late)
    }

    /// Ends every deadline that a source's engine has begun to keep.
    pub(crate) fn run_out(&self) {
        self.hourglass.run_out();
    }

    /// Waits until this many token requests have at least the head of an answer.
    pub(crate) async fn answered(&self, count: usize) -> Checked {
        let answered = || {
            let requests = self.cloud.journal().requests();
            let ours = requests.iter().filter(|request| self.issuer.matches(request.path()));
            ours.filter(|request| request.status().is_some()).count()
        };
        let answers = async {
            while answered() < count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(ARRIVAL, answers).await.map_err(|_| "no request arrived".to_owned())
    }

    /// Lets this much time pass, here and at the server.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.pass(time);
        self.cloud.clock().advance(time);
    }

    /// From now on the token service answers this.
    pub(crate) fn always(&self, answer: impl Into<Answer>) {
        self.cloud.on(self.issuer.clone()).reset().always(answer);
    }

    /// The token service is itself again.
    pub(crate) fn mend(&self) {
        self.cloud.on(self.issuer.clone()).reset();
    }

    /// How many token requests have arrived.
    pub(crate) fn exchanges(&self) -> usize {
        self.cloud.journal().requests().iter().filter(|request| self.issuer.matches(request.path())).count()
    }

    /// Fails if a secret stands in the text.
    pub(crate) fn without_secrets(&self, what: &str, text: &str) -> Checked {
        match self.secrets.iter().position(|secret| !secret.is_empty() && text.contains(secret.as_str())) {
            Some(place) => Err(format!("secret number {place} stands in {what}")),
            None => Ok(()),
        }
    }
}

/// Waits until a request stands at the barrier.
pub(crate) async fn arrival(barrier: &Barrier) -> Checked {
    tokio::time::timeout(ARRIVAL, barrier.arrived(1)).await.map_err(|_| "no request arrived".to_owned())
}

/// Fails with these words unless it holds.
pub(crate) fn expect(holds: bool, words: impl Into<String>) -> Checked {
    if holds { Ok(()) } else { Err(words.into()) }
}

/// Lets every other task on this runtime run until it waits.
pub(crate) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}
