//! A client of a hundred lines: it writes exactly what a test says and reads until the connection ends.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use wml_auth_mock_iam::MockIam;

pub(crate) const APIKEY: &str = "urn:ibm:params:oauth:grant-type:apikey";
pub(crate) const ASSUME: &str = "urn:ibm:params:oauth:grant-type:assume";
pub(crate) const CR_TOKEN: &str = "urn:ibm:params:oauth:grant-type:cr-token";
pub(crate) const DELEGATED: &str = "urn:ibm:params:oauth:grant-type:delegated-refresh-token";
pub(crate) const DERIVE: &str = "urn:ibm:params:oauth:grant-type:derive";
pub(crate) const IAM_AUTHZ: &str = "urn:ibm:params:oauth:grant-type:iam-authz";
pub(crate) const PASSCODE: &str = "urn:ibm:params:oauth:grant-type:passcode";
pub(crate) const VERSION: &str = "version=2026-10-14";

/// A request.
#[derive(Clone)]
pub(crate) struct Ask {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn ask(method: &str, target: &str) -> Ask {
    Ask { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
}

pub(crate) fn get(target: &str) -> Ask {
    ask("GET", target)
}

pub(crate) fn post(target: &str) -> Ask {
    ask("POST", target)
}

/// A token request with these parameters as its form.
pub(crate) fn token(params: &[(&str, &str)]) -> Ask {
    post("/identity/token").form(params)
}

/// The token request which everybody sends.
pub(crate) fn apikey(key: &str) -> Ask {
    token(&[("grant_type", APIKEY), ("apikey", key)])
}

/// A good access token for a key.
pub(crate) async fn access_token(cloud: &MockIam, key: &str) -> String {
    apikey(key).send(cloud).await.ok(200)["access_token"].as_str().unwrap().to_owned()
}

pub(crate) fn encode(params: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

impl Ask {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn basic(self, user: &str, password: &str) -> Self {
        self.header("Authorization", &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn form(self, params: &[(&str, &str)]) -> Self {
        self.header("Content-Type", "application/x-www-form-urlencoded").body(encode(params))
    }

    pub(crate) fn json(self, body: Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    /// Sends it on a connection of its own.
    pub(crate) async fn send(&self, cloud: &MockIam) -> Reply {
        self.try_send(cloud).await.unwrap()
    }

    pub(crate) async fn try_send(&self, cloud: &MockIam) -> io::Result<Reply> {
        let address = cloud.url().trim_start_matches("http://");
        self.exchange(TcpStream::connect(address).await?).await
    }

    pub(crate) async fn exchange(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
    ) -> io::Result<Reply> {
        stream.write_all(&self.wire("close")).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Reply::parse(&answer).ok_or_else(|| {
            io::Error::new(io::ErrorKind::UnexpectedEof, "the connection ended without an answer")
        })
    }

    pub(crate) fn wire(&self, connection: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: mock\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\nConnection: {connection}\r\n\r\n", self.body.len()));
        [head.as_bytes(), &self.body].concat()
    }
}

impl Reply {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Some(Self { status, headers, body: bytes[end + 4..].to_vec() })
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }
}
