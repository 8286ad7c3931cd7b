//! What can be set on a transport.

use std::time::Duration;

use http::HeaderValue;
use rustls::pki_types::CertificateDer;
use wml_auth_core::AuthError;

use crate::{ReqwestTransport, tls};

const USER_AGENT: &str = concat!("wml-auth/", env!("CARGO_PKG_VERSION"));

/// Options of a [`ReqwestTransport`].
///
/// ```
/// use std::time::Duration;
/// use wml_auth_reqwest::ReqwestTransport;
///
/// let transport = ReqwestTransport::builder()
///     .timeout(Duration::from_secs(10))
///     .user_agent("my-pipeline/1.0")
///     .build()?;
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ReqwestTransportBuilder {
    timeout: Duration,
    connect_timeout: Duration,
    user_agent: String,
    ca_certificates: Vec<Vec<u8>>,
}

/// What a transport was built with, checked.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) user_agent: HeaderValue,
    pub(crate) ca_certificates: Vec<CertificateDer<'static>>,
}

impl Default for ReqwestTransportBuilder {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            user_agent: USER_AGENT.to_owned(),
            ca_certificates: Vec::new(),
        }
    }
}

impl ReqwestTransportBuilder {
    /// The time from the start of a request to the last byte of its answer. 30 seconds unless set.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.timeout = total;
        self
    }

    /// The part of it that may go by until there is a connection, TLS included. 10 seconds unless set.
    pub fn connect_timeout(mut self, most: Duration) -> Self {
        self.connect_timeout = most;
        self
    }

    /// Trusts the certificate authorities in this PEM text, besides those of the operating system. May be called
    /// several times.
    pub fn ca_certificate(mut self, pem: &[u8]) -> Self {
        self.ca_certificates.push(pem.to_vec());
        self
    }

    /// The `User-Agent` of requests that name none. `wml-auth/<version>` unless set.
    pub fn user_agent(mut self, name: &str) -> Self {
        name.clone_into(&mut self.user_agent);
        self
    }

    /// Checks the options. Opens no connection and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a time-out of zero, a user agent that cannot stand in a header, or PEM text
    /// without a usable certificate.
    pub fn build(self) -> Result<ReqwestTransport, AuthError> {
        Ok(ReqwestTransport::with_options(self.check()?))
    }

    pub(crate) fn check(self) -> Result<Options, AuthError> {
        if self.timeout.is_zero() || self.connect_timeout.is_zero() {
            return Err(AuthError::misconfigured("a time-out of zero leaves no time for any request"));
        }
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| {
            AuthError::misconfigured("the user agent holds a line break or control character")
        })?;
        let mut ca_certificates = Vec::new();
        for pem in &self.ca_certificates {
            ca_certificates.extend(tls::certificates(pem)?);
        }
        Ok(Options {
            timeout: self.timeout,
            connect_timeout: self.connect_timeout,
            user_agent,
            ca_certificates,
        })
    }
}
