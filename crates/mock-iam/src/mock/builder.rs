//! How a server shall be, and its start.

use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{MockIam, SocketFile};
use crate::cloud::Cloud;
use crate::fixture::Fixture;
use crate::scenario::Scenario;
use crate::server::socket::Socket;
use crate::server::{self, Door, Listener};
use crate::tls::{Certificate, Terms, Tls};

/// The issuer of the real service, and therefore of the mock: libraries check it.
const ISSUER: &str = "https://iam.cloud.ibm.com/identity";
const SEED: u64 = 0x1bac_10d0;
const HOUR: Duration = Duration::from_secs(3600);

/// How a server shall be, from [`MockIam::builder`].
#[derive(Clone, Debug)]
pub struct MockIamBuilder {
    seed: u64,
    host: IpAddr,
    port: u16,
    admin_port: Option<u16>,
    unix_socket: Option<PathBuf>,
    tls: bool,
    tls_port: u16,
    terms: Terms,
    reuse_tokens: bool,
    token_lifetime: Duration,
    issuer: String,
    scenario: Scenario,
}

impl Default for MockIamBuilder {
    fn default() -> Self {
        Self {
            seed: SEED,
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            admin_port: None,
            unix_socket: None,
            tls: false,
            tls_port: 0,
            terms: Terms::default(),
            reuse_tokens: false,
            token_lifetime: HOUR,
            issuer: ISSUER.to_owned(),
            scenario: Scenario::default(),
        }
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

    /// The address to listen at, instead of `127.0.0.1`: `::1`, `::` for all addresses of both kinds, or one that other
    /// machines reach. Everybody who reaches it may do everything.
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

    /// Opens a second port with TLS, whose certificate is good for `127.0.0.1`, `::1` and `localhost`, and for IBM's
    /// public hosts. A client that insists on one of those takes the port without TLS for its proxy, and every tunnel
    /// leads to the mock.
    #[must_use]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// Opens the TLS port at this number; 0, the default, takes a free one.
    #[must_use]
    pub fn tls_port(self, port: u16) -> Self {
        Self { tls: true, tls_port: port, ..self }
    }

    /// Opens the TLS port with a certificate that is good for this name too, which may begin with `*.`
    #[must_use]
    pub fn tls_name(mut self, name: impl Into<String>) -> Self {
        self.terms.names.push(name.into());
        Self { tls: true, ..self }
    }

    /// Opens the TLS port with a certificate that is not as it should be.
    #[must_use]
    pub fn certificate(self, certificate: Certificate) -> Self {
        Self { tls: true, terms: Terms { certificate, ..self.terms }, ..self }
    }

    /// Lets nobody through the TLS port without a certificate such as [`client_pem`](MockIam::client_pem). The port
    /// without TLS is as open as ever.
    #[must_use]
    pub fn client_certificates(self, required: bool) -> Self {
        let terms = Terms { client_certificates: required, ..self.terms };
        Self { tls: self.tls || required, terms, ..self }
    }

    /// Speaks TLS 1.2 on the TLS port, and no other version.
    #[must_use]
    pub fn tls12_only(self, only: bool) -> Self {
        Self { tls: self.tls || only, terms: Terms { tls12_only: only, ..self.terms }, ..self }
    }

    /// Listens at a Unix socket besides, which is made here and removed with the server. The permissions of its folder
    /// say who may connect.
    #[cfg(unix)]
    #[must_use]
    pub fn unix_socket(self, path: impl Into<PathBuf>) -> Self {
        Self { unix_socket: Some(path.into()), ..self }
    }

    /// Gives an identity that asks again within a second the token of that second again, and saves the signature. IAM
    /// never does so, and two tokens can no longer be told apart; for load tests that are about something else.
    #[must_use]
    pub fn reuse_tokens(self, reuse: bool) -> Self {
        Self { reuse_tokens: reuse, ..self }
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
        cloud.minted.keep(self.reuse_tokens);
        let tls = self.tls.then(|| Tls::generate(self.terms)).transpose()?;
        let tunnels = tls.as_ref().map(|tls| tls.acceptor.clone());
        let mut listeners = vec![Listener { tunnels, ..listen(self.host, self.port, None)? }];
        if let Some(tls) = &tls {
            listeners.push(listen(self.host, self.tls_port, Some(tls))?);
        }
        let control = match self.admin_port {
            Some(port) => Some(Listener { door: Door::Control, ..listen(self.host, port, None)? }),
            None => None,
        };
        let origins = listeners.iter().map(|listener| listener.origin.clone()).collect::<Vec<_>>();
        #[cfg(unix)]
        let unix_socket = self.unix_socket.map(|path| listen_at(&path, &mut listeners)).transpose()?;
        #[cfg(not(unix))]
        let unix_socket = None;
        let admin_url = control.as_ref().map(|control| control.origin.clone());
        listeners.extend(control);
        let path = unix_socket.as_ref().map(|file: &SocketFile| file.0.clone());
        let fixture = Fixture { admin_url, unix_socket: path, ..fixture(&cloud, &origins) };
        let cloud = Arc::new(cloud);
        let server = server::spawn(&cloud, listeners)?;
        let (ca_pem, client_pem) = tls.map_or((None, None), |tls| (Some(tls.ca_pem), tls.client_pem));
        Ok(MockIam { cloud, fixture, ca_pem, client_pem, _server: server, _unix_socket: unix_socket })
    }
}

fn listen(host: IpAddr, port: u16, tls: Option<&Tls>) -> io::Result<Listener> {
    let socket = TcpListener::bind((host, port))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://{}", socket.local_addr()?);
    Ok(Listener {
        socket: Socket::Tcp(socket),
        origin,
        tls: tls.map(|tls| tls.acceptor.clone()),
        tunnels: None,
        door: Door::Cloud,
    })
}

/// A client at a Unix socket calls the server what it likes; answers with URLs in them name `localhost`.
#[cfg(unix)]
fn listen_at(path: &Path, listeners: &mut Vec<Listener>) -> io::Result<SocketFile> {
    let socket = std::os::unix::net::UnixListener::bind(path)?;
    let origin = "http://localhost".to_owned();
    listeners.push(Listener {
        socket: Socket::Unix(socket),
        origin,
        tls: None,
        tunnels: None,
        door: Door::Cloud,
    });
    Ok(SocketFile(path.to_owned()))
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
        unix_socket: None,
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
