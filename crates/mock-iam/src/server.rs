//! The wire: listeners, connections, and how an answer reaches the client.
//!
//! An ordinary answer is sent by an ordinary HTTP server. For any other, the connection is taken away from it, and
//! `delivery.rs` does the rest by hand.

pub(crate) mod background;
mod delivery;
pub(crate) mod socket;
mod tunnel;

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, DATE, HOST};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio_rustls::TlsAcceptor;

use self::background::Background;
use self::delivery::{Body, Delivery, head};
use self::socket::{Accepted, Open, Socket, Stream};
use self::tunnel::Tunnel;
use crate::answer::travel::{Fault, Place};
use crate::answer::{Answer, Content};
use crate::cloud::Cloud;
use crate::journal::Entry;
use crate::request::Request;
use crate::{api, control, trace};

const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// A socket, and the base URL by which it is known.
pub(crate) struct Listener {
    pub(crate) socket: Socket,
    pub(crate) origin: String,
    pub(crate) tls: Option<TlsAcceptor>,
    /// What is spoken at the end of a tunnel, where clients may ask for one.
    pub(crate) tunnels: Option<TlsAcceptor>,
    pub(crate) door: Door,
}

/// What is behind a port.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Cloud,
    Control,
}

/// Answers on all listeners until the server is dropped.
pub(crate) fn spawn(cloud: &Arc<Cloud>, listeners: Vec<Listener>) -> io::Result<Background> {
    Background::run(|| {
        let connections = Arc::new(AtomicU64::new(0));
        for listener in listeners {
            let doorway = Doorway {
                socket: listener.socket.open()?,
                origin: listener.origin.into(),
                tls: listener.tls,
                tunnels: listener.tunnels,
                door: listener.door,
                cloud: Arc::clone(cloud),
                connections: Arc::clone(&connections),
            };
            tokio::spawn(doorway.accept());
        }
        Ok(())
    })
}

struct Doorway {
    socket: Open,
    origin: Arc<str>,
    tls: Option<TlsAcceptor>,
    tunnels: Option<TlsAcceptor>,
    door: Door,
    cloud: Arc<Cloud>,
    connections: Arc<AtomicU64>,
}

