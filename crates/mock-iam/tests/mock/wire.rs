//! Faults as they are on the wire: which bytes come, and how the connection ends.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wml_auth_mock_iam::{Answer, Delay, MockIam, Route};

use crate::client::{apikey, get};

const BODY: &str = r#"{"number":"0123456789"}"#;
const HOUR: Duration = Duration::from_secs(3600);

/// All that came before the connection ended, and how it did.
struct Heard {
    bytes: Vec<u8>,
    end: Result<(), ErrorKind>,
}

impl Heard {
    fn head(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in: {text}")).0.to_owned()
    }

    fn body(&self) -> &[u8] {
        &self.bytes[self.head().len() + 4..]
    }
}

async fn ask(cloud: &MockIam) -> TcpStream {
    let mut stream = TcpStream::connect(cloud.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(&get("/identity/keys").wire("keep-alive")).await.unwrap();
    stream
}

async fn listen(mut stream: TcpStream) -> Heard {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece).await {
            Ok(0) => return Heard { bytes, end: Ok(()) },
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
            Err(error) => return Heard { bytes, end: Err(error.kind()) },
        }
    }
}

async fn heard(answer: Answer) -> Heard {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Keys).then(answer);
    tokio::time::timeout(Duration::from_secs(30), listen(ask(&cloud).await)).await.unwrap()
}

/// What has come when nothing more does: the bytes up to the fault, with the connection still open.
async fn stalled(answer: Answer, bytes_of_body: usize) {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Keys).then(answer);
    let mut stream = ask(&cloud).await;
    let mut bytes = Vec::new();
    loop {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if head.is_some_and(|head| bytes.len() >= head + 4 + bytes_of_body) {
            break;
        }
        let mut byte = [0; 1];
        stream.read_exact(&mut byte).await.unwrap();
        bytes.extend_from_slice(&byte);
    }
    // The rest, if there were any, would have been sent before this answer.
    get("/identity/keys").send(&cloud).await.ok(200);
    assert_eq!(stream.try_read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(cloud.journal().peak_in_flight(), 2, "it is still in flight");
    drop(cloud);
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0, "the server's end ends it");
}

fn json() -> Answer {
    Answer::bytes(200, BODY).content_type("application/json")
}

#[tokio::test]
async fn an_answer_by_hand_reads_like_any_other() {
    let by_hand = heard(json().body_delayed(Duration::ZERO)).await;
    assert_eq!(by_hand.end, Ok(()));
    assert_eq!(by_hand.body(), BODY.as_bytes());
    let head = by_hand.head();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    for header in ["content-type: application/json", "content-length: 23", "connection: close", "date: "] {
        assert!(head.contains(header), "{head}");
    }
}

#[tokio::test]
async fn a_connection_closes_in_mid_body() {
    let cut = heard(json().closed_after(5)).await;
    assert_eq!((cut.body(), cut.end), (&BODY.as_bytes()[..5], Ok(())));
    assert!(cut.head().contains("content-length: 23"), "it promised more");
    let head_only = heard(json().closed_after(0)).await;
    assert_eq!((head_only.body(), head_only.end), (&b""[..], Ok(())));
}

#[tokio::test]
async fn a_connection_is_reset_before_the_head_and_in_mid_body() {
    let nothing = heard(Answer::reset()).await;
    assert_eq!((nothing.bytes, nothing.end), (vec![], Err(ErrorKind::ConnectionReset)));
    let cut = heard(json().reset_after(7)).await;
    assert_eq!(cut.end, Err(ErrorKind::ConnectionReset));
    // A reset may outrun what was sent before it, but nothing comes that should not.
    assert!(cut.bytes.is_empty() || cut.body() == &BODY.as_bytes()[..7], "{:?}", cut.bytes);
}

#[tokio::test]
async fn a_chunked_body_lacks_its_last_chunks() {
    let whole = heard(json().chunked(10)).await;
    assert!(whole.head().contains("transfer-encoding: chunked") && !whole.head().contains("content-length"));
    assert_eq!(whole.body(), b"a\r\n{\"number\":\r\na\r\n\"012345678\r\n3\r\n9\"}\r\n0\r\n\r\n");
    let cut = heard(json().chunked(10).closed_after(10)).await;
    assert_eq!((cut.body(), cut.end), (&b"a\r\n{\"number\":"[..], Ok(())));
    let inside = heard(json().chunked(10).closed_after(12)).await;
    assert_eq!(inside.body(), b"a\r\n{\"number\":\r\na\r\n\"0");
}

