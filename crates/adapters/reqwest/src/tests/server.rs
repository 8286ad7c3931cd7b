//! A server that says always the same, and whoever asks it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Request;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wml_auth_core::{AuthError, Transport};

use crate::ReqwestTransport;

/// Reads a request up to the end of its headers, and as many bytes of body as they announce.
pub(super) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    loop {
        if let Some(end) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&text[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if text.len() >= end + 4 + length.unwrap_or(0_usize) {
                return Some(String::from_utf8_lossy(&text).into_owned());
            }
        }
        let mut piece = [0; 1024];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => text.extend_from_slice(&piece[..read]),
        }
    }
}

/// A server that gives the same bytes to every request, and how many connections it has seen.
pub(super) async fn serve(answer: Vec<u8>) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            seen.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                while read_request(&mut stream).await.is_some() {
                    let _ = stream.write_all(&answer).await;
                }
            });
        }
    });
    (address, connections)
}

pub(super) fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(super) fn get(address: impl std::fmt::Display) -> Request<Vec<u8>> {
    Request::get(format!("http://{address}/")).body(Vec::new()).unwrap()
}

pub(super) fn transport() -> ReqwestTransport {
    ReqwestTransport::new().unwrap()
}

pub(super) async fn refusal(address: impl std::fmt::Display) -> AuthError {
    transport().send(get(address)).await.unwrap_err()
}
