//! HTTP for wml-auth, on reqwest.
//!
//! | to | use |
//! | --- | --- |
//! | obtain tokens: a [`Transport`](wml_auth_core::Transport) that carries credentials and nothing else less carefully | [`ReqwestTransport`] |
//! | call a service: a client that signs each request, and replaces a token that is refused | [`AuthorizedClient`] |
//! | the same in a stack of `reqwest-middleware` | `AuthorizeMiddleware`, with the feature `middleware` |
//!
//! ```no_run
//! use wml_auth_core::{AuthError, Credentials, Transport};
//! use wml_auth_reqwest::{AuthorizedClient, ReqwestTransport};
//!
//! async fn keys() -> Result<Vec<u8>, AuthError> {
//!     let transport = ReqwestTransport::new()?;
//!     let request = http::Request::get("https://iam.cloud.ibm.com/identity/keys").body(Vec::new());
//!     let request = request.map_err(|_| AuthError::misconfigured("not a URL"))?;
//!     Ok(transport.send(request).await?.into_body())
//! }
//!
//! async fn spaces(credentials: Credentials) -> Result<String, Box<dyn std::error::Error>> {
//!     let platform = "https://api.dataplatform.cloud.ibm.com".parse()?;
//!     let client = AuthorizedClient::builder(credentials, platform).build()?;
//!     Ok(client.get("/v2/spaces").send().await?.text().await?)
//! }
//! ```
//!
//! The rest of this page is about the transport; what differs for the client is said at the type.
//!
//! # Where a request may go
//!
//! | destination | `http` | `https` | by a proxy |
//! | --- | --- | --- | --- |
//! | loopback: `127.0.0.0/8`, `::1`, `localhost` | yes | yes | never |
//! | link-local: `169.254.0.0/16`, `fe80::/10`, IBM's metadata host names | metadata host only | yes | never |
//! | anything else | refused | yes | as the environment says |
//!
//! The metadata host is `169.254.169.254` or `api.metadata.cloud.ibm.com`. `localhost` is not looked up: it is
//! `127.0.0.1` and `::1`. Proxies are read from `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` (on macOS and Windows from
//! the system as well). A URL with a user name in it is refused.
//!
//! # What it does not do
//!
//! It follows no redirect, repeats no request, keeps no cookie and asks for no compression: an answer that comes
//! compressed all the same is refused, so that the body limit is about the bytes that arrive.
//!
//! # TLS
//!
//! rustls with ring, TLS 1.2 and up. Certificates are judged by the operating system's roots, read when the first
//! `https` request is sent, and those of [`ca_certificate`](ReqwestTransportBuilder::ca_certificate). The process-wide
//! provider of rustls is neither needed nor set.
//!
//! # Runtimes
//!
//! Building a transport needs no runtime. Sending needs a tokio runtime with I/O and time enabled; each runtime gets
//! connections of its own, so that one that has ended, or that nobody drives any more, leaves nothing behind which a
//! later one would wait for.

mod authorized_builder;
mod authorized_client;
mod authorized_request;
mod clients;
mod destination;
mod exchange;
mod fault;
#[cfg(feature = "middleware")]
mod middleware;
mod options;
mod peek;
mod redirects;
mod send_error;
mod signing;
mod tls;
mod transport;

#[cfg(test)]
mod tests;

pub use authorized_builder::AuthorizedClientBuilder;
pub use authorized_client::AuthorizedClient;
pub use authorized_request::AuthorizedRequest;
#[cfg(feature = "middleware")]
pub use middleware::AuthorizeMiddleware;
pub use options::ReqwestTransportBuilder;
pub use redirects::same_origin_redirects;
pub use send_error::SendError;
pub use transport::ReqwestTransport;
