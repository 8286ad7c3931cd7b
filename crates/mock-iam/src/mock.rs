//! The server as a test holds it.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::barrier::{Barrier, Barriers};
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::fixture::Fixture;
use crate::identities::Identities;
use crate::journal::Journal;
use crate::route::Route;
use crate::script::{OnRoute, Script};
use crate::seed::Seed;
use crate::server::background::Background;
use crate::server::{self, Listener};
use crate::signing::Signer;
use crate::tls::Tls;
use crate::world::World;

/// The issuer of the real service, and therefore of the mock: libraries check it.
const ISSUER: &str = "https://iam.cloud.ibm.com/identity";
const SEED: u64 = 0x1bac_10d0;
const HOUR: Duration = Duration::from_secs(3600);

/// A running cloud on a loopback port of its own. Dropping it stops it.
///
/// ```
/// use wml_auth_mock_iam::MockIam;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let cloud = MockIam::start().await?;
/// assert!(cloud.url().starts_with("http://127.0.0.1:"));
/// assert_eq!(cloud.fixture().api_key.len(), 44);
/// # Ok(())
/// # }
/// ```
pub struct MockIam {
    cloud: Arc<Cloud>,
    fixture: Fixture,
    ca_pem: Option<String>,
    seed: u64,
    _server: Background,
}

/// How a server shall be, from [`MockIam::builder`].
#[derive(Clone, Debug)]
pub struct MockIamBuilder {
    seed: u64,
    port: u16,
    tls: bool,
    token_lifetime: Duration,
    issuer: String,
}

impl MockIam {
    /// Starts a server with the default seed on a free port, without TLS.
    ///
    /// # Errors
    ///
    /// When no port or thread can be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A server to be configured first.
    #[must_use]
    pub fn builder() -> MockIamBuilder {
        MockIamBuilder { seed: SEED, port: 0, tls: false, token_lifetime: HOUR, issuer: ISSUER.to_owned() }
    }

    /// The base URL of IAM, of the platform and of Watson Machine Learning: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.fixture.url
    }

    /// The same cloud behind TLS, if it was [asked for](MockIamBuilder::tls).
    #[must_use]
    pub fn tls_url(&self) -> Option<&str> {
        self.fixture.tls_url.as_deref()
    }

    /// The CA certificate which a client has to trust for [`tls_url`](Self::tls_url), in PEM.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The ids and credentials which exist from the start.
    #[must_use]
    pub fn fixture(&self) -> &Fixture {
        &self.fixture
    }

    /// The number that fixed all ids and keys, and fixes every draw. Worth printing when a test fails: a server
    /// [with the same one](MockIamBuilder::seed) does the same again.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What the server was asked so far, and from now on.
    #[must_use]
    pub fn journal(&self) -> Journal {
        self.cloud.journal.clone()
    }

    /// Control over keys, Service IDs, members and tokens.
    #[must_use]
    pub fn identities(&self) -> Identities {
        Identities::new(Arc::clone(&self.cloud))
    }

    /// The server's idea of time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.cloud.clock
    }

    /// Scripts the answers of a route.
    #[must_use]
    pub fn on(&self, route: impl Into<Route>) -> OnRoute<'_> {
        OnRoute::new(&self.cloud.script, route.into())
    }

    /// Makes the requests of a route wait until the barrier is released or dropped. A request is held before the
    /// server looks for a scripted answer.
    ///
    /// ```
    /// use wml_auth_mock_iam::{MockIam, Route};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let cloud = MockIam::start().await?;
    /// let barrier = cloud.hold(Route::Token);
    /// // … start many callers; then
    /// # barrier.arrived(0).await;
    /// // barrier.arrived(1).await;
    /// assert!(cloud.journal().token_requests() <= 1);
    /// barrier.release();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "a barrier that is dropped lets everything pass"]
    pub fn hold(&self, route: impl Into<Route>) -> Barrier {
        self.cloud.barriers.hold(route.into())
    }
}

impl MockIamBuilder {
    /// Fixes all ids, keys and draws. Two servers with one seed have the same ones.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The port without TLS; 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Opens a second port with TLS, whose certificate is good for `127.0.0.1`, `::1` and `localhost`.
    #[must_use]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// How long an access token lives: an hour, if not told otherwise.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// The `iss` of tokens. The default is that of the real service, because libraries look at it.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Starts the server. It has a thread and a runtime of its own: this works under any executor.
    ///
    /// # Errors
    ///
    /// When the port or a thread cannot be had.
    pub async fn start(self) -> io::Result<MockIam> {
        let clock = Clock::default();
        let world = World::new(self.seed, clock.now());
        let mut listeners = vec![listen(self.port, None)?];
        let tls = self.tls.then(Tls::generate).transpose()?;
        if let Some(tls) = &tls {
            listeners.push(listen(0, Some(tls))?);
        }
        let origins = listeners.iter().map(|listener| listener.origin.clone()).collect::<Vec<_>>();
        let fixture = fixture(&world, &origins);
        let cloud = Arc::new(Cloud {
            clock,
            signer: Signer::embedded()?,
            issuer: self.issuer,
            token_lifetime: self.token_lifetime,
            journal: Journal::default(),
            script: Script::default(),
            barriers: Barriers::default(),
            noise: Seed::new(!self.seed),
            draws: Seed::new(self.seed.rotate_left(32)),
            world: Mutex::new(world),
        });
        let server = server::spawn(&cloud, listeners)?;
        Ok(MockIam { cloud, fixture, ca_pem: tls.map(|tls| tls.ca_pem), seed: self.seed, _server: server })
    }
}

fn listen(port: u16, tls: Option<&Tls>) -> io::Result<Listener> {
    let socket = StdListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://127.0.0.1:{}", socket.local_addr()?.port());
    Ok(Listener { socket, origin, tls: tls.map(|tls| tls.acceptor.clone()) })
}

fn fixture(world: &World, origins: &[String]) -> Fixture {
    let key_of = |iam_id: &str| {
        world
            .api_keys
            .iter()
            .find(|key| key.iam_id == iam_id)
            .map(|key| key.value.clone())
            .unwrap_or_default()
    };
    let service = world.service_ids.first();
    let iam_id = service.map(|service| service.iam_id()).unwrap_or_default();
    Fixture {
        url: origins.first().cloned().unwrap_or_default(),
        tls_url: origins.get(1).cloned(),
        ca_file: None,
        api_key: key_of(&world.user.iam_id()),
        service_api_key: key_of(&iam_id),
        account_id: world.account_id.clone(),
        service_id: service.map(|service| service.id.clone()).unwrap_or_default(),
        iam_id,
        profile_id: world.profile.id.clone(),
        space_id: world.space_id(),
        project_id: world.project_id(),
        deployment_id: world.deployments.first().map(|d| d.id.clone()).unwrap_or_default(),
        cr_token: world.cr_token.clone(),
        username: world.user.email.clone(),
        password: world.user.password.clone(),
    }
}

impl fmt::Debug for MockIam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockIam")
            .field("seed", &self.seed)
            .field("fixture", &self.fixture)
            .finish_non_exhaustive()
    }
}
