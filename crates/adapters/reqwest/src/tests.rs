//! Against real sockets on the loopback interface.

mod runtimes;
mod server;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wml_auth_core::{BodyLimit, CertificateChecks, Transport};

use self::server::{get, ok, read_request, refusal, serve, transport};
use crate::ReqwestTransport;

#[tokio::test]
async fn the_request_arrives_whole_and_the_answer_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await.unwrap();
        let answer = b"HTTP/1.1 418 Teapot\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}";
        stream.write_all(answer).await.unwrap();
        request
    });
    let request = Request::post(format!("http://{address}/identity/token"))
        .header("transaction-id", "t-1")
        .body(b"grant_type=x&apikey=k".to_vec())
        .unwrap();
    let answer = transport().send(request).await.unwrap();
    assert_eq!((answer.status(), answer.body().as_slice()), (StatusCode::IM_A_TEAPOT, b"{}".as_slice()));
    assert_eq!(answer.headers()["retry-after"], "7");
    let seen = server.await.unwrap();
    assert!(seen.starts_with("POST /identity/token HTTP/1.1\r\n"), "{seen}");
    assert!(seen.ends_with("\r\n\r\ngrant_type=x&apikey=k"), "{seen}");
    let head = seen.to_lowercase();
    assert!(head.contains("\r\ntransaction-id: t-1\r\n"), "{head}");
    assert!(head.contains(concat!("\r\nuser-agent: wml-auth/", env!("CARGO_PKG_VERSION"), "\r\n")), "{head}");
    assert!(!head.contains("accept-encoding"), "{head}");
}

#[tokio::test]
async fn the_callers_own_user_agent_stands() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await.unwrap().to_lowercase();
        stream.write_all(&ok("")).await.unwrap();
        request
    });
    let mut request = get(address);
    request.headers_mut().insert("user-agent", "mine/2".parse().unwrap());
    transport().send(request).await.unwrap();
    let seen = server.await.unwrap();
    assert!(seen.contains("\r\nuser-agent: mine/2\r\n") && !seen.contains("wml-auth/"), "{seen}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (elsewhere, followed) = serve(ok("stolen")).await;
    for status in [301, 302, 303, 307, 308] {
        let answer =
            format!("HTTP/1.1 {status} Moved\r\nlocation: http://{elsewhere}/\r\ncontent-length: 0\r\n\r\n");
        let (address, _) = serve(answer.into_bytes()).await;
        let mut request = get(address);
        *request.method_mut() = http::Method::POST;
        assert_eq!(transport().send(request).await.unwrap().status().as_u16(), status);
    }
    assert_eq!(followed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_whether_announced_or_not() {
    let body = "x".repeat(10 * 1024 * 1024);
    let mut chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    chunked.extend_from_slice(format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).as_bytes());
    for answer in [ok(&body), chunked] {
        let (address, _) = serve(answer.clone()).await;
        let error = refusal(address).await;
        assert!(error.is_invalid_answer() && !error.is_retryable(), "{error}");
        assert_eq!(error.host(), Some(address.to_string().as_str()));

        let mut request = get(address);
        request.extensions_mut().insert(BodyLimit(body.len()));
        assert_eq!(transport().send(request).await.unwrap().body().len(), body.len());
    }
}

#[tokio::test]
async fn exactly_the_limit_is_accepted() {
    let (address, _) = serve(ok(&"x".repeat(64 * 1024))).await;
    assert_eq!(transport().send(get(address)).await.unwrap().body().len(), 64 * 1024);
    let (address, _) = serve(ok(&"x".repeat(64 * 1024 + 1))).await;
    assert!(refusal(address).await.is_invalid_answer());
}

#[tokio::test]
async fn an_answer_that_was_compressed_unasked_is_refused() {
    let (address, _) =
        serve(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
    assert!(refusal(address).await.is_invalid_answer());
}

#[tokio::test]
async fn what_is_not_http_is_an_invalid_answer() {
    let (address, _) = serve(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()).await;
    let error = refusal(address).await;
    assert!(error.is_invalid_answer(), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_worth_another_try() {
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(answer).await.unwrap();
        });
        let error = refusal(address).await;
        assert!(error.is_unreachable(), "{error}");
        assert!(error.message().contains("broke"), "{error}");
    }
}

#[tokio::test]
async fn a_refused_connection_says_so_and_where() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = refusal(address).await;
    assert!(error.is_unreachable(), "{error}");
    assert_eq!(error.message(), "the connection was refused");
    assert_eq!(error.host(), Some(address.to_string().as_str()));
}

#[tokio::test]
async fn a_name_that_cannot_be_one_is_misconfigured() {
    let url = format!("https://{}.invalid/", "a".repeat(64));
    let error = transport().send(Request::get(url).body(Vec::new()).unwrap()).await.unwrap_err();
    assert!(error.is_misconfigured() && error.message().contains("host name"), "{error}");
}