impl Doorway {
    async fn accept(self) {
        loop {
            let Ok(accepted) = self.socket.accept().await else {
                // Out of descriptors, most likely: no use in asking again at once.
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            let line = Line {
                cloud: Arc::clone(&self.cloud),
                origin: Arc::clone(&self.origin),
                door: self.door,
                number: self.connections.fetch_add(1, Ordering::Relaxed),
                tunnels: self.tunnels.clone(),
                by_hand: Mutex::default(),
            };
            match (accepted, self.tls.clone()) {
                #[cfg(unix)]
                (Accepted::Unix(stream), _) => drop(tokio::spawn(line.serve(stream))),
                (Accepted::Tcp(stream), None) => drop(tokio::spawn(async move {
                    if let Some((tunnel, stream)) = line.serve(stream).await {
                        tunnel.open(stream).await;
                    }
                })),
                (Accepted::Tcp(stream), Some(tls)) => drop(tokio::spawn(async move {
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
    door: Door,
    number: u64,
    tunnels: Option<TlsAcceptor>,
    /// What is to be done by hand, once the HTTP server has let go of the connection.
    by_hand: Mutex<Option<ByHand>>,
}

enum ByHand {
    Answer(Delivery),
    Tunnel(Box<Tunnel>),
}

/// Why the HTTP server does not get an answer to send: it is delivered by hand.
#[derive(Debug)]
struct Withheld;

impl Line {
    /// Gives the connection back if the client asked for a tunnel.
    async fn serve<S: Stream>(self, stream: S) -> Option<(Box<Tunnel>, S)> {
        let service = service_fn(|request| self.respond(request));
        let mut connection =
            http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service);
        // The service fails only to get the connection. All other errors are clients that went away.
        if Pin::new(&mut connection).await.is_ok() {
            return None;
        }
        let by_hand = self.by_hand.lock().unwrap_or_else(PoisonError::into_inner).take();
        let stream = connection.into_parts().io.into_inner();
        match by_hand? {
            ByHand::Answer(delivery) => {
                delivery.carry_out(stream).await;
                None
            }
            ByHand::Tunnel(tunnel) => Some((tunnel, stream)),
        }
    }

    async fn respond(&self, request: http::Request<Incoming>) -> Result<Response<Full<Bytes>>, Withheld> {
        if request.method() == Method::CONNECT
            && let Some(tunnel) = self.tunnel(request.uri())
        {
            *self.by_hand.lock().unwrap_or_else(PoisonError::into_inner) = Some(ByHand::Tunnel(tunnel));
            return Err(Withheld);
        }
        // Whom a request is for has to be said once. Who reads it by hand leaves it out sooner than a client does.
        let hosts = request.headers().get_all(HOST).iter().count();
        if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
            return Ok(bad_request());
        }
        let Ok(request) = self.read(request).await else { return Ok(bad_request()) };
        if self.door == Door::Control {
            return Ok(self.response(control::answer(&self.cloud, &request)));
        }
        let entry = self.cloud.journal.enter(&request);
        self.cloud.barriers.pass(&request.path).await;
        let answer = api::answer(&self.cloud, &request);
        if let Some(delay) = answer.travel.before_head {
            tokio::time::sleep(delay.draw(&self.cloud.draws)).await;
        }
        if answer.travel.is_ordinary() && !matches!(answer.content, Content::Raw(_)) {
            entry.answered(answer.status);
            return Ok(self.response(answer));
        }
        let delivery = self.delivery(answer, entry);
        *self.by_hand.lock().unwrap_or_else(PoisonError::into_inner) = Some(ByHand::Answer(delivery));
        Err(Withheld)
    }

    fn delivery(&self, answer: Answer, entry: Entry) -> Delivery {
        let travel = answer.travel;
        let (head, body) = match &answer.content {
            Content::Raw(bytes) => (Vec::new(), Body::whole(bytes.clone())),
            _ => {
                if !matches!(travel.fault, Some(Fault { at: Place::Head, .. })) {
                    entry.answered(answer.status);
                }
                let body = answer.body();
                let length = travel.chunk.is_none().then_some(body.len());
                let head = head(answer.status, self.response(answer).headers(), length);
                (
                    head,
                    travel.chunk.map_or_else(|| Body::whole(body.clone()), |size| Body::chunked(&body, size)),
                )
            }
        };
        let before_body = travel.before_body.map_or(Duration::ZERO, |delay| delay.draw(&self.cloud.draws));
        Delivery { head, before_body, body, pace: travel.pace, fault: travel.fault, entry }
    }

    /// Reads the whole request. What is too large is read as well, and forgotten, so that the client gets to hear why.
    async fn read(&self, request: http::Request<Incoming>) -> hyper::Result<Request> {
        let (head, mut incoming) = request.into_parts();
        // A body that came in one piece is used as it is, in the buffer in which it was read.
        let (mut whole, mut pieces) = (Bytes::new(), BytesMut::new());
        let mut length = 0usize;
        while let Some(frame) = incoming.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            let is_first = length == 0;
            length = length.saturating_add(data.len());
            if is_first {
                whole = data;
            } else if length <= LARGEST_BODY {
                pieces.extend_from_slice(&std::mem::take(&mut whole));
                pieces.extend_from_slice(&data);
            } else {
                (whole, pieces) = Default::default();
            }
        }
        let transaction_id = head
            .headers
            .get(&trace::TRANSACTION_ID)
            .and_then(|id| id.to_str().ok())
            .map_or_else(|| trace::transaction_id(&self.cloud), str::to_owned);
        let origin = self.origin(&head.headers);
        Ok(Request {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: head.headers,
            body: if whole.is_empty() { pieces.freeze() } else { whole },
            too_large: length > LARGEST_BODY,
            origin,
            connection: self.number,
            arrived: self.cloud.clock.now(),
            transaction_id,
            request_id: self.cloud.noise.uuid(),
        })
    }

    /// The base URL by which this client has reached the server. One that listens at all addresses has no name of its
    /// own, and takes the one that it is called.
    fn origin(&self, headers: &HeaderMap) -> Arc<str> {
        let scheme = self
            .origin
            .split_once(':')
            .filter(|(_, own)| own.starts_with("//0.0.0.0:") || own.starts_with("//[::]:"))
            .map(|(scheme, _)| scheme);
        match (scheme, headers.get(HOST).and_then(|host| host.to_str().ok())) {
            (Some(scheme), Some(host)) => format!("{scheme}://{host}").into(),
            _ => Arc::clone(&self.origin),
        }
    }

    fn response(&self, answer: Answer) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(answer.body()));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        if !response.headers().contains_key(DATE)
            && let Some(date) = self.cloud.date.at(self.cloud.clock.date())
        {
            response.headers_mut().insert(DATE, date);
        }
        response
    }
}

/// What the HTTP server says itself of a request that it cannot read. It is none that the cloud has seen.
fn bad_request() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is delivered by hand")
    }
}

impl Error for Withheld {}
