//! Scripted answers, as they arrive.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::{Value, json};
use wml_auth_mock_iam::{Answer, MockIam, Route};

use crate::assertions::oidc_error;
use crate::client::{Reply, apikey, get, post};

async fn scripted(answer: Answer) -> Reply {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).then(answer);
    let reply = apikey(&cloud.fixture().api_key).send(&cloud).await;
    apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
    reply
}

#[tokio::test]
async fn bodies_arrive_as_scripted() {
    let html = scripted(Answer::html(200, "<h1>proxy</h1>")).await;
    assert_eq!((html.status, html.text().as_str()), (200, "<h1>proxy</h1>"));
    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(scripted(Answer::json(200, json!({}))).await.text(), "{}");
    assert_eq!(scripted(Answer::json(200, Value::Null)).await.text(), "null");
    assert_eq!(scripted(Answer::bytes(200, vec![0xff, 0xfe])).await.body, [0xff, 0xfe]);
    assert_eq!(scripted(Answer::status(500)).await.body, b"");
    assert_eq!(scripted(Answer::huge(10 * 1024 * 1024)).await.body.len(), 10 * 1024 * 1024);
}

#[tokio::test]
async fn tokens_arrive_as_scripted() {
    for token in ["", "opaque", "line one\nline two"] {
        let answer = scripted(Answer::token(token)).await.ok(200);
        assert_eq!(answer["access_token"], token);
        assert_eq!(answer["expires_in"], 3600);
    }
    let without = scripted(Answer::without_token()).await.ok(200);
    assert!(without.get("access_token").is_none());
    assert_eq!(without["token_type"], "Bearer");
}

#[tokio::test]
async fn headers_and_statuses_arrive_as_scripted() {
    let busy = scripted(Answer::status(429).header("Retry-After", "7")).await;
    assert_eq!((busy.status, busy.header("retry-after")), (429, "7"));
    assert_eq!(scripted(Answer::status(503)).await.status, 503);
    let moved = scripted(Answer::redirect(307, "http://127.0.0.2:1/elsewhere")).await;
    assert_eq!((moved.status, moved.header("location")), (307, "http://127.0.0.2:1/elsewhere"));
    let revoked = scripted(Answer::iam_error("BXNIM0436E").header("x-more", "1")).await;
    oidc_error(&revoked, 401, "BXNIM0436E");
    assert_eq!(revoked.header("x-more"), "1");
    let dated = scripted(Answer::normal().header("Date", "Mon, 02 Sep 2024 08:42:00 GMT")).await;
    assert_eq!((dated.status, dated.header("date")), (200, "Mon, 02 Sep 2024 08:42:00 GMT"));
}

#[tokio::test]
async fn a_connection_can_end_without_an_answer() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).then(Answer::close()).then(Answer::reset());
    let ask = apikey(&cloud.fixture().api_key);
    assert_eq!(ask.try_send(&cloud).await.err().unwrap().kind(), ErrorKind::UnexpectedEof);
    assert_eq!(ask.try_send(&cloud).await.err().unwrap().kind(), ErrorKind::ConnectionReset);
    ask.send(&cloud).await.ok(200);
    let statuses = cloud.journal().requests().iter().map(|seen| seen.status()).collect::<Vec<_>>();
    assert_eq!(statuses, [None, None, Some(200)]);
}

#[tokio::test]
async fn a_script_is_for_its_route_until_it_is_reset() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).then(Answer::normal()).then(Answer::status(500)).always(Answer::status(503));
    cloud.on("/ml/").always(Answer::status(418));
    let ask = apikey(&cloud.fixture().api_key);
    for expected in [200, 500, 503, 503] {
        assert_eq!(ask.send(&cloud).await.status, expected);
    }
    assert_eq!(get("/ml/v4/deployments").send(&cloud).await.status, 418);
    get("/identity/keys").send(&cloud).await.ok(200);
    cloud.on(Route::Token).reset();
    ask.send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_delayed_answer_is_late() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Keys).then(Answer::after(Duration::from_secs(3600)));
    let late = get("/identity/keys");
    // It does not come in any time that a test would wait for, and holds up nobody else.
    let first = late.send(&cloud);
    tokio::pin!(first);
    let second = late.send(&cloud);
    tokio::select! {
        biased;
        _ = &mut first => panic!("an answer an hour early"),
        reply = async { arrived(&cloud, 1).await; second.await } => drop(reply.ok(200)),
    }
    cloud.on(Route::Keys).then(Answer::after(Duration::from_millis(1)));
    late.send(&cloud).await.ok(200);
}

/// Until this many requests are in the journal.
async fn arrived(cloud: &MockIam, count: usize) {
    while cloud.journal().requests().len() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_body_over_ten_mebibytes_is_refused_and_forgotten() {
    let cloud = MockIam::start().await.unwrap();
    let limit = 10 * 1024 * 1024;
    let reply = post("/identity/token").body(vec![b'x'; limit + 1]).send(&cloud).await;
    assert_eq!(reply.status, 413);
    assert_eq!(cloud.journal().requests()[0].body().len(), 0);
    let reply = post("/identity/token").body(vec![b'x'; limit]).send(&cloud).await;
    oidc_error(&reply, 400, "BXNIM0109E");
    assert_eq!(cloud.journal().requests()[1].body().len(), limit);
}
