//! Redirects, and where a secret goes when it follows one.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wml_auth_mock_iam::{Answer, MockIam, Route, Trap};

use crate::client::{Ask, apikey, get};

const SECRET: &str = "a secret/with+signs";

/// Returns once the trap has answered, so that it has seen what was sent.
async fn sent(trap: &Trap, ask: Ask) {
    let mut stream = TcpStream::connect(trap.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(&ask.wire("keep-alive")).await.unwrap();
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n{}") {
        assert_ne!(stream.read_buf(&mut heard).await.unwrap(), 0, "it hung up");
    }
}

#[tokio::test]
async fn a_secret_is_recognised_in_every_dress() {
    for ask in [
        apikey(SECRET),
        get("/").basic("apikey", SECRET),
        get("/").bearer(SECRET),
        get("/").header("IAM-ApiKey", SECRET),
        get("/?apikey=a%20secret%2Fwith%2Bsigns").header("x", SECRET),
    ] {
        let trap = Trap::start().await.unwrap();
        sent(&trap, ask).await;
        assert!(trap.has_seen(SECRET));
        assert!(!trap.has_seen("another") && !trap.has_seen(""));
        assert_eq!(trap.connections(), 1);
        assert!(!format!("{trap:?}").contains(SECRET));
    }
}

#[tokio::test]
async fn redirects_lead_where_they_say() {
    let trap = Trap::start().await.unwrap();
    let cloud = MockIam::builder().tls(true).start().await.unwrap();
    let down = format!("{}/identity/token", cloud.url());
    cloud
        .on(Route::Token)
        .then(Answer::redirect(307, "/oidc/token"))
        .then(Answer::redirect(308, trap.url()))
        .then(Answer::redirect(302, &down));
    let key = &cloud.fixture().api_key;
    for expected in ["/oidc/token", trap.url(), &down] {
        assert_eq!(apikey(key).send(&cloud).await.header("location"), expected);
    }
    cloud.on(Route::Token).always(Answer::redirect(301, "/identity/token"));
    for _ in 0..3 {
        assert_eq!(apikey(key).send(&cloud).await.header("location"), "/identity/token");
    }
    assert_eq!(trap.connections(), 0);
}
