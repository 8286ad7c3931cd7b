//! Those who are measured beside each other.

use std::convert::Infallible;
use std::thread;

use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};
use wml_auth_mock_iam::MockIam;

/// A runtime for the client's side, which does nothing but start servers.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The mock, with or without leave to give a token out twice.
pub(crate) fn mock(runtime: &Runtime, reuse_tokens: bool) -> MockIam {
    runtime.block_on(MockIam::builder().reuse_tokens(reuse_tokens).start()).expect("a port")
}

/// The peer, with one constant answer.
pub(crate) fn peer(runtime: &Runtime, body: &[u8]) -> MockServer {
    runtime.block_on(async {
        // Not one from the pool, which would have been started for somebody else.
        let server = MockServer::builder().start().await;
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        Mock::given(method("POST")).and(path("/identity/token")).respond_with(answer).mount(&server).await;
        server
    })
}

/// The stack of the mock with nothing in it: it reads a request and answers with a constant. It runs until the end.
pub(crate) fn bare(body: &[u8]) -> String {
    let body = Bytes::copy_from_slice(body);
    let (tell, told) = oneshot::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            tell.send(listener.local_addr().expect("an address")).expect("somebody waits");
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let _ = stream.set_nodelay(true);
                let body = body.clone();
                let answer = service_fn(move |request: http::Request<Incoming>| {
                    let body = body.clone();
                    async move {
                        let _ = request.into_body().collect().await;
                        let answer = Response::builder().header("content-type", "application/json");
                        Ok::<_, Infallible>(answer.body(Full::new(body)).expect("an answer"))
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
    });
    format!("http://{}", told.blocking_recv().expect("an address"))
}
