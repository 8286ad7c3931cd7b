//! An HTTP client that waits for a millisecond, reads once, and takes that for the answer.

use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wml_auth_core::{AuthError, Transport};

use crate::half_deaf::{answer, asked};

pub(crate) struct Hasty;

#[async_trait]
impl Transport for Hasty {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let silence = || AuthError::unreachable("nothing came");
        let mut wire = TcpStream::connect(request.uri().authority().unwrap().as_str()).await.unwrap();
        wire.write_all(&asked(&request)).await.map_err(|_| silence())?;
        let mut came = [0; 64 * 1024];
        let read = tokio::time::timeout(Duration::from_millis(1), wire.read(&mut came)).await;
        let length = read.map_err(|_| silence())?.map_err(|_| silence())?;
        answer(&came[..length]).ok_or_else(silence)
    }
}
