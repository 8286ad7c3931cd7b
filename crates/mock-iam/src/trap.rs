//! Another host, which a secret must never reach.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::byte_serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::server::background::Background;

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/// A server on a loopback port of its own that keeps every byte which it is sent, and answers `{}` to everything.
///
/// ```
/// use wml_auth_mock_iam::{Answer, MockIam, Route, Trap};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let (cloud, trap) = (MockIam::start().await?, Trap::start().await?);
/// cloud.on(Route::Token).always(Answer::redirect(307, trap.url()));
/// // … the code under test asks for a token; then
/// assert!(!trap.has_seen(&cloud.fixture().api_key));
/// assert_eq!(trap.connections(), 0);
/// # Ok(())
/// # }
/// ```
pub struct Trap {
    url: String,
    catch: Arc<Mutex<Vec<Vec<u8>>>>,
    _server: Background,
}

impl Trap {
    /// Starts a server on a free port.
    ///
    /// # Errors
    ///
    /// When no port or thread can be had.
    pub async fn start() -> io::Result<Self> {
        let socket = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let url = format!("http://{}", socket.local_addr()?);
        let catch = Arc::default();
        let server = Background::run(|| {
            drop(tokio::spawn(accept(TcpListener::from_std(socket)?, Arc::clone(&catch))));
            Ok(())
        })?;
        Ok(Self { url, catch, _server: server })
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many connections came, whether or not anything was said on them.
    #[must_use]
    pub fn connections(&self) -> usize {
        caught(&self.catch).len()
    }

    /// Whether this secret arrived: as it is, escaped as in a form, or in Basic credentials.
    #[must_use]
    pub fn has_seen(&self, secret: &str) -> bool {
        let escaped = byte_serialize(secret.as_bytes()).collect::<String>();
        caught(&self.catch).iter().any(|bytes| {
            contains(bytes, secret.as_bytes())
                || contains(bytes, escaped.as_bytes())
                || basic(bytes).any(|plain| contains(&plain, secret.as_bytes()))
        })
    }
}

async fn accept(socket: TcpListener, catch: Arc<Mutex<Vec<Vec<u8>>>>) {
    while let Ok((stream, _)) = socket.accept().await {
        let number = {
            let mut catch = caught(&catch);
            catch.push(Vec::new());
            catch.len() - 1
        };
        tokio::spawn(listen(stream, number, Arc::clone(&catch)));
    }
}

/// Says hello once the head of a request is there, and goes on listening until the client has enough.
async fn listen(mut stream: TcpStream, number: usize, catch: Arc<Mutex<Vec<Vec<u8>>>>) {
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        let heads = {
            let mut catch = caught(&catch);
            let Some(bytes) = catch.get_mut(number) else { return };
            let before = heads(bytes);
            bytes.extend_from_slice(piece.get(..read).unwrap_or_default());
            heads(bytes) - before
        };
        for _ in 0..heads {
            let _ = stream.write_all(HELLO).await;
        }
    }
}

fn heads(bytes: &[u8]) -> usize {
    bytes.windows(4).filter(|window| window == b"\r\n\r\n").count()
}

fn caught(catch: &Mutex<Vec<Vec<u8>>>) -> MutexGuard<'_, Vec<Vec<u8>>> {
    catch.lock().unwrap_or_else(PoisonError::into_inner)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    !wanted.is_empty() && bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// What stands behind every `Basic`, decoded.
fn basic(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let words = text.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>();
    words.into_iter().filter_map(|word| STANDARD.decode(word).ok())
}

impl fmt::Debug for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trap").field("url", &self.url).field("connections", &self.connections()).finish()
    }
}