#[tokio::test]
async fn a_stall_is_silence_for_good() {
    stalled(json().stalled_after(0), 0).await;
    stalled(json().stalled_after(9), 9).await;
    stalled(json().body_delayed(HOUR), 0).await;
    stalled(json().dripped(4, HOUR), 4).await;
}

#[tokio::test]
async fn a_stall_before_the_head_lasts_until_the_client_gives_up() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Keys).then(Answer::stall());
    let stream = ask(&cloud).await;
    while cloud.journal().requests().is_empty() {
        tokio::task::yield_now().await;
    }
    get("/identity/keys").send(&cloud).await.ok(200);
    assert_eq!(stream.try_read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(stream);
    // Once it is gone, a new peak counts from nothing.
    let forgotten = async {
        loop {
            cloud.journal().clear();
            if cloud.journal().peak_in_flight() == 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), forgotten).await.unwrap();
}

#[tokio::test]
async fn a_drip_arrives_whole_and_late() {
    let begun = tokio::time::Instant::now();
    let drip = heard(json().dripped(3, Duration::from_millis(2))).await;
    assert_eq!(drip.body(), BODY.as_bytes());
    assert!(begun.elapsed() >= Duration::from_millis(14), "23 bytes in threes are seven pauses");
}

#[tokio::test]
async fn delays_of_head_and_body_add_up() {
    let ms = Duration::from_millis;
    let begun = tokio::time::Instant::now();
    heard(json().delayed(ms(4)).body_delayed(Delay::uniform(ms(4), ms(5)))).await;
    assert!(begun.elapsed() >= ms(8));
}

#[tokio::test]
async fn garbage_is_no_http() {
    let garbage = heard(Answer::garbage()).await;
    assert!(!garbage.bytes.is_empty() && !garbage.bytes.starts_with(b"HTTP"));
    assert_eq!(garbage.end, Ok(()));
    assert_eq!(heard(Answer::raw("HTTP/1.1 20")).await.bytes, b"HTTP/1.1 20");
    let cut = heard(Answer::raw("HTTP/9.9").reset_after(4)).await;
    assert_eq!(cut.end, Err(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn headers_flood() {
    let flood = heard(json().header_flood(20_000).body_delayed(Duration::ZERO)).await;
    assert_eq!(flood.head().matches("\r\nx-flood-").count(), 20_000);
    assert!(flood.head().len() > 2_000_000);
}

#[tokio::test]
async fn bodies_are_wrong_as_promised() {
    let bomb = heard(Answer::gzip_bomb().body_delayed(Duration::ZERO)).await;
    assert!(bomb.head().contains("content-encoding: gzip") && bomb.body().starts_with(&[0x1f, 0x8b]));
    let latin = heard(Answer::invalid_utf8().body_delayed(Duration::ZERO)).await;
    assert!(std::str::from_utf8(latin.body()).is_err());
    let twice = heard(Answer::duplicate_members().body_delayed(Duration::ZERO)).await;
    assert_eq!(String::from_utf8_lossy(twice.body()).matches("\"access_token\":").count(), 2);
    let page = heard(Answer::gateway_502().body_delayed(Duration::ZERO)).await;
    assert!(page.head().starts_with("HTTP/1.1 502 ") && page.body().starts_with(b"<!DOCTYPE html>"));
    let page = heard(Answer::gateway_404().body_delayed(Duration::ZERO)).await;
    assert!(page.head().starts_with("HTTP/1.1 404 "));
    assert!(String::from_utf8_lossy(page.body()).contains("iam-gateway"));
    let text = heard(json().content_type("text/plain").body_delayed(Duration::ZERO)).await;
    assert!(text.head().contains("content-type: text/plain") && !text.head().contains("application/json"));
}

#[tokio::test]
async fn the_servers_own_answer_can_be_cut_and_the_journal_knows_its_status() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).then(Answer::normal().closed_after(20)).then(Answer::garbage());
    let key = cloud.fixture().api_key.clone();
    let cut = apikey(&key).send(&cloud).await;
    assert_eq!((cut.status, cut.text().as_str()), (200, r#"{"access_token":"eyJ"#));
    assert!(apikey(&key).try_send(&cloud).await.is_err());
    let statuses = cloud.journal().requests().iter().map(|seen| seen.status()).collect::<Vec<_>>();
    assert_eq!(statuses, [Some(200), None]);
}
