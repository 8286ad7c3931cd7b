//! The server as a test holds it.

mod builder;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::builder::MockIamBuilder;
use crate::barrier::Barrier;
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::fixture::Fixture;
use crate::identities::Identities;
use crate::journal::Journal;
use crate::route::Route;
use crate::script::OnRoute;
use crate::server::background::Background;

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
    _unix_socket: Option<SocketFile>,
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
        MockIamBuilder::default()
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
        self.cloud.minted.forget();
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

    /// The Unix socket, if [one was asked for](MockIamBuilder::unix_socket).
    #[must_use]
    pub fn unix_socket(&self) -> Option<&Path> {
        self.fixture.unix_socket.as_deref()
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

/// The file of a Unix socket. It stays when the socket is closed, and nobody could listen there again.
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
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
