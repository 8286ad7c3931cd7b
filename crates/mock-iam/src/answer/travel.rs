//! How an answer gets to the client: when, in which pieces, and whether all of it.

use std::time::Duration;

use super::{Answer, Content};
use crate::delay::Delay;

/// At once and in one piece, unless told otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Travel {
    pub(crate) before_head: Option<Delay>,
    pub(crate) before_body: Option<Delay>,
    pub(crate) chunk: Option<usize>,
    pub(crate) pace: Option<Pace>,
    pub(crate) fault: Option<Fault>,
}

/// So many bytes, then so long nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) bytes: usize,
    pub(crate) every: Duration,
}

/// What goes wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: Place,
    pub(crate) end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before anything was sent.
    Head,
    /// After this many bytes of the body.
    Body(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection ends in order.
    Close,
    /// The connection is torn down: the peer sees a reset.
    Reset,
    /// Nothing happens any more, until the client gives up or the server stops.
    Stall,
}

impl Travel {
    /// Whether nothing but a wait before the head is asked for, so that any HTTP server could send it.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.before_body.is_none() && self.chunk.is_none() && self.pace.is_none() && self.fault.is_none()
    }
}

/// # On the wire
///
/// These say how an answer travels, and combine with any of them: `Answer::normal().chunked(16).closed_after(32)` is
/// the right answer in chunks of 16 bytes, of which two arrive. An answer that travels oddly is the last one on its
/// connection.
impl Answer {
    /// No answer: the connection is closed after the request was read.
    #[must_use]
    pub fn close() -> Self {
        Self::status(500).with_fault(Place::Head, End::Close)
    }

    /// No answer: the connection is reset (TCP RST) after the request was read.
    #[must_use]
    pub fn reset() -> Self {
        Self::status(500).with_fault(Place::Head, End::Reset)
    }

    /// No answer: the connection stays open and silent until the client gives up or the server stops.
    #[must_use]
    pub fn stall() -> Self {
        Self::status(500).with_fault(Place::Head, End::Stall)
    }

    /// Bytes that are not HTTP, as from a server of something else; then the connection is closed.
    #[must_use]
    pub fn garbage() -> Self {
        Self::raw(&b"\x16\x03\x01\x00\xffSSH-2.0-OpenSSH_9.6\r\n\x00\x01\x02\x03\xfe\xff no HTTP spoken here\r\n\r\n"[..])
    }

    /// A body in chunks, the second of which does not say how long it is; then the connection is closed.
    #[must_use]
    pub fn bad_chunk() -> Self {
        Self::raw(
            &b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
               10\r\n{\"access_token\":\r\nten\r\n\"a\"}\r\n0\r\n\r\n"[..],
        )
    }

    /// Exactly these bytes in place of status line, headers and body; then the connection is closed.
    #[must_use]
    pub fn raw(bytes: impl Into<bytes::Bytes>) -> Self {
        Self::new(Content::Raw(bytes.into()))
    }

    /// Sends this answer only after the delay, counted from when the request had been read and let through.
    #[must_use]
    pub fn delayed(mut self, delay: impl Into<Delay>) -> Self {
        self.travel.before_head = Some(delay.into());
        self
    }

    /// Sends the head at once, and the body only after the delay.
    #[must_use]
    pub fn body_delayed(mut self, delay: impl Into<Delay>) -> Self {
        self.travel.before_body = Some(delay.into());
        self
    }

    /// Sends the body in chunks of this many bytes (`Transfer-Encoding: chunked`), without a `Content-Length`.
    #[must_use]
    pub fn chunked(mut self, bytes: usize) -> Self {
        self.travel.chunk = Some(bytes.max(1));
        self
    }

    /// Sends the body slowly: this many bytes, a pause, and so on.
    #[must_use]
    pub fn dripped(mut self, bytes: usize, every: Duration) -> Self {
        self.travel.pace = Some(Pace { bytes: bytes.max(1), every });
        self
    }

    /// Closes the connection after this many bytes of the body. The head promises all of it; a chunked body lacks its
    /// last chunk.
    #[must_use]
    pub fn closed_after(self, body_bytes: usize) -> Self {
        self.with_fault(Place::Body(body_bytes), End::Close)
    }

    /// Resets the connection (TCP RST) after this many bytes of the body.
    #[must_use]
    pub fn reset_after(self, body_bytes: usize) -> Self {
        self.with_fault(Place::Body(body_bytes), End::Reset)
    }

    /// Falls silent after this many bytes of the body, until the client gives up or the server stops.
    #[must_use]
    pub fn stalled_after(self, body_bytes: usize) -> Self {
        self.with_fault(Place::Body(body_bytes), End::Stall)
    }

    fn with_fault(mut self, at: Place, end: End) -> Self {
        self.travel.fault = Some(Fault { at, end });
        self
    }
}
