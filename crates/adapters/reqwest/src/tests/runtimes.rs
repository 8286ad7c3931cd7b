//! On several runtimes, on none, and after one has gone.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use wml_auth_core::Transport;

use super::server::{get, ok, serve, transport};

pub(super) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The server runs on a thread of its own; the clients' runtimes come and go.
fn server() -> (Runtime, SocketAddr, Arc<AtomicUsize>) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (address, connections) = runtime.block_on(serve(ok("hello")));
    (runtime, address, connections)
}

#[test]
fn it_works_on_a_second_runtime_while_the_first_stands_still() {
    let (_server, address, connections) = server();
    let transport = transport();
    let (first, second) = (runtime(), runtime());
    first.block_on(transport.send(get(address))).unwrap();
    second.block_on(transport.send(get(address))).unwrap();
    first.block_on(transport.send(get(address))).unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2, "one connection for each runtime, kept by it");
}

#[test]
fn it_works_after_its_first_runtime_is_gone() {
    let (_server, address, _) = server();
    let transport = transport();
    for _ in 0..40 {
        let answer = runtime().block_on(transport.send(get(address))).unwrap();
        assert_eq!(answer.body(), b"hello");
    }
}

#[test]
fn a_request_whose_runtime_ends_fails_instead_of_hanging() {
    let (gone, other) = (runtime(), runtime());
    let listener = gone.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let transport = transport();
    let mut sending = transport.send(get(address));
    gone.block_on(async {
        tokio::select! {
            biased;
            _ = &mut sending => panic!("nobody answers"),
            accepted = listener.accept() => drop(accepted.unwrap()),
        }
    });
    drop((listener, gone));
    let error = other.block_on(sending).unwrap_err();
    assert!(error.is_unreachable(), "{error}");
}

#[test]
fn outside_a_runtime_it_says_so() {
    let transport = transport();
    let mut sending = transport.send(get("127.0.0.1:1"));
    let waker = std::task::Waker::noop();
    let polled = sending.as_mut().poll(&mut std::task::Context::from_waker(waker));
    let std::task::Poll::Ready(Err(error)) = polled else { panic!("it waits for a runtime") };
    assert!(error.is_misconfigured() && error.message().contains("outside a tokio runtime"), "{error}");
}

#[test]
fn a_runtime_without_sockets_is_told_what_it_lacks() {
    let bare = Builder::new_current_thread().build().unwrap();
    let error = bare.block_on(transport().send(get("127.0.0.1:1"))).unwrap_err();
    assert!(!error.is_retryable() && error.hint().is_some_and(|hint| hint.contains("enable_all")), "{error}");
}
