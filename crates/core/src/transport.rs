//! HTTP as a capability.

use http::{Request, Response};

use crate::{AuthError, BoxFuture};

/// Sends one HTTP request and returns one answer.
///
/// Sources that speak HTTP take a transport instead of a client, so that the client, its proxies and certificates are
/// the application's choice, and a test can do without a network.
///
/// # The contract
///
/// * An answer of any status is `Ok`. `Err` means that there was none: [`AuthError::unreachable`] for a failed
///   connection or a time-out, [`AuthError::invalid_answer`] for one that breaks the protocol or the size limit.
/// * **Redirects are not followed.** The request carries a credential, and the other end decides where it would go.
/// * The body, after decompression, is no longer than the request's [`BodyLimit`], or 64 KiB without one.
/// * Plain `http` is refused except to a loopback address or the link-local metadata host, and neither of those goes
///   through a proxy.
/// * An error names the host, never the URL, a header or a body.
/// * **Cancel safety.** Dropping the future gives the request up.
pub trait Transport: Send + Sync {
    /// Sends the request. Its URI is absolute.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when no answer was had, or one that cannot be used.
    fn send<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Vec<u8>>,
    ) -> BoxFuture<'async_trait, Result<Response<Vec<u8>>, AuthError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait;
}

/// The largest body that is accepted in the answer to a request, in bytes.
///
/// Put it into the request's extensions where the default of 64 KiB, which is plenty for a token, will not do:
///
/// ```
/// use wml_auth_core::BodyLimit;
///
/// let mut request = http::Request::new(Vec::<u8>::new());
/// request.extensions_mut().insert(BodyLimit(8 * 1024 * 1024));
/// assert_eq!(BodyLimit::of(&request), BodyLimit(8 * 1024 * 1024));
/// assert_eq!(BodyLimit::of(&http::Request::new(())), BodyLimit(64 * 1024));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

impl Default for BodyLimit {
    fn default() -> Self {
        Self(64 * 1024)
    }
}

impl BodyLimit {
    /// The limit that a request asks for, or the default.
    pub fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().copied().unwrap_or_default()
    }
}

/// Whether the certificate of the server is checked before a request is sent to it. It is, unless the request's
/// extensions say otherwise.
///
/// A transport that knows no other way keeps checking, whatever a request says. Certificates of this machine's choosing
/// are better trusted than unchecked: whoever stands between can read what goes unchecked, and answer in its place.
///
/// ```
/// use wml_auth_core::CertificateChecks;
///
/// let mut request = http::Request::new(Vec::<u8>::new());
/// assert_eq!(CertificateChecks::of(&request), CertificateChecks::On);
/// request.extensions_mut().insert(CertificateChecks::Off);
/// assert_eq!(CertificateChecks::of(&request), CertificateChecks::Off);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CertificateChecks {
    /// Checked.
    #[default]
    On,
    /// Not checked, because somebody said so for this server.
    Off,
}

impl CertificateChecks {
    /// What a request asks for.
    pub fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().copied().unwrap_or_default()
    }
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Vec<u8>>,
    ) -> BoxFuture<'async_trait, Result<Response<Vec<u8>>, AuthError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        (**self).send(request)
    }
}
