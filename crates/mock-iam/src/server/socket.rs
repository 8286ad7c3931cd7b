//! What a server listens at, and what its connections run over.

use std::io;
use std::net::TcpListener as StdTcpListener;
#[cfg(unix)]
use std::os::unix::net::UnixListener as StdUnixListener;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};
use tokio_rustls::server::TlsStream;

/// A socket that is bound, and not served yet.
pub(crate) enum Socket {
    Tcp(StdTcpListener),
    #[cfg(unix)]
    Unix(StdUnixListener),
}

/// The same on a runtime.
pub(super) enum Open {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// A client has come.
pub(super) enum Accepted {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    pub(super) fn open(self) -> io::Result<Open> {
        Ok(match self {
            Self::Tcp(listener) => {
                listener.set_nonblocking(true)?;
                Open::Tcp(TcpListener::from_std(listener)?)
            }
            #[cfg(unix)]
            Self::Unix(listener) => {
                listener.set_nonblocking(true)?;
                Open::Unix(UnixListener::from_std(listener)?)
            }
        })
    }
}

impl Open {
    pub(super) async fn accept(&self) -> io::Result<Accepted> {
        Ok(match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                let _ = stream.set_nodelay(true);
                Accepted::Tcp(stream)
            }
            #[cfg(unix)]
            Self::Unix(listener) => Accepted::Unix(listener.accept().await?.0),
        })
    }
}

/// What a connection runs over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Ends the connection with a reset instead of in order.
    fn reset(self);
}

impl Stream for TcpStream {
    fn reset(self) {
        // With a linger time of zero, closing sends a reset.
        let _ = self.set_zero_linger();
    }
}

impl Stream for TlsStream<TcpStream> {
    fn reset(self) {
        self.into_inner().0.reset();
    }
}

#[cfg(unix)]
impl Stream for UnixStream {
    /// There is no reset here: the end comes without a word.
    fn reset(self) {}
}
