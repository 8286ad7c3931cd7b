//! Barriers, the journal, seeds, and how a server ends.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use wml_auth_mock_iam::{Answer, MockIam, Route};

use crate::assertions::oidc_error;
use crate::client::{access_token, apikey, get};

#[tokio::test]
async fn held_requests_are_counted_while_they_wait() {
    let cloud = MockIam::start().await.unwrap();
    let barrier = cloud.hold(Route::Token);
    let address = cloud.url().trim_start_matches("http://").to_owned();
    let mut callers = JoinSet::new();
    for _ in 0..5 {
        let (ask, address) = (apikey(&cloud.fixture().api_key), address.clone());
        callers.spawn(async move { ask.exchange(TcpStream::connect(address).await.unwrap()).await.unwrap() });
    }
    barrier.arrived(5).await;
    assert_eq!(barrier.waiting(), 5);
    assert_eq!(cloud.journal().token_requests(), 5);
    assert_eq!(cloud.journal().peak_in_flight(), 5);
    assert!(cloud.journal().requests().iter().all(|seen| seen.status().is_none()));
    get("/identity/keys").send(&cloud).await.ok(200);

    barrier.release();
    for reply in callers.join_all().await {
        reply.ok(200);
    }
    assert_eq!(barrier.waiting(), 0);
    assert_eq!(cloud.journal().peak_in_flight(), 6, "the five, and the one for the keys");
    apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_caller_that_hangs_up_no_longer_waits() {
    let cloud = MockIam::start().await.unwrap();
    let barrier = cloud.hold(Route::Token);
    let mut stream = TcpStream::connect(cloud.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(&apikey("x").wire("close")).await.unwrap();
    barrier.arrived(1).await;
    drop(stream);
    let gone = async {
        while barrier.waiting() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
}

#[tokio::test]
async fn a_dropped_barrier_opens() {
    let cloud = MockIam::start().await.unwrap();
    drop(cloud.hold(Route::Token));
    apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
}

#[tokio::test]
async fn what_is_scripted_while_a_request_waits_is_what_it_gets() {
    let cloud = MockIam::start().await.unwrap();
    let barrier = cloud.hold("/identity/");
    let ask = apikey(&cloud.fixture().api_key);
    let (reply, ()) = tokio::join!(ask.send(&cloud), async {
        barrier.arrived(1).await;
        cloud.on(Route::Token).then(Answer::status(503));
        barrier.release();
    });
    assert_eq!(reply.status, 503);
}

#[tokio::test]
async fn the_journal_keeps_exactly_what_was_sent() {
    let cloud = MockIam::start().await.unwrap();
    let journal = cloud.journal();
    let reply = apikey("the key").header("X-Probe", "yes").send(&cloud).await;
    get("/v2/spaces?limit=1").send(&cloud).await;
    let requests = journal.requests();
    let [token, spaces] = requests.as_slice() else { panic!("{journal:?}") };
    assert_eq!((token.method(), token.path(), token.query()), ("POST", "/identity/token", None));
    assert_eq!(token.body(), b"grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=the+key");
    assert_eq!(token.form("apikey").as_deref(), Some("the key"));
    assert_eq!(token.header("x-probe"), Some("yes"));
    assert_eq!(token.status(), Some(reply.status));
    assert_eq!((spaces.query(), spaces.status()), (Some("limit=1"), Some(401)));
    assert_ne!(token.connection(), spaces.connection());
    assert_eq!((journal.count("GET", "/v2/"), journal.count("POST", "/v2/")), (1, 0));
    assert_eq!((journal.token_requests(), journal.peak_in_flight()), (1, 1));

    get("/identity/token").send(&cloud).await;
    assert_eq!(journal.token_requests(), 1, "only a POST is a token request");
    journal.clear();
    assert_eq!((journal.requests().len(), journal.peak_in_flight()), (0, 0));
}

#[tokio::test]
async fn two_requests_on_one_connection_have_its_number() {
    let cloud = MockIam::start().await.unwrap();
    let mut stream = TcpStream::connect(cloud.url().trim_start_matches("http://")).await.unwrap();
    let ask = get("/identity/keys");
    stream.write_all(&[ask.wire("keep-alive"), ask.wire("close")].concat()).await.unwrap();
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answers).matches("HTTP/1.1 200").count(), 2);
    let requests = cloud.journal().requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].connection(), requests[1].connection());
}

