//! Requests that are wrong as HTTP, byte by byte: the server says so or hangs up, and serves the next one.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wml_auth_mock_iam::MockIam;

use crate::client::{APIKEY, get};

/// What comes back until the server hangs up, or `answers` answers have come.
async fn told(cloud: &MockIam, request: &[u8], answers: usize) -> String {
    let mut stream = connect(cloud).await;
    // A server that has heard enough may reset the connection while the rest is still on its way.
    let _ = stream.write_all(request).await;
    listen(&mut stream, answers).await
}

/// The same for a client that breaks off, and will not say any more.
async fn told_after_breaking_off(cloud: &MockIam, request: &[u8]) -> String {
    let mut stream = connect(cloud).await;
    let _ = stream.write_all(request).await;
    let _ = stream.shutdown().await;
    listen(&mut stream, 1).await
}

async fn connect(cloud: &MockIam) -> TcpStream {
    TcpStream::connect(cloud.url().trim_start_matches("http://")).await.unwrap()
}

async fn listen(stream: &mut TcpStream, answers: usize) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    let heard = async {
        while count(&bytes) < answers {
            match stream.read(&mut piece).await {
                Ok(0) | Err(_) => break,
                Ok(read) => bytes.extend_from_slice(&piece[..read]),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), heard).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn count(bytes: &[u8]) -> usize {
    bytes.windows(9).filter(|window| window == b"HTTP/1.1 " || window == b"HTTP/1.0 ").count()
}

fn head(lines: &str) -> Vec<u8> {
    format!("{}\r\n\r\n", lines.replace('\n', "\r\n")).into_bytes()
}

fn form(cloud: &MockIam) -> String {
    format!("grant_type={APIKEY}&apikey={}", cloud.fixture().api_key)
}

fn with_body(start: &str, headers: &str, body: &str) -> Vec<u8> {
    let kind = "content-type: application/x-www-form-urlencoded";
    let head = head(&format!("{start}\n{headers}{kind}\ncontent-length: {}", body.len()));
    [head, body.as_bytes().to_vec()].concat()
}

const POST: &str = "POST /identity/token HTTP/1.1";

#[tokio::test]
async fn what_is_no_request_is_refused_or_hung_up_on() {
    let cloud = MockIam::start().await.unwrap();
    let chunked = "POST /identity/token HTTP/1.1\nhost: a\ntransfer-encoding: chunked";
    let chunks = |chunks: &str| [head(chunked), chunks.as_bytes().to_vec()].concat();
    let lots = "x: y\n".repeat(1000);
    for (what, request, status) in [
        ("no host", head("GET /identity/keys HTTP/1.1"), "400"),
        ("two hosts", head("GET /identity/keys HTTP/1.1\nhost: a\nhost: b"), "400"),
        ("HTTP/0.9", head("GET /identity/keys"), "400"),
        ("HTTP/2.0", head("GET /identity/keys HTTP/2.0\nhost: a"), "400"),
        ("another protocol", vec![0x16, 3, 1, 0, 255, 1, 2, 3, 13, 10, 13, 10], "400"),
        ("a space in the path", head("GET /a b HTTP/1.1\nhost: a"), "400"),
        ("a space in a name", head("GET / HTTP/1.1\nhost: a\nx y: z"), "400"),
        ("NUL in a value", head("GET / HTTP/1.1\nhost: a\nx: \0"), "400"),
        ("two lengths", head(&format!("{POST}\nhost: a\ncontent-length: 1\ncontent-length: 2")), "400"),
        ("a length below nothing", head(&format!("{POST}\nhost: a\ncontent-length: -1")), "400"),
        ("a length of letters", head(&format!("{POST}\nhost: a\ncontent-length: ten")), "400"),
        (
            "a length beyond all",
            head(&format!("{POST}\nhost: a\ncontent-length: 99999999999999999999")),
            "400",
        ),
        ("a body that is packed", head(&format!("{POST}\nhost: a\ntransfer-encoding: gzip")), "400"),
        ("a chunk of no length", chunks("zz\r\nabc\r\n0\r\n\r\n"), "400"),
        ("a chunk beyond all", chunks("fffffffffffffffff\r\nabc\r\n0\r\n\r\n"), "400"),
        ("a chunk without its end", chunks("3\r\nabcX"), "400"),
        ("a thousand headers", head(&format!("GET / HTTP/1.1\nhost: a\n{lots}y: z")), "431"),
        (
            "a header of a megabyte",
            head(&format!("GET / HTTP/1.1\nhost: a\nx: {}", "y".repeat(1 << 20))),
            "431",
        ),
        ("a path of 70 kB", head(&format!("GET /{} HTTP/1.1\nhost: a", "a".repeat(70_000))), "414"),
    ] {
        let heard = told(&cloud, &request, 1).await;
        assert!(heard.starts_with(&format!("HTTP/1.1 {status} ")), "{what}: {heard}");
    }
    for (what, request) in [
        ("nothing", Vec::new()),
        ("half a head", b"POST /ident".to_vec()),
        ("half a body", head(&format!("{POST}\nhost: a\ncontent-length: 300"))),
        ("half a chunk", chunks("5\r\nab")),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
    ] {
        let heard = told_after_breaking_off(&cloud, &request).await;
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 400 "), "{what}: {heard}");
    }
    assert_eq!(cloud.journal().requests().len(), 0, "none of these was a request");
    get("/identity/keys").send(&cloud).await.ok(200);
}

#[tokio::test]
async fn what_is_odd_and_allowed_is_served() {
    let cloud = MockIam::start().await.unwrap();
    let form = form(&cloud);
    let chunked = format!(
        "{POST}\nhost: a\ncontent-type: application/x-www-form-urlencoded\ntransfer-encoding: chunked"
    );
    let in_chunks = [
        head(&chunked),
        format!("5;x=y\r\n{}\r\n", &form[..5]).into_bytes(),
        format!("{:x}\r\n{}\r\n0\r\nx: y\r\n\r\n", form.len() - 5, &form[5..]).into_bytes(),
    ]
    .concat();
    for (what, request, start) in [
        ("HTTP/1.0", with_body("POST /identity/token HTTP/1.0", "", &form), "HTTP/1.0 200 "),
        (
            "HTTP/1.0 that stays",
            with_body("POST /identity/token HTTP/1.0", "connection: keep-alive\n", &form),
            "HTTP/1.0 200 ",
        ),
        (
            "an absolute URL",
            with_body("POST http://iam.cloud.ibm.com/identity/token HTTP/1.1", "host: a\n", &form),
            "HTTP/1.1 200 ",
        ),
        (
            "lines without a carriage return",
            b"GET /identity/keys HTTP/1.1\nhost: a\n\n".to_vec(),
            "HTTP/1.1 200 ",
        ),
        ("chunks, one with an extension, and a trailer", in_chunks, "HTTP/1.1 200 "),
        (
            "an offer of another protocol",
            with_body(POST, "host: a\nconnection: upgrade\nupgrade: h2c\n", &form),
            "HTTP/1.1 200 ",
        ),
        (
            "a body where none belongs",
            with_body("GET /identity/keys HTTP/1.1", "host: a\n", "abc"),
            "HTTP/1.1 200 ",
        ),
        ("an unknown expectation", with_body(POST, "host: a\nexpect: coffee\n", &form), "HTTP/1.1 200 "),
        ("no path", head("OPTIONS * HTTP/1.1\nhost: a"), "HTTP/1.1 404 "),
        ("a tunnel", head("CONNECT a:443 HTTP/1.1\nhost: a"), "HTTP/1.1 404 "),
        ("a path of bytes", head("GET /identity/%00%ff HTTP/1.1\nhost: a"), "HTTP/1.1 404 "),
    ] {
        let heard = told(&cloud, &request, 1).await;
        assert!(heard.starts_with(start), "{what}: {heard}");
    }
    let latin = [
        &b"GET /identity/nothing HTTP/1.1\r\nhost: a\r\nuser-agent: \xe9\xff\r\ntransaction-id: \xff\r\n\r\n"
            [..],
    ]
    .concat();
    assert!(told(&cloud, &latin, 1).await.starts_with("HTTP/1.1 404 "));
    let last = cloud.journal().requests().pop().unwrap();
    assert_eq!(last.headers()["user-agent"].as_bytes(), b"\xe9\xff", "byte for byte");
}

#[tokio::test]
async fn requests_one_behind_the_other_are_answered_in_their_order() {
    let cloud = MockIam::start().await.unwrap();
    let form = form(&cloud);
    let good = with_body(POST, "host: a\n", &form);
    let bad = with_body(POST, "host: a\n", "grant_type=x");
    let heard =
        told(&cloud, &[good.clone(), bad, good.clone(), b"rubbish\r\n\r\n".to_vec()].concat(), 4).await;
    let statuses: Vec<_> = heard.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "400", "200", "400"]);
    assert_eq!(cloud.journal().requests().len(), 3);
    let connections: Vec<_> = cloud.journal().requests().iter().map(|seen| seen.connection()).collect();
    assert_eq!(connections, [0, 0, 0]);
}

#[tokio::test]
async fn whoever_asks_first_is_told_to_go_on() {
    let cloud = MockIam::start().await.unwrap();
    let form = form(&cloud);
    let mut stream = connect(&cloud).await;
    let whole = with_body(POST, "host: a\nexpect: 100-continue\nconnection: close\n", &form);
    let (head, body) = whole.split_at(whole.len() - form.len());
    stream.write_all(head).await.unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body).await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 OK\r\n"), "{rest}");
}