/// The head of an answer comes and the rest does not; then the time is moved on, not waited for.
#[tokio::test]
async fn a_slow_body_runs_out_of_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (answered, waiting) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
        answered.send(stream).unwrap();
    });
    let asked = tokio::spawn(async move { refusal(address).await });
    let _open = waiting.await.unwrap();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    let error = asked.await.unwrap();
    assert!(error.is_unreachable() && error.message().contains("30s"), "{error}");
}

#[tokio::test]
async fn dropping_the_future_gives_the_request_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = tokio::spawn(async move { transport().send(get(address)).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    read_request(&mut stream).await.unwrap();
    asked.abort();
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0, "the connection is closed");
}

#[tokio::test]
async fn localhost_is_this_machine() {
    let (address, _) = serve(ok("here")).await;
    let answer = transport().send(get(format!("localhost:{}", address.port()))).await.unwrap();
    assert_eq!(answer.body(), b"here");
}

/// Asks the test program itself to run one test again with other environment variables: this process's own cannot be
/// changed safely.
fn run_again(test: &str, variables: &[(&str, &str)]) -> bool {
    let program = std::env::current_exe().unwrap();
    let mut child = std::process::Command::new(program);
    child.args(["--exact", &format!("tests::{test}"), "--ignored", "--quiet"]).env_clear();
    child.envs(std::env::vars().filter(|(name, _)| !name.to_lowercase().ends_with("_proxy")));
    child.envs(variables.iter().copied()).stdout(std::process::Stdio::null());
    child.status().unwrap().success()
}

#[test]
fn loopback_does_not_go_by_a_proxy_and_the_rest_does() {
    let server = runtimes::runtime();
    let (listener, address) = server.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        (listener, address)
    });
    let asked = std::thread::spawn(move || {
        server.block_on(async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = read_request(&mut stream).await.unwrap();
            stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            request
        })
    });
    let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let variables: Vec<_> = names.iter().map(|name| (*name, address.as_str())).collect();
    assert!(run_again("with_a_proxy_in_the_environment", &variables));
    let request = asked.join().unwrap();
    assert!(request.starts_with("CONNECT iam.example.invalid:443 "), "{request}");
}

#[tokio::test]
#[ignore = "run by another test, with a proxy in its environment"]
async fn with_a_proxy_in_the_environment() {
    let (address, _) = serve(ok("direct")).await;
    let transport = transport();
    assert_eq!(transport.send(get(address)).await.unwrap().body(), b"direct");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let tls_on_loopback = Request::get(format!("https://{closed}/")).body(Vec::new()).unwrap();
    let error = transport.send(tls_on_loopback).await.unwrap_err();
    assert_eq!(error.message(), "the connection was refused", "asked directly, not by the proxy");
    let elsewhere = Request::get("https://iam.example.invalid/").body(Vec::new()).unwrap();
    let error = transport.send(elsewhere).await.unwrap_err();
    assert!(error.is_unreachable() && error.hint().is_some_and(|hint| hint.contains("PROXY")), "{error}");
}

#[tokio::test]
async fn a_server_is_believed_only_by_its_authority() {
    let signed = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let pem = signed.cert.pem();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![signed.cert.der().clone()], key)
            .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                read_request(&mut stream).await;
                let _ = stream.write_all(&ok("safe")).await;
                let _ = stream.flush().await;
            }
        }
    });
    let request = || Request::get(format!("https://{address}/")).body(Vec::new()).unwrap();
    let trusting = ReqwestTransport::builder().ca_certificate(pem.as_bytes()).build().unwrap();
    assert_eq!(trusting.send(request()).await.unwrap().body(), b"safe");

    let another = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap().cert.pem();
    let wary = ReqwestTransport::builder().ca_certificate(another.as_bytes()).build().unwrap();
    let error = wary.send(request()).await.unwrap_err();
    assert!(error.is_unreachable() && error.message().contains("certificate"), "{error}");

    let mut exempt = request();
    exempt.extensions_mut().insert(CertificateChecks::Off);
    assert_eq!(wary.send(exempt).await.unwrap().body(), b"safe");
    let error = wary.send(request()).await.unwrap_err();
    assert!(error.is_unreachable(), "the next request is checked again: {error}");
}

#[test]
fn options_that_cannot_work_are_refused_when_building() {
    let refused = |builder: crate::ReqwestTransportBuilder| builder.build().unwrap_err().is_misconfigured();
    assert!(refused(ReqwestTransport::builder().ca_certificate(b"")));
    assert!(refused(ReqwestTransport::builder().ca_certificate(b"no PEM at all")));
    assert!(refused(
        ReqwestTransport::builder()
            .ca_certificate(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    ));
    assert!(refused(ReqwestTransport::builder().user_agent("a\nb")));
    assert!(refused(ReqwestTransport::builder().timeout(Duration::ZERO)));
}

#[test]
fn debug_shows_the_options() {
    let shown = format!("{:?}", transport());
    assert!(shown.contains("30s") && shown.contains("wml-auth/"), "{shown}");
}