#[tokio::test]
async fn a_seed_fixes_ids_and_keys() {
    let fixture = async |seed| {
        let cloud = MockIam::builder().seed(seed).start().await.unwrap();
        let mut fixture = serde_json::to_value(cloud.fixture()).unwrap();
        fixture.as_object_mut().unwrap().remove("url");
        let next_key = cloud.identities().add_user_key();
        (fixture, next_key)
    };
    assert_eq!(fixture(7).await, fixture(7).await);
    let (seven, eight) = (fixture(7).await.0, fixture(8).await.0);
    for (member, value) in seven.as_object().unwrap() {
        assert_ne!(Some(value), eight.get(member), "{member}");
    }
}

#[tokio::test]
async fn the_fixture_has_the_members_which_tools_read() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = serde_json::to_value(cloud.fixture()).unwrap();
    for member in [
        "url",
        "api_key",
        "service_api_key",
        "account_id",
        "service_id",
        "iam_id",
        "profile_id",
        "space_id",
        "project_id",
        "deployment_id",
        "cr_token",
        "username",
        "password",
    ] {
        assert!(fixture[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
    for key in ["api_key", "service_api_key"] {
        let key = fixture[key].as_str().unwrap();
        assert!(key.len() == 44 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }
    assert_eq!(fixture.get("tls_url").unwrap_or(&Value::Null), &Value::Null);
}

#[tokio::test]
async fn servers_with_one_seed_do_not_touch_each_other() {
    let (one, two) = (MockIam::start().await.unwrap(), MockIam::start().await.unwrap());
    let key = one.fixture().api_key.clone();
    assert_eq!(key, two.fixture().api_key);
    assert_ne!(one.url(), two.url());
    one.identities().disable_key(&key);
    one.on(Route::Keys).always(Answer::status(500));
    one.clock().advance(Duration::from_secs(1_000_000));
    let _held = one.hold("/v2/");
    apikey(&key).send(&two).await.ok(200);
    get("/identity/keys").send(&two).await.ok(200);
    assert_eq!(get("/v2/spaces").send(&two).await.status, 401);
    assert!(two.clock().epoch_seconds() + 900_000 < one.clock().epoch_seconds());
    assert_eq!(one.journal().requests().len(), 0);
    oidc_error(&apikey(&key).send(&one).await, 400, "BXNIM0462E");
}

#[tokio::test]
async fn a_dropped_server_is_gone() {
    let cloud = MockIam::start().await.unwrap();
    let address = cloud.url().trim_start_matches("http://").to_owned();
    let mut idle = TcpStream::connect(&address).await.unwrap();
    get("/identity/keys").send(&cloud).await.ok(200);
    let journal = cloud.journal();
    drop(cloud);
    assert!(TcpStream::connect(&address).await.is_err());
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap_or(0), 0);
    assert_eq!(journal.count("GET", "/identity/keys"), 1, "what it saw can still be read");
}

#[test]
fn a_server_outlives_the_runtime_it_was_started_on() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cloud = runtime().block_on(MockIam::start()).unwrap();
    let token = runtime().block_on(access_token(&cloud, &cloud.fixture().api_key));
    assert!(!token.is_empty());
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let cloud = MockIam::start().await.unwrap();
    let port = cloud.url().rsplit(':').next().unwrap().parse().unwrap();
    assert!(MockIam::builder().port(port).start().await.is_err());
}

#[tokio::test]
async fn a_service_ids_keys_can_be_rotated_by_hand() {
    let cloud = MockIam::start().await.unwrap();
    let identities = cloud.identities();
    let service = identities.add_service_id("rotating");
    let second = identities.add_service_key(&service.iam_id).unwrap();
    apikey(&second).send(&cloud).await.ok(200);
    assert!(identities.lock(&service.api_key) && identities.unlock(&service.api_key));
    assert!(identities.delete_key(&service.api_key));
    oidc_error(&apikey(&service.api_key).send(&cloud).await, 400, "BXNIM0415E");
    assert!(!identities.delete_key(&service.api_key));
    assert_eq!(identities.add_service_key("iam-ServiceId-0"), None);
}
