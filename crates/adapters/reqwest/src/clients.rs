//! One client for each runtime and route, made when it is first needed.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, OnceLock, PoisonError};

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::ClientConfig;
use tokio::runtime;
use wml_auth_core::{AuthError, CertificateChecks};

use crate::destination::Route;
use crate::options::Options;
use crate::tls;

/// More runtimes than this at once are served too, but not remembered all.
const MOST: usize = 16;

/// Requests of one kind share a client.
type Kind = (runtime::Id, Route, CertificateChecks);

/// A connection is driven by the runtime that opened it. Shared between runtimes, a pool would offer connections
/// whose driver has ended, or never gets a turn again; so each runtime has a pool of its own.
#[derive(Debug)]
pub(crate) struct Clients {
    options: Options,
    /// Shared by all clients: reading the system's certificates takes a while.
    tls: OnceLock<ClientConfig>,
    known: Mutex<Vec<(Kind, Client)>>,
}

impl Clients {
    pub(crate) fn new(options: Options) -> Self {
        Self { options, tls: OnceLock::new(), known: Mutex::default() }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// The client for requests by this route from this runtime. Connections to servers that were not checked are in a
    /// pool of their own.
    pub(crate) fn client(
        &self,
        runtime: runtime::Id,
        route: Route,
        checks: CertificateChecks,
    ) -> Result<Client, AuthError> {
        let kind = (runtime, route, checks);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = known.iter().find(|(known, _)| *known == kind) {
            return Ok(client.clone());
        }
        let client = self.build(route, checks)?;
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push((kind, client.clone()));
        Ok(client)
    }

    fn build(&self, route: Route, checks: CertificateChecks) -> Result<Client, AuthError> {
        let builder = self.builder(route, checks)?;
        Self::finish(builder.timeout(self.options.timeout).redirect(Policy::none()))
    }

    /// What every client of ours has in common.
    pub(crate) fn builder(
        &self,
        route: Route,
        checks: CertificateChecks,
    ) -> Result<ClientBuilder, AuthError> {
        let tls = match (route, checks) {
            (Route::Plain, _) => tls::none()?,
            (Route::Direct | Route::Open, CertificateChecks::Off) => tls::unchecked()?,
            (Route::Direct | Route::Open, CertificateChecks::On) => self.tls()?,
        };
        let builder = Client::builder()
            .connect_timeout(self.options.connect_timeout)
            .user_agent(self.options.user_agent.clone())
            .referer(false)
            .retry(reqwest::retry::never())
            .tls_backend_preconfigured(tls);
        Ok(match route {
            Route::Open => builder,
            // Not by the resolver: the name stands for this machine, whatever a name server says.
            Route::Plain | Route::Direct => builder.no_proxy().resolve_to_addrs(
                "localhost",
                &[SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))],
            ),
        })
    }

    pub(crate) fn finish(builder: ClientBuilder) -> Result<Client, AuthError> {
        builder.build().map_err(|_| {
            AuthError::misconfigured("the HTTP client cannot be built")
                .with_hint("check the proxy settings of the environment")
        })
    }

    fn tls(&self) -> Result<ClientConfig, AuthError> {
        if let Some(config) = self.tls.get() {
            return Ok(config.clone());
        }
        let config = tls::config(&self.options.ca_certificates)?;
        Ok(self.tls.get_or_init(|| config).clone())
    }
}
