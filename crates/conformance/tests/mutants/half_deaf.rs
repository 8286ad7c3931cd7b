//! An HTTP client that takes whatever has come by the time the connection ends for the answer, and mends it.

use async_trait::async_trait;
use http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wml_auth_core::{AuthError, Transport};

pub(crate) struct HalfDeaf;

#[async_trait]
impl Transport for HalfDeaf {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let silence = || AuthError::unreachable("nothing came");
        let (host, path) = (request.uri().authority().unwrap().as_str(), request.uri().path());
        let mut wire = TcpStream::connect(host).await.map_err(|_| silence())?;
        let mut head =
            format!("{} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", request.method());
        for (name, value) in request.headers() {
            head += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        head += &format!("content-length: {}\r\n\r\n", request.body().len());
        let sent = [head.as_bytes(), request.body()].concat();
        wire.write_all(&sent).await.map_err(|_| silence())?;
        let mut came = Vec::new();
        // Whether the connection was closed or reset: what came, came.
        let _ = wire.read_to_end(&mut came).await;
        let end_of_head = came.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(silence)?;
        let (head, body) = came.split_at(end_of_head + 4);
        let head = String::from_utf8_lossy(head);
        let mut answer = Response::builder().status(head.split(' ').nth(1).unwrap_or("500"));
        for line in head.lines() {
            if let Some((name, value)) = line.split_once(": ") {
                answer = answer.header(name, value);
            }
        }
        let mut body = body.to_vec();
        if body.starts_with(b"{") && !body.ends_with(b"}") {
            body.push(b'}');
        }
        answer.body(body).map_err(|_| silence())
    }
}
