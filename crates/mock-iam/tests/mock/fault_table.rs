//! Every fault by its names: in Rust, in a scenario's rule, and in one of the control API. Each is asked for in all three
//! ways, and heard on a raw socket. `src/faults.md` is this table.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use wml_auth_mock_iam::{Answer, Delay, MockIam, Route, Scenario, TokenAnswer};

use crate::client::{apikey, get, post};

/// What came, and how it ended.
struct Heard {
    head: String,
    body: Vec<u8>,
    end: End,
    /// From the request to the first byte, and to the last.
    took: (Duration, Duration),
    /// The server's time then, in seconds since 1970.
    now: i64,
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
    Silent,
}

impl Heard {
    fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or("")
    }

    fn header(&self, name: &str) -> &str {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or("")
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The claims of the token in it.
    fn claims(&self) -> Value {
        use base64::Engine as _;
        let token = self.json()["access_token"].as_str().unwrap_or("").to_owned();
        let claims = token.split('.').nth(1).unwrap_or("").to_owned();
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
        serde_json::from_slice(&claims).unwrap_or_default()
    }

    fn is_cut(&self, bytes: usize, end: End) -> bool {
        // A reset may outrun what was sent before it.
        let all = self.body.len() == bytes || (end == End::Reset && self.body.len() < bytes);
        all && self.end == end
    }
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

const PAST: &str = "Mon, 02 Sep 2024 08:42:00 GMT";

/// A row of the table.
struct Row {
    fault: &'static str,
    rust: &'static str,
    rule: &'static str,
    answer: fn() -> Answer,
    told: fn(&Heard) -> bool,
}

macro_rules! rows {
    ($($fault:literal: $rust:expr; $rule:literal; $told:expr,)*) => {
        &[$(Row { fault: $fault, rust: stringify!($rust), rule: $rule, answer: || Answer::from($rust), told: $told },)*]
    };
}

const ROWS: &[Row] = rows! {
    "a status": Answer::status(503); "{ status = 503 }"; |heard| heard.status() == "503" && heard.body.is_empty(),
    "IAM's envelope of a code": Answer::iam_error("BXNIM0462E"); r#"{ iam_error = "BXNIM0462E" }"#;
        |heard| heard.status() == "400" && heard.json()["errorCode"] == "BXNIM0462E",
    "an envelope of one's own": Answer::json(403, serde_json::json!({ "errors": [] }));
        "{ status = 403, json = { errors = [] } }"; |heard| heard.status() == "403" && heard.text() == r#"{"errors":[]}"#,
    "`Retry-After` in seconds": Answer::status(429).header("Retry-After", "7");
        r#"{ status = 429, headers = { Retry-After = "7" } }"#; |heard| heard.header("retry-after") == "7",
    "`Retry-After` in the past": Answer::status(429).header("Retry-After", "Mon, 02 Sep 2024 08:42:00 GMT");
        r#"{ status = 429, headers = { Retry-After = "Mon, 02 Sep 2024 08:42:00 GMT" } }"#;
        |heard| heard.header("retry-after") == PAST,
    "`Retry-After` of nonsense": Answer::status(503).header("Retry-After", "soon");
        r#"{ status = 503, headers = { Retry-After = "soon" } }"#; |heard| heard.header("retry-after") == "soon",
    "a late answer": Answer::normal().delayed(ms(20)); "{ delay_ms = 20 }"; |heard| heard.took.0 >= ms(20),
    "an answer late by chance": Answer::normal().delayed(Delay::uniform(ms(20), ms(30)));
        "{ delay_ms = { uniform = [20, 30] } }"; |heard| heard.took.0 >= ms(20),
    "an answer late as on a network": Answer::normal().delayed(Delay::lognormal(ms(20), 0.0));
        "{ delay_ms = { lognormal = [20, 0.0] } }"; |heard| heard.took.0 >= ms(20),
    "a late body": Answer::normal().body_delayed(ms(20)); "{ body_delay_ms = 20 }"; |heard| heard.took.1 >= ms(20),
    "a body late in some cases": Answer::normal().body_delayed(Delay::bimodal(ms(0), ms(20), 1.0));
        "{ body_delay_ms = { bimodal = [0, 20, 1.0] } }"; |heard| heard.took.1 >= ms(20),
    "a slow drip": Answer::status(200).header("x", "y").dripped(1, ms(1)); "{ status = 200, headers = { x = \"y\" }, drip = { bytes = 1, every_ms = 1 } }";
        |heard| heard.status() == "200" && heard.header("x") == "y",
    "chunks": Answer::html(200, "abc").chunked(2).content_type("text/plain; charset=utf-8");
        r#"{ status = 200, text = "abc", chunk = 2 }"#; |heard| heard.text() == "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    "no answer, closed": Answer::close(); r#"{ kind = "close" }"#; |heard| heard.head.is_empty() && heard.end == End::Closed,
    "no answer, reset": Answer::reset(); r#"{ kind = "reset" }"#; |heard| heard.head.is_empty() && heard.end == End::Reset,
    "no answer, silence": Answer::stall(); r#"{ kind = "stall" }"#; |heard| heard.head.is_empty() && heard.end == End::Silent,
    "closed in mid-body": Answer::normal().closed_after(20); "{ close_after = 20 }"; |heard| heard.is_cut(20, End::Closed),
    "reset in mid-body": Answer::normal().reset_after(20); "{ reset_after = 20 }"; |heard| heard.is_cut(20, End::Reset),
    "silence in mid-body": Answer::normal().stalled_after(20); "{ stall_after = 20 }"; |heard| heard.is_cut(20, End::Silent),
    "bytes that are not HTTP": Answer::garbage(); r#"{ kind = "garbage" }"#;
        |heard| heard.body.starts_with(b"\x16\x03\x01") && heard.end == End::Closed,
    "bytes of one's own": Answer::raw("HTTP/1.1 20"); r#"{ raw = "HTTP/1.1 20" }"#; |heard| heard.body == b"HTTP/1.1 20",
    "a chunk without a length": Answer::bad_chunk(); r#"{ kind = "bad-chunk" }"#;
        |heard| heard.status() == "200" && heard.text().contains("\r\nten\r\n"),
    "a wrong content type": Answer::normal().content_type("text/plain"); r#"{ headers = { Content-Type = "text/plain" } }"#;
        |heard| heard.header("content-type") == "text/plain" && heard.json()["access_token"].is_string(),
    "a token that is not UTF-8": Answer::invalid_utf8(); r#"{ kind = "invalid-utf8" }"#;
        |heard| std::str::from_utf8(&heard.body).is_err(),
    "every member twice": Answer::duplicate_members(); r#"{ kind = "duplicate-members" }"#;
        |heard| heard.text().matches("\"access_token\":").count() == 2,
    "a huge body": Answer::huge(1_000_000); "{ huge = 1000000 }"; |heard| heard.body.len() == 1_000_000,
    "a bomb of gzip": Answer::gzip_bomb(); r#"{ kind = "gzip-bomb" }"#;
        |heard| heard.header("content-encoding") == "gzip" && heard.body.starts_with(&[0x1f, 0x8b]),
    "a flood of headers": Answer::normal().header_flood(500); "{ header_flood = 500 }";
        |heard| heard.head.matches("\r\nx-flood-").count() == 500,
    "a redirect to this host, or in a loop": Answer::redirect(307, "/identity/token"); r#"{ redirect = "/identity/token" }"#;
        |heard| (heard.status(), heard.header("location")) == ("307", "/identity/token"),
    "a redirect to another host, or to http": Answer::redirect(302, "http://127.0.0.2:1/");
        r#"{ status = 302, redirect = "http://127.0.0.2:1/" }"#;
        |heard| (heard.status(), heard.header("location")) == ("302", "http://127.0.0.2:1/"),
    "a gateway's 404": Answer::gateway_404(); r#"{ kind = "gateway-404" }"#;
        |heard| heard.status() == "404" && heard.text().contains("iam-gateway"),
    "a gateway's 502": Answer::gateway_502(); r#"{ kind = "gateway-502" }"#;
        |heard| heard.status() == "502" && heard.text().starts_with("<!DOCTYPE html>"),
    "a short life": TokenAnswer::new().lifetime(Duration::from_secs(30)); "{ token = { lifetime = 30 } }";
        |heard| heard.json()["expires_in"] == 30,
    "a token of the past": TokenAnswer::new().issued(-3600); "{ token = { issued = -3600 } }";
        |heard| heard.claims()["iat"].as_i64().is_some_and(|iat| (3600..3700).contains(&(heard.now - iat))),
    "a token without a claim": TokenAnswer::new().without_claim("exp"); r#"{ token = { without = ["exp"] } }"#;
        |heard| heard.claims()["iat"].is_i64() && heard.claims().get("exp").is_none(),
    "an unknown signing key": TokenAnswer::new().kid("209912312359"); r#"{ token = { kid = "209912312359" } }"#;
        |heard| heard.text().starts_with(r#"{"access_token":"eyJraWQiOiIyMDk5"#),
    "an answer that says more than the token": TokenAnswer::new().expires_in(7200); "{ token = { expires_in = 7200 } }";
        |heard| heard.json()["expires_in"] == 7200 && heard.claims()["exp"] == heard.json()["expiration"],
    "an opaque token": Answer::token("opaque"); r#"{ access_token = "opaque" }"#; |heard| heard.json()["access_token"] == "opaque",
    "no token": Answer::without_token(); r#"{ kind = "without-token" }"#;
        |heard| heard.json()["token_type"] == "Bearer" && heard.json().get("access_token").is_none(),
};

/// What goes wrong with more than one answer. It is tested where it is explained.
const BESIDES: &[(&str, &str, &str)] = &[
    (
        "an n-th answer, some in a row, some by chance",
        "`OnRoute::nth`, `then`, `sometimes`",
        "nth = 2\nanswer = {}",
    ),
    (
        "so many requests per key, then 429",
        "`OnRoute::limited`, `RateLimit`",
        r#"limit = { requests = 10, seconds = 60, retry_after = "date", body = "errors" }"#,
    ),
];

/// `stalls` says that the connection will stay open, so that there is no end to wait for.
async fn hear(cloud: &MockIam, stalls: bool) -> Heard {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(cloud.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(&apikey(&cloud.fixture().api_key).wire("close")).await.unwrap();
    let (mut bytes, mut first, mut piece) = (Vec::new(), None, [0; 4096]);
    if stalls {
        all_is_sent(cloud).await;
    }
    let end = loop {
        let read = if stalls { stream.try_read(&mut piece) } else { stream.read(&mut piece).await };
        first.get_or_insert_with(|| begun.elapsed());
        match read {
            Ok(0) => break End::Closed,
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break End::Silent,
            Err(error) => panic!("{error}"),
        }
    };
    let took = (first.unwrap_or_default(), begun.elapsed());
    let (head, body) = match bytes.windows(4).position(|four| four == b"\r\n\r\n") {
        Some(at) if bytes.starts_with(b"HTTP/") => (bytes[..at].to_vec(), bytes[at + 4..].to_vec()),
        _ => (Vec::new(), bytes),
    };
    Heard { head: String::from_utf8(head).unwrap(), body, end, took, now: cloud.clock().epoch_seconds() }
}

/// The server has one thread: what it had to send before it fell silent, it sent before it answers anybody else.
async fn all_is_sent(cloud: &MockIam) {
    while cloud.journal().requests().is_empty() {
        tokio::task::yield_now().await;
    }
    get("/identity/keys").send(cloud).await.ok(200);
    assert_eq!(cloud.journal().in_flight(), 1, "it is still in flight");
}

async fn in_a_scenario(row: &Row) -> MockIam {
    let scenario = format!("[[rules]]\nroute = \"token\"\nanswer = {}", row.rule);
    let scenario: Scenario = scenario.parse().unwrap_or_else(|error| panic!("{}: {error}", row.fault));
    MockIam::builder().scenario(scenario).start().await.unwrap()
}

async fn by_control(row: &Row) -> MockIam {
    let cloud = MockIam::builder().admin(true).start().await.unwrap();
    let rules: Value =
        toml::from_str(&format!("rules = [{{ route = \"token\", answer = {} }}]", row.rule)).unwrap();
    let address = cloud.admin_url().unwrap().trim_start_matches("http://");
    let stream = TcpStream::connect(address).await.unwrap();
    post("/rules").json(rules["rules"].clone()).exchange(stream).await.unwrap().ok(200);
    cloud
}

async fn in_rust(row: &Row) -> MockIam {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).always((row.answer)());
    cloud
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_the_same_in_rust_in_a_scenario_and_by_control() {
    let mut tests = tokio::task::JoinSet::new();
    for row in ROWS {
        tests.spawn(async move {
            for (way, cloud) in [
                ("Rust", in_rust(row).await),
                ("a scenario", in_a_scenario(row).await),
                ("control", by_control(row).await),
            ] {
                let heard = hear(&cloud, row.rule.contains("stall")).await;
                let said = format!("{} {:?} {}", heard.head, heard.end, &heard.text());
                assert!((row.told)(&heard), "{} in {way}: {}", row.fault, &said[..said.len().min(3000)]);
            }
        });
    }
    tests.join_all().await;
}

#[test]
fn the_table_in_the_documentation_is_this_one() {
    let mut table = String::from("| fault | in Rust | `answer` of a rule |\n| --- | --- | --- |\n");
    for row in ROWS {
        let rust: String = row.rust.split_whitespace().collect::<Vec<_>>().join(" ");
        table += &format!("| {} | `{}` | `{}` |\n", row.fault, rust.replace("serde_json::", ""), row.rule);
    }
    table += "\n| besides | in Rust | in a rule |\n| --- | --- | --- |\n";
    for (fault, rust, rule) in BESIDES {
        let scenario = format!("[[rules]]\nroute = \"token\"\n{rule}");
        assert!(scenario.parse::<Scenario>().is_ok(), "{scenario}");
        table += &format!("| {fault} | {rust} | `{}` |\n", rule.replace('\n', ", "));
    }
    let written = include_str!("../../src/faults.md");
    assert!(written.contains(&table), "src/faults.md should hold:\n{table}");
}
