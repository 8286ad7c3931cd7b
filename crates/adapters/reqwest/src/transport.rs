//! The transport.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use wml_auth_core::{AuthError, CertificateChecks, Transport};

use crate::ReqwestTransportBuilder;
use crate::clients::Clients;
use crate::destination::Destination;
use crate::exchange::exchange;
use crate::options::Options;

/// Sends requests with reqwest; see the [crate's description](crate) for what it promises.
///
/// Clones share connections.
#[derive(Clone)]
pub struct ReqwestTransport(Arc<Clients>);

impl ReqwestTransport {
    /// With the defaults: 30 seconds for a request, 10 of them for connecting, the system's certificates and proxies.
    ///
    /// Opens no connection and needs no runtime.
    ///
    /// # Errors
    ///
    /// None today; see [`ReqwestTransportBuilder::build`].
    pub fn new() -> Result<Self, AuthError> {
        Self::builder().build()
    }

    /// Sets options first.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
    }

    pub(crate) fn with_options(options: Options) -> Self {
        Self(Arc::new(Clients::new(options)))
    }
}

/// # Cancel safety
///
/// Dropping the future aborts the exchange. A request that the server has already received is not undone by that.
#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let destination = Destination::of(request.uri())?;
        let runtime = Handle::try_current().map_err(|_| {
            AuthError::misconfigured("an HTTP request was made outside a tokio runtime")
                .with_hint("call it from within a tokio runtime, or use a transport that needs none")
        })?;
        let client = self.0.client(runtime.id(), destination.route, CertificateChecks::of(&request))?;
        let host = destination.host.clone();
        // On a task of its own, because its timers and sockets belong to this runtime: the future may be polled on
        // from another one, after this one has ended.
        let exchange = exchange(Arc::clone(&self.0), client, request, destination);
        let mut task = Exchange(runtime.spawn(exchange));
        match (&mut task.0).await {
            Ok(outcome) => outcome,
            Err(fault) if fault.is_panic() => {
                Err(AuthError::internal("the HTTP request failed in this program, not on the network")
                    .with_host(&host)
                    .with_hint("the tokio runtime needs I/O and time: build it with `enable_all`"))
            }
            Err(_) => {
                Err(AuthError::unreachable("the runtime ended before the answer came").with_host(&host))
            }
        }
    }
}

/// Ends the exchange when nobody waits for it any more.
struct Exchange(JoinHandle<Result<Response<Vec<u8>>, AuthError>>);

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = self.0.options();
        f.debug_struct("ReqwestTransport")
            .field("timeout", &options.timeout)
            .field("connect_timeout", &options.connect_timeout)
            .field("user_agent", &options.user_agent)
            .field("ca_certificates", &options.ca_certificates.len())
            .finish_non_exhaustive()
    }
}
