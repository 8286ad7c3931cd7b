//! Where the journal keeps its requests: their bytes one behind the other, in large chunks.
//!
//! A server answers from its caches in a few microseconds, which is what a dozen allocations and the page faults of fresh
//! memory cost. So a request is written down in one copy, and becomes a [`Recorded`] only for whoever reads it. Nothing is
//! ever dropped to make room.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::Recorded;
use crate::request::Request;

/// Room for some hundreds of token requests. A larger request has a chunk of its own.
const CHUNK: usize = 256 * 1024;

#[derive(Default)]
pub(super) struct Pages {
    lines: Vec<Line>,
    chunks: Vec<Vec<u8>>,
}

/// What is known of a request besides its bytes, and where these are: path, query, headers and body, in this order.
struct Line {
    method: Method,
    status: Option<StatusCode>,
    connection: u64,
    chunk: usize,
    start: usize,
    path: usize,
    query: Option<usize>,
    headers: usize,
    body: usize,
}

/// As much of a request as is needed to count it.
#[derive(Clone, Copy)]
pub(super) struct Glance<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
}

impl Pages {
    /// Copies a request, and says which line it is.
    pub(super) fn write(&mut self, request: &Request) -> usize {
        let query = request.query.as_deref();
        let headers =
            request.headers.iter().map(|(name, value)| 2 * LENGTH + name.as_str().len() + value.len()).sum();
        let size = request.path.len() + query.map_or(0, str::len) + headers + request.body.len();
        if self.chunks.last().is_none_or(|chunk| chunk.capacity() - chunk.len() < size) {
            self.chunks.push(Vec::with_capacity(size.max(CHUNK)));
        }
        let at = self.chunks.len().saturating_sub(1);
        let Some(chunk) = self.chunks.last_mut() else { return self.lines.len() };
        let start = chunk.len();
        chunk.extend_from_slice(request.path.as_bytes());
        chunk.extend_from_slice(query.unwrap_or_default().as_bytes());
        for (name, value) in &request.headers {
            for part in [name.as_str().as_bytes(), value.as_bytes()] {
                // No header is longer than the head of a request, which is read into one buffer of less than this.
                chunk.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
                chunk.extend_from_slice(part);
            }
        }
        chunk.extend_from_slice(&request.body);
        self.lines.push(Line {
            method: request.method.clone(),
            status: None,
            connection: request.connection,
            chunk: at,
            start,
            path: request.path.len(),
            query: query.map(str::len),
            headers,
            body: request.body.len(),
        });
        self.lines.len() - 1
    }

    /// A request of this line has its answer.
    pub(super) fn answered(&mut self, line: usize, status: StatusCode) {
        if let Some(line) = self.lines.get_mut(line) {
            line.status = Some(status);
        }
    }

    pub(super) fn read(&self) -> Vec<Recorded> {
        self.lines.iter().map(|line| line.decode(self.bytes(line))).collect()
    }

    pub(super) fn glances(&self) -> impl Iterator<Item = Glance<'_>> {
        self.lines
            .iter()
            .map(|line| Glance { method: &line.method, path: text(line.parts(self.bytes(line)).path) })
    }

    /// Forgets all, but keeps room for as many requests as a chunk holds: who clears the journal between two rounds of a
    /// measurement does not want the second one to pay for memory again.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.chunks.truncate(1);
        for chunk in &mut self.chunks {
            chunk.clear();
        }
    }

    fn bytes(&self, line: &Line) -> &[u8] {
        self.chunks.get(line.chunk).and_then(|chunk| chunk.get(line.start..)).unwrap_or_default()
    }
}

/// The parts of a request, as they stand in a chunk.
struct Parts<'a> {
    path: &'a [u8],
    query: Option<&'a [u8]>,
    headers: &'a [u8],
    body: &'a [u8],
}

impl Line {
    fn parts<'a>(&self, bytes: &'a [u8]) -> Parts<'a> {
        let mut rest = bytes;
        let path = take(&mut rest, self.path);
        let query = self.query.map(|length| take(&mut rest, length));
        let headers = take(&mut rest, self.headers);
        Parts { path, query, headers, body: take(&mut rest, self.body) }
    }

    fn decode(&self, bytes: &[u8]) -> Recorded {
        let Parts { path, query, headers, body } = self.parts(bytes);
        Recorded {
            method: self.method.clone(),
            path: text(path).to_owned(),
            query: query.map(|query| text(query).to_owned()),
            headers: header_map(headers),
            body: Bytes::copy_from_slice(body),
            status: self.status,
            connection: self.connection,
        }
    }
}

/// How many bytes say how long the name or the value of a header is.
const LENGTH: usize = size_of::<u32>();

fn header_map(mut headers: &[u8]) -> HeaderMap {
    let mut map = HeaderMap::new();
    while !headers.is_empty() {
        let [name, value] = [(); 2].map(|()| {
            let length = take(&mut headers, LENGTH).try_into().map_or(0, u32::from_le_bytes);
            take(&mut headers, usize::try_from(length).unwrap_or(usize::MAX))
        });
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            map.append(name, value);
        }
    }
    map
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(length.min(rest.len()));
    *rest = left;
    taken
}

/// What was text when it was written.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str, query: Option<&str>, body: &'static [u8]) -> Request {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("x-twice", &b"1"[..]), ("host", b"a"), ("x-twice", b"\xff\xfe"), ("x-empty", b"")]
        {
            headers.append(name, HeaderValue::from_bytes(value).unwrap());
        }
        Request {
            method: Method::from_bytes(b"PROPFIND").unwrap(),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            headers,
            body: Bytes::from_static(body),
            too_large: false,
            origin: "http://a".into(),
            connection: 7,
            arrived: jiff::Timestamp::UNIX_EPOCH,
            transaction_id: String::new(),
            request_id: String::new(),
        }
    }

    #[test]
    fn what_is_written_is_read_byte_for_byte_across_any_number_of_chunks() {
        static LARGE: [u8; CHUNK + 1] = [b'x'; CHUNK + 1];
        let bodies: [&[u8]; 4] = [b"a=%ff&b=\x00\xff", b"", &LARGE, &LARGE[..CHUNK / 2]];
        let mut pages = Pages::default();
        let mut written = Vec::new();
        for number in 0..40 {
            let query = [None, Some(""), Some("a=1&b")][number % 3];
            let request = request(&format!("/a/{number}/é"), query, bodies[number % 4]);
            assert_eq!(pages.write(&request), number);
            written.push(request);
        }
        pages.answered(3, StatusCode::IM_A_TEAPOT);
        pages.answered(40, StatusCode::OK);
        let read = pages.read();
        assert_eq!((read.len(), pages.glances().count()), (40, 40));
        for (number, (seen, sent)) in read.iter().zip(&written).enumerate() {
            assert_eq!(
                (seen.method(), seen.path(), seen.query()),
                ("PROPFIND", &*sent.path, sent.query.as_deref())
            );
            assert_eq!(seen.headers(), &sent.headers);
            assert_eq!(seen.headers().get_all("x-twice").iter().count(), 2);
            assert!(seen.body() == sent.body, "body {number}");
            assert_eq!((seen.status(), seen.connection()), ((number == 3).then_some(418), 7));
        }
        pages.clear();
        assert_eq!((pages.read().len(), pages.chunks.len()), (0, 1));
    }
}
