//! What can be set on an authorized client.

use std::time::Duration;

use wml_auth_core::{AuthError, CertificateChecks, Credentials, Origin};

use crate::clients::Clients;
use crate::destination::Destination;
use crate::{AuthorizedClient, ReqwestTransportBuilder, same_origin_redirects};

/// Options of an [`AuthorizedClient`].
///
/// TLS, proxies and loopback are as in the table of the [crate](crate).
///
/// ```
/// use std::time::Duration;
/// use wml_auth_core::{AuthError, Credentials};
/// use wml_auth_reqwest::AuthorizedClient;
///
/// fn client(credentials: Credentials) -> Result<AuthorizedClient, AuthError> {
///     AuthorizedClient::builder(credentials, "https://us-south.ml.cloud.ibm.com".parse()?)
///         .timeout(Duration::from_secs(120))
///         .build()
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct AuthorizedClientBuilder {
    credentials: Credentials,
    origin: Origin,
    timeout: Option<Duration>,
    shared: ReqwestTransportBuilder,
}

impl AuthorizedClientBuilder {
    pub(crate) fn new(credentials: Credentials, origin: Origin) -> Self {
        Self { credentials, origin, timeout: None, shared: ReqwestTransportBuilder::default() }
    }

    /// The time from the start of a request to the last byte of its answer. Without limit unless set: a model may
    /// write for minutes, and a stream go on for longer.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.timeout = Some(total);
        self
    }

    /// The time until there is a connection, TLS included. 10 seconds unless set.
    pub fn connect_timeout(mut self, most: Duration) -> Self {
        self.shared = self.shared.connect_timeout(most);
        self
    }

    /// Trusts the certificate authorities in this PEM text, besides those of the operating system. May be called
    /// several times.
    pub fn ca_certificate(mut self, pem: &[u8]) -> Self {
        self.shared = self.shared.ca_certificate(pem);
        self
    }

    /// The `User-Agent` of requests that name none. `wml-auth/<version>` unless set.
    pub fn user_agent(mut self, name: &str) -> Self {
        self.shared = self.shared.user_agent(name);
        self
    }

    /// Checks the options, and reads the system's certificates if the origin is `https`. Opens no connection and
    /// needs no runtime; the client is then to be used on one runtime.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a time-out of zero, a user agent that cannot stand in a header, PEM text
    /// without a usable certificate, or a system without certificates.
    pub fn build(self) -> Result<AuthorizedClient, AuthError> {
        let Self { credentials, origin, timeout, shared } = self;
        if timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(AuthError::misconfigured("a time-out of zero leaves no time for any request"));
        }
        let url = origin.to_string().parse();
        let url = url.map_err(|_| AuthError::internal("an origin is not a URL"))?;
        let clients = Clients::new(shared.check()?);
        let builder = clients
            .builder(Destination::of(&url)?.route, CertificateChecks::On)?
            .redirect(same_origin_redirects());
        let client = Clients::finish(match timeout {
            Some(total) => builder.timeout(total),
            None => builder,
        })?;
        Ok(AuthorizedClient::new(client, credentials, origin))
    }
}
