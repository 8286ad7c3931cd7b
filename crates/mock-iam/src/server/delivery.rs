//! Answers which no HTTP server would send: written to the connection by hand, byte by byte where need be.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;

use super::socket::Stream;
use crate::answer::travel::{End, Fault, Pace, Place};
use crate::journal::Entry;

/// What is left to do on a connection, and the last thing that happens there.
pub(super) struct Delivery {
    pub(super) head: Vec<u8>,
    pub(super) before_body: Duration,
    pub(super) body: Body,
    pub(super) pace: Option<Pace>,
    pub(super) fault: Option<Fault>,
    /// The request is in flight for as long as this is.
    pub(super) entry: Entry,
}

/// A body as it stands on the wire.
pub(super) struct Body {
    bytes: Vec<u8>,
    /// Where each chunk begins on the wire, where its bytes begin, and how many these are. One, if it is not chunked.
    chunks: Vec<Chunk>,
}

struct Chunk {
    data: usize,
    length: usize,
}

impl Body {
    pub(super) fn whole(body: Bytes) -> Self {
        Self { chunks: vec![Chunk { data: 0, length: body.len() }], bytes: body.to_vec() }
    }

    pub(super) fn chunked(body: &[u8], size: usize) -> Self {
        let mut wire = Self { bytes: Vec::new(), chunks: Vec::new() };
        for data in body.chunks(size) {
            wire.bytes.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
            wire.chunks.push(Chunk { data: wire.bytes.len(), length: data.len() });
            wire.bytes.extend_from_slice(data);
            wire.bytes.extend_from_slice(b"\r\n");
        }
        wire.bytes.extend_from_slice(b"0\r\n\r\n");
        wire
    }

    /// What is on the wire once this many bytes of the body proper are.
    fn up_to(&self, body_bytes: usize) -> &[u8] {
        let mut left = body_bytes;
        let mut end = 0;
        for chunk in &self.chunks {
            if left == 0 {
                break;
            }
            end = chunk.data + left.min(chunk.length);
            left = left.saturating_sub(chunk.length);
        }
        self.bytes.get(..end).unwrap_or(&self.bytes)
    }
}

/// Status line and headers, as they go before a body of this length, or before one in chunks.
pub(super) fn head(status: StatusCode, headers: &HeaderMap, length: Option<usize>) -> Vec<u8> {
    let reason = status.canonical_reason().unwrap_or("");
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let (name, value) = match length {
        Some(length) => (CONTENT_LENGTH, length.to_string()),
        None => (TRANSFER_ENCODING, "chunked".to_owned()),
    };
    head.extend_from_slice(format!("{name}: {value}\r\n{CONNECTION}: close\r\n\r\n").as_bytes());
    head
}

impl Delivery {
    /// Does it all. A client that has gone away is no reason for anything but to stop.
    pub(super) async fn carry_out<S: Stream>(self, mut stream: S) {
        let sent = match self.fault {
            Some(Fault { at: Place::Head, .. }) => Ok(()),
            Some(Fault { at: Place::Body(bytes), .. }) => {
                self.send(&mut stream, self.body.up_to(bytes)).await
            }
            None => self.send(&mut stream, &self.body.bytes).await,
        };
        match self.fault.map(|fault| fault.end) {
            _ if sent.is_err() => {}
            None => drop(stream.shutdown().await),
            Some(End::Close) => {}
            Some(End::Reset) => stream.reset(),
            Some(End::Stall) => silence(&mut stream).await,
        }
        drop(self.entry);
    }

    async fn send<S: Stream>(&self, stream: &mut S, body: &[u8]) -> std::io::Result<()> {
        stream.write_all(&self.head).await?;
        stream.flush().await?;
        if !self.before_body.is_zero() {
            sleep(self.before_body).await;
        }
        let Some(Pace { bytes, every }) = self.pace else {
            stream.write_all(body).await?;
            return stream.flush().await;
        };
        for (number, piece) in body.chunks(bytes).enumerate() {
            if number > 0 {
                sleep(every).await;
            }
            stream.write_all(piece).await?;
            stream.flush().await?;
        }
        Ok(())
    }
}

/// Until the client gives up. The server's end ends it as well, along with everything else.
async fn silence<S: Stream>(stream: &mut S) {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_counts_the_bytes_of_the_body_and_not_those_around_it() {
        let whole = Body::whole(Bytes::from("abcdefghij"));
        assert_eq!(whole.up_to(0), b"");
        assert_eq!(whole.up_to(3), b"abc");
        assert_eq!(whole.up_to(99), b"abcdefghij");

        let chunked = Body::chunked(b"abcdefghij", 4);
        assert_eq!(chunked.bytes, b"4\r\nabcd\r\n4\r\nefgh\r\n2\r\nij\r\n0\r\n\r\n");
        assert_eq!(chunked.up_to(0), b"");
        assert_eq!(chunked.up_to(4), b"4\r\nabcd");
        assert_eq!(chunked.up_to(6), b"4\r\nabcd\r\n4\r\nef");
        assert_eq!(chunked.up_to(10), b"4\r\nabcd\r\n4\r\nefgh\r\n2\r\nij", "and no last chunk");
    }
}
