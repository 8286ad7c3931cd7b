//! The server as a test holds it.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use crate::barrier::Barrier;
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::fixture::Fixture;
use crate::identities::Identities;
use crate::journal::Journal;
use crate::route::Route;
use crate::scenario::Scenario;
use crate::script::OnRoute;
use crate::server::background::Background;
use crate::server::{self, Door, Listener};
use crate::tls::{Certificate, Tls};

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
    client_pem: Option<String>,
    _server: Background,
}

/// How a server shall be, from [`MockIam::builder`].
#[derive(Clone, Debug)]
pub struct MockIamBuilder {
    seed: u64,
    host: IpAddr,
    port: u16,
    admin_port: Option<u16>,
    tls: bool,
    certificate: Certificate,
    client_certificates: bool,
    token_lifetime: Duration,
    issuer: String,
    scenario: Scenario,
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
        MockIamBuilder {
            seed: SEED,
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            admin_port: None,
            tls: false,
            certificate: Certificate::Valid,
            client_certificates: false,
            token_lifetime: HOUR,
            issuer: ISSUER.to_owned(),
            scenario: Scenario::default(),
        }
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

    /// A certificate and its private key, in PEM, with which a client is let in where
    /// [one is needed](MockIamBuilder::client_certificates).
    #[must_use]
    pub fn client_pem(&self) -> Option<&str> {
        self.client_pem.as_deref()
    }

    /// Signs tokens with a new key from now on, and gives back its `kid`. The keys before it stay in the key set until
    /// they are [retired](Self::retire_signing_key).
    pub fn rotate_signing_keys(&self) -> String {
        self.cloud.signer.rotate()
    }

    /// Takes an older key out of the key set; tokens that it signed are refused. Whether there was one of this `kid`.
    pub fn retire_signing_key(&self, kid: &str) -> bool {
        self.cloud.signer.retire(kid)
    }

    /// The `kid`s in the key set; the first is the one that signs.
    #[must_use]
    pub fn signing_keys(&self) -> Vec<String> {
        self.cloud.signer.kids()
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
        self.cloud.seed
    }

    /// Where the server is controlled from over HTTP, if [that was asked for](MockIamBuilder::admin).
    #[must_use]
    pub fn admin_url(&self) -> Option<&str> {
        self.fixture.admin_url.as_deref()
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

    /// Fills the cloud as a [`Scenario`] says. The seed, the token lifetime and the issuer of the scenario take the place
    /// of what was set before; what is set afterwards takes theirs.
    #[must_use]
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.seed = scenario.seed.unwrap_or(self.seed);
        self.token_lifetime = scenario.token_lifetime().unwrap_or(self.token_lifetime);
        self.issuer = scenario.issuer.clone().unwrap_or(self.issuer);
        self.scenario = scenario;
        self
    }

    /// The address to listen at, instead of `127.0.0.1`: `::1`, or one that other machines reach. Everybody who reaches
    /// it may do everything.
    #[must_use]
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Opens another port from which the server can be [controlled](MockIam::admin_url) over HTTP: see what was asked
    /// (without the secrets), move the clock, make and disable keys, script answers.
    ///
    /// | request | does |
    /// | --- | --- |
    /// | `GET /healthz` | says that the server is there |
    /// | `GET /openapi.json` | describes what the cloud serves |
    /// | `GET /metrics` | counts, as Prometheus reads them |
    /// | `GET`, `DELETE /journal` | shows what was asked, with digests in place of what could be secret; forgets it |
    /// | `GET`, `POST /clock` | `{"advance": 60, "set": 1725266520, "skew": 0, "date_skew": -5, "token_skew": 5}`, each optional |
    /// | `POST /keys` | makes a key: a `[[keys]]` table of a [`Scenario`] as JSON |
    /// | `POST /keys/{name}/disable`, `…/enable`, `DELETE /keys/{name}` | changes the key of this name, or of `user` or `service` |
    /// | `POST`, `PUT`, `DELETE /rules` | adds, replaces or forgets rules: a list of `[[rules]]` tables as JSON |
    /// | `GET`, `POST /signing-keys`, `DELETE /signing-keys/{kid}` | shows them, rotates them, retires an older one |
    /// | `POST /reset` | makes everything as it was at the start |
    #[must_use]
    pub fn admin(self, admin: bool) -> Self {
        Self { admin_port: admin.then_some(0), ..self }
    }

    /// The same at this port.
    #[must_use]
    pub fn admin_port(self, port: u16) -> Self {
        Self { admin_port: Some(port), ..self }
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

    /// Opens the TLS port with a certificate that is not as it should be.
    #[must_use]
    pub fn certificate(self, certificate: Certificate) -> Self {
        Self { tls: true, certificate, ..self }
    }

    /// Lets nobody through the TLS port without a certificate such as [`client_pem`](MockIam::client_pem). The port
    /// without TLS is as open as ever.
    #[must_use]
    pub fn client_certificates(self, required: bool) -> Self {
        Self { tls: self.tls || required, client_certificates: required, ..self }
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
        let cloud = Cloud::new(self.seed, self.issuer, self.token_lifetime, self.scenario)?;
        let mut listeners = vec![listen(self.host, self.port, None)?];
        let tls = self.tls.then(|| Tls::generate(self.certificate, self.client_certificates)).transpose()?;
        if let Some(tls) = &tls {
            listeners.push(listen(self.host, 0, Some(tls))?);
        }
        let control = match self.admin_port {
            Some(port) => Some(Listener { door: Door::Control, ..listen(self.host, port, None)? }),
            None => None,
        };
        let origins = listeners.iter().map(|listener| listener.origin.clone()).collect::<Vec<_>>();
        let admin_url = control.as_ref().map(|control| control.origin.clone());
        listeners.extend(control);
        let fixture = Fixture { admin_url, ..fixture(&cloud, &origins) };
        let cloud = Arc::new(cloud);
        let server = server::spawn(&cloud, listeners)?;
        let (ca_pem, client_pem) = tls.map_or((None, None), |tls| (Some(tls.ca_pem), tls.client_pem));
        Ok(MockIam { cloud, fixture, ca_pem, client_pem, _server: server })
    }
}

fn listen(host: IpAddr, port: u16, tls: Option<&Tls>) -> io::Result<Listener> {
    let socket = StdListener::bind((host, port))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://{}", socket.local_addr()?);
    Ok(Listener { socket, origin, tls: tls.map(|tls| tls.acceptor.clone()), door: Door::Cloud })
}

fn fixture(cloud: &Cloud, origins: &[String]) -> Fixture {
    let world = cloud.world();
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
        admin_url: None,
        seed: cloud.seed,
        api_key: key_of(&world.user.iam_id()),
        service_api_key: key_of(&iam_id),
        account_id: world.account_id.clone(),
        service_id: service.map(|service| service.id.clone()).unwrap_or_default(),
        iam_id,
        profile_id: world.profile().map(|profile| profile.id.clone()).unwrap_or_default(),
        space_id: world.space_id(),
        project_id: world.project_id(),
        deployment_id: world.deployments.first().map(|d| d.id.clone()).unwrap_or_default(),
        cr_token: world.cr_token.clone(),
        username: world.user.email.clone(),
        password: world.user.password.clone(),
        passcode: world.logins.passcode.clone(),
        broker_secret: world.logins.broker_secret.clone(),
        instance_id: world.instance_guid(),
        keys: cloud.named_keys.clone(),
    }
}

impl fmt::Debug for MockIam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockIam")
            .field("seed", &self.cloud.seed)
            .field("fixture", &self.fixture)
            .finish_non_exhaustive()
    }
}
