//! The least of a client: one connection, one request at a time.

use std::io::{Read, Write};
use std::net::TcpStream;

/// A connection that is kept.
pub(crate) struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Client {
    /// Connects to `http://HOST:PORT`, to ask for a token with this key again and again.
    pub(crate) fn new(url: &str, api_key: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a server");
        stream.set_nodelay(true).expect("a socket");
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ibm:params:oauth:grant-type:apikey")
            .append_pair("apikey", api_key)
            .finish();
        let request = format!(
            "POST /identity/token HTTP/1.1\r\nhost: iam\r\naccept: application/json\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        );
        Self { stream, request: request.into_bytes(), answer: Vec::new() }
    }

    /// Asks, and gives back the body of the answer.
    pub(crate) fn token(&mut self) -> &[u8] {
        self.stream.write_all(&self.request).expect("a server");
        self.answer.clear();
        let mut piece = [0; 8192];
        loop {
            let read = self.stream.read(&mut piece).expect("an answer");
            assert!(read > 0, "the server went away");
            self.answer.extend_from_slice(&piece[..read]);
            if let Some((head, length)) = self.head()
                && self.answer.len() >= head + length
            {
                assert!(self.answer.starts_with(b"HTTP/1.1 200"), "no token");
                return &self.answer[head..head + length];
            }
        }
    }

    /// Where the body begins, and how long it is.
    fn head(&self) -> Option<(usize, usize)> {
        let end = self.answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&self.answer[..end]).ok()?.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"))?;
        Some((end, length.trim().parse().ok()?))
    }
}
