//! `CONNECT`: the mock as its clients' proxy.
//!
//! Some clients take no other hosts than IBM's own. With the port without TLS as their `HTTPS_PROXY` they meet the mock
//! under any name: a tunnel never leads out of it.

use std::sync::{Arc, Mutex};

use http::Uri;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::Line;

const OPENED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// A connection to the mock itself, by the name of somebody else.
pub(super) struct Tunnel {
    tls: TlsAcceptor,
    line: Line,
}

impl Line {
    /// The tunnel to this host, where tunnels are.
    pub(super) fn tunnel(&self, to: &Uri) -> Option<Box<Tunnel>> {
        let tls = self.tunnels.clone()?;
        let authority = to.authority()?;
        let host = match authority.port_u16() {
            // Clients leave the port of https out of their URLs.
            Some(443) => authority.host(),
            _ => authority.as_str(),
        };
        let line = Line {
            cloud: Arc::clone(&self.cloud),
            origin: format!("https://{host}").into(),
            door: self.door,
            number: self.number,
            tunnels: None,
            by_hand: Mutex::default(),
        };
        Some(Box::new(Tunnel { tls, line }))
    }
}

impl Tunnel {
    pub(super) async fn open(self, mut stream: TcpStream) {
        if stream.write_all(OPENED).await.is_err() {
            return;
        }
        // A client that does not trust the certificate is the client's affair.
        if let Ok(stream) = self.tls.accept(stream).await {
            self.line.serve(stream).await;
        }
    }
}
