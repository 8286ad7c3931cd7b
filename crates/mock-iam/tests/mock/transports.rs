//! Other ways to reach the server than a port of IPv4, and tokens that are given out twice.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr};

use wml_auth_mock_iam::{MockIam, Route, TokenAnswer};

use crate::client::{access_token, apikey, get};

#[tokio::test]
async fn it_listens_at_ipv6() {
    let cloud = match MockIam::builder().host(Ipv6Addr::LOCALHOST.into()).start().await {
        Ok(cloud) => cloud,
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
            eprintln!("not run: this machine has no IPv6");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    assert!(cloud.url().starts_with("http://[::1]:"));
    access_token(&cloud, &cloud.fixture().api_key).await;
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[tokio::test]
async fn at_all_addresses_it_calls_itself_what_the_client_calls_it() {
    let cloud = MockIam::builder().host(Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap();
    let port = cloud.url().rsplit(':').next().unwrap();
    let stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    let discovery = get("/identity/.well-known/openid-configuration").exchange(stream).await.unwrap();
    // The client of these tests says `Host: mock`.
    assert_eq!(discovery.ok(200)["token_endpoint"], "http://mock/identity/token");
}

#[cfg(unix)]
#[tokio::test]
async fn it_listens_at_a_unix_socket_and_removes_it() {
    let path = std::env::temp_dir().join(format!("wml-auth-mock-{}.sock", std::process::id()));
    let cloud = MockIam::builder().unix_socket(&path).start().await.unwrap();
    assert_eq!(cloud.unix_socket(), Some(path.as_path()));
    assert_eq!(cloud.fixture().unix_socket.as_deref(), Some(path.as_path()));
    let stream = || tokio::net::UnixStream::connect(&path);
    let login = apikey(&cloud.fixture().api_key);
    let token = login.exchange(stream().await.unwrap()).await.unwrap().ok(200);
    let discovery = get("/identity/.well-known/openid-configuration");
    let discovery = discovery.exchange(stream().await.unwrap()).await.unwrap().ok(200);
    assert_eq!(discovery["token_endpoint"], "http://localhost/identity/token");
    // It is the same cloud.
    let bearer = token["access_token"].as_str().unwrap();
    get("/v2/spaces").bearer(bearer).send(&cloud).await.ok(200);
    assert_eq!(cloud.journal().requests().len(), 3);

    // Faults travel here as well; a reset is an end without an answer.
    drop(cloud.on(Route::Token).then(wml_auth_mock_iam::Answer::reset()));
    assert!(login.exchange(stream().await.unwrap()).await.is_err());

    drop(cloud);
    assert!(!path.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_that_cannot_be_made_is_an_error() {
    assert!(MockIam::builder().unix_socket("/nowhere/at/all.sock").start().await.is_err());
}

#[tokio::test]
async fn tokens_are_all_different_unless_they_may_be_reused() {
    let cloud = MockIam::start().await.unwrap();
    let key = &cloud.fixture().api_key;
    assert_ne!(access_token(&cloud, key).await, access_token(&cloud, key).await);

    let cloud = MockIam::builder().reuse_tokens(true).start().await.unwrap();
    let (user, service) = (&cloud.fixture().api_key, &cloud.fixture().service_api_key);
    // However slow the machine is, two of these are of one second.
    let mut tokens = Vec::new();
    for _ in 0..50 {
        tokens.push(access_token(&cloud, user).await);
    }
    assert!(tokens.windows(2).any(|pair| pair[0] == pair[1]));
    assert!(!tokens.contains(&access_token(&cloud, service).await), "everybody has their own");

    let last = access_token(&cloud, user).await;
    cloud.identities().revoke_token(&last);
    let next = access_token(&cloud, user).await;
    assert_ne!(next, last, "a revoked token is not given out again");
    get("/v2/spaces").bearer(&next).send(&cloud).await.ok(200);

    drop(cloud.on(Route::Token).then(TokenAnswer::new().unknown_kid()));
    let odd = access_token(&cloud, user).await;
    assert_ne!(access_token(&cloud, user).await, odd, "an odd one is for one caller");
    cloud.rotate_signing_keys();
    get("/v2/spaces").bearer(&access_token(&cloud, user).await).send(&cloud).await.ok(200);
}
