//! The wire: listeners, connections, and how an answer or a fault reaches the client.
//!
//! Each server is one thread with a runtime of its own. The code under test may therefore block its thread, pause its
//! runtime's time or shut the runtime down, and still find the server as it was.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::TcpListener as StdListener;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{DATE, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::answer::{Answer, Fault};
use crate::clock::http_date;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::{api, trace};

const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// A port, and the base URL by which it is known.
pub(crate) struct Listener {
    pub(crate) socket: StdListener,
    pub(crate) origin: String,
    pub(crate) tls: Option<TlsAcceptor>,
}

/// A running server; dropping it stops it.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn spawn(cloud: Arc<Cloud>, listeners: Vec<Listener>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let connections = Arc::new(AtomicU64::new(0));
        {
            let _context = runtime.enter();
            for listener in listeners {
                listener.socket.set_nonblocking(true)?;
                let doorway = Doorway {
                    socket: TcpListener::from_std(listener.socket)?,
                    origin: listener.origin.into(),
                    tls: listener.tls,
                    cloud: Arc::clone(&cloud),
                    connections: Arc::clone(&connections),
                };
                runtime.spawn(doorway.accept());
            }
        }
        let thread = thread::Builder::new().name("wml-auth-mock-iam".to_owned()).spawn(move || {
            // Nothing is ever sent: the channel ends when the server is dropped, and the runtime with everything in
            // it ends with it.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Doorway {
    socket: TcpListener,
    origin: Arc<str>,
    tls: Option<TlsAcceptor>,
    cloud: Arc<Cloud>,
    connections: Arc<AtomicU64>,
}

impl Doorway {
    async fn accept(self) {
        loop {
            let Ok((stream, _)) = self.socket.accept().await else {
                // Out of descriptors, most likely: no use in asking again at once.
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            let _ = stream.set_nodelay(true);
            let line = Line {
                cloud: Arc::clone(&self.cloud),
                origin: Arc::clone(&self.origin),
                number: self.connections.fetch_add(1, Ordering::Relaxed),
            };
            match self.tls.clone() {
                None => drop(tokio::spawn(line.serve(stream))),
                Some(tls) => drop(tokio::spawn(async move {
                    // A client that does not trust the certificate is the client's affair.
                    if let Ok(stream) = tls.accept(stream).await {
                        line.serve(stream).await;
                    }
                })),
            }
        }
    }
}

/// One connection.
struct Line {
    cloud: Arc<Cloud>,
    origin: Arc<str>,
    number: u64,
}

impl Line {
    async fn serve<S: Stream>(self, stream: S) {
        let service = service_fn(|request| self.respond(request));
        let mut connection =
            http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service);
        // The service fails only in order to commit a fault. All other errors are clients that went away.
        let Err(error) = Pin::new(&mut connection).await else { return };
        if error.source().and_then(|fault| fault.downcast_ref()) == Some(&Fault::Reset) {
            connection.into_parts().io.into_inner().reset();
        }
    }

    async fn respond(&self, request: http::Request<Incoming>) -> Result<Response<Full<Bytes>>, Fault> {
        let request = self.read(request).await?;
        let entry = self.cloud.journal.enter(&request);
        self.cloud.barriers.pass(&request.path).await;
        let answer = api::answer(&self.cloud, &request);
        if !answer.delay.is_zero() {
            tokio::time::sleep(answer.delay).await;
        }
        match answer.fault {
            Some(fault) => Err(fault),
            None => {
                entry.answered(answer.status);
                Ok(self.response(answer))
            }
        }
    }

    /// Reads the whole request. What is too large is read as well, and forgotten, so that the client gets to hear why.
    async fn read(&self, request: http::Request<Incoming>) -> Result<Request, Fault> {
        let (head, mut incoming) = request.into_parts();
        let mut body = BytesMut::new();
        let mut length = 0usize;
        while let Some(frame) = incoming.frame().await {
            let Ok(data) = frame.map_err(|_| Fault::Close)?.into_data() else { continue };
            length = length.saturating_add(data.len());
            if length <= LARGEST_BODY {
                body.extend_from_slice(&data);
            } else {
                body.clear();
            }
        }
        let transaction_id = head
            .headers
            .get("transaction-id")
            .and_then(|id| id.to_str().ok())
            .map_or_else(|| trace::transaction_id(&self.cloud), str::to_owned);
        Ok(Request {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: head.headers,
            body: body.freeze(),
            too_large: length > LARGEST_BODY,
            origin: Arc::clone(&self.origin),
            connection: self.number,
            arrived: self.cloud.clock.now(),
            transaction_id,
            request_id: self.cloud.noise.uuid(),
        })
    }

    fn response(&self, answer: Answer) -> Response<Full<Bytes>> {
        let body = match answer.status {
            // This one has no body, and a length of 0 would be one header too many.
            StatusCode::NO_CONTENT => Bytes::new(),
            _ => answer.body(),
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        if !response.headers().contains_key(DATE)
            && let Ok(date) = HeaderValue::from_str(&http_date(self.cloud.clock.now()))
        {
            response.headers_mut().insert(DATE, date);
        }
        response
    }
}

/// What a connection runs over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
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

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scripted fault: {self:?}")
    }
}

impl Error for Fault {}
