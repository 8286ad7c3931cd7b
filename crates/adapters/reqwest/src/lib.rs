//! HTTP for wml-auth, on reqwest: a [`Transport`](wml_auth_core::Transport) that carries credentials and nothing else
//! less carefully.
//!
//! ```no_run
//! use wml_auth_core::{AuthError, Transport};
//! use wml_auth_reqwest::ReqwestTransport;
//!
//! async fn keys() -> Result<Vec<u8>, AuthError> {
//!     let transport = ReqwestTransport::new()?;
//!     let request = http::Request::get("https://iam.cloud.ibm.com/identity/keys").body(Vec::new());
//!     let request = request.map_err(|_| AuthError::misconfigured("not a URL"))?;
//!     Ok(transport.send(request).await?.into_body())
//! }
//! ```
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

mod clients;
mod destination;
mod exchange;
mod fault;
mod options;
mod tls;
mod transport;

#[cfg(test)]
mod tests;

pub use options::ReqwestTransportBuilder;
pub use transport::ReqwestTransport;
