//! Against the mock, over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wml_auth_core::{Secret, TokenSource, Transport};
use wml_auth_iam::{ApiKey, Endpoint, Grant, IamClient};
use wml_auth_mock_iam::{Answer, MockIam, Recorded, Route, TokenAnswer};
use wml_auth_refresh_token::{RefreshToken, RefreshTokenBuilder};
use wml_auth_reqwest::ReqwestTransport;

fn transport() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().unwrap())
}

fn endpoint(cloud: &MockIam) -> Endpoint {
    Endpoint::parse(cloud.url()).unwrap()
}

/// A refresh token of the user's, from a login that is not in the journal.
async fn logged_in(cloud: &MockIam) -> Secret {
    let iam = IamClient::new(transport(), endpoint(cloud)).with_client("bx", Secret::from("bx")).unwrap();
    let key = ApiKey::parse(Secret::from(cloud.fixture().api_key.as_str())).unwrap();
    let session = iam.session(&Grant::api_key(&key)).await.unwrap();
    cloud.journal().clear();
    session.refresh_token.unwrap()
}

fn builder(cloud: &MockIam, token: &Secret) -> RefreshTokenBuilder {
    RefreshToken::builder(token.clone()).endpoint(endpoint(cloud))
}

fn source(cloud: &MockIam, token: &Secret) -> RefreshToken {
    builder(cloud, token).build(transport()).unwrap()
}

fn sent(cloud: &MockIam) -> Vec<String> {
    cloud.journal().requests().iter().map(|request| request.form("refresh_token").unwrap()).collect()
}

#[tokio::test]
async fn the_exchange_is_the_one_that_ibms_go_core_makes() {
    let cloud = MockIam::start().await.unwrap();
    let token = logged_in(&cloud).await;
    source(&cloud, &token).fetch().await.unwrap();
    let [request] = <[Recorded; 1]>::try_from(cloud.journal().requests()).unwrap();
    assert_eq!((request.method(), request.path()), ("POST", "/identity/token"));
    assert_eq!(request.header("authorization"), Some("Basic Yng6Yng="));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let form: BTreeMap<String, String> = form_urlencoded::parse(request.body()).into_owned().collect();
    let expected =
        [("grant_type", "refresh_token"), ("refresh_token", token.expose()), ("response_type", "cloud_iam")];
    assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[tokio::test]
async fn a_successor_is_used_and_told_once() {
    let cloud = MockIam::start().await.unwrap();
    let token = logged_in(&cloud).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&told);
    let source = builder(&cloud, &token)
        .on_rotation(move |successor| hears.lock().unwrap().push(successor.expose().to_owned()))
        .build(transport())
        .unwrap();
    let identity = source.identity();
    source.fetch().await.unwrap();
    source.clone().fetch().await.unwrap();
    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), 2);
    assert_eq!(sent(&cloud), [token.expose().to_owned(), told[0].clone()]);
    assert_eq!(source.identity(), identity, "it is still the same login");
}

#[tokio::test]
async fn a_login_by_passcode_goes_on_with_its_refresh_token() {
    let cloud = MockIam::start().await.unwrap();
    let iam = IamClient::new(transport(), endpoint(&cloud)).with_client("bx", Secret::from("bx")).unwrap();
    let grant = Grant::passcode(&Secret::from(cloud.fixture().passcode.as_str())).unwrap();
    let session = iam.session(&grant).await.unwrap();
    source(&cloud, &session.refresh_token.unwrap()).fetch().await.unwrap();
    assert!(iam.session(&grant).await.unwrap_err().is_rejected_credential(), "it is good for once");
}

/// One answer with nothing in it must not lose the login.
#[tokio::test]
async fn no_answer_takes_the_refresh_token_away() {
    let cloud = MockIam::start().await.unwrap();
    let token = logged_in(&cloud).await;
    let told = Arc::new(Mutex::new(0));
    let hears = Arc::clone(&told);
    let source =
        builder(&cloud, &token).on_rotation(move |_| *hears.lock().unwrap() += 1).build(transport()).unwrap();
    let same = token.expose().to_owned();
    for answer in [
        Answer::bytes(200, "{}"),
        Answer::bytes(200, "null"),
        Answer::without_token(),
        Answer::status(500),
        Answer::iam_error("BXNIM0408E"),
        Answer::close(),
    ] {
        cloud.on(Route::Token).then(answer);
        source.fetch().await.unwrap_err();
    }
    for answer in ["", "not_supported", " ", &same] {
        cloud.on(Route::Token).then(TokenAnswer::new().refresh_token(answer));
        source.fetch().await.unwrap();
    }
    assert_eq!(*told.lock().unwrap(), 0);
    source.fetch().await.unwrap();
    assert!(sent(&cloud).iter().all(|sent| *sent == same));
    assert_eq!(*told.lock().unwrap(), 1);
}

#[tokio::test]
async fn fetches_wait_for_each_other() {
    let cloud = MockIam::start().await.unwrap();
    let token = logged_in(&cloud).await;
    let source = source(&cloud, &token);
    let barrier = cloud.hold(Route::Token);
    let fetches = [(); 3].map(|()| {
        let source = source.clone();
        tokio::spawn(async move { source.fetch().await.map(drop) })
    });
    barrier.arrived(1).await;
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(barrier.waiting(), 1);
    barrier.release();
    for fetch in fetches {
        fetch.await.unwrap().unwrap();
    }
    let mut sent = sent(&cloud);
    sent.dedup();
    assert_eq!(sent.len(), 3, "each used what came of the one before");
}

#[tokio::test]
async fn the_end_of_a_login_is_told_as_such() {
    let cloud = MockIam::start().await.unwrap();
    let token = logged_in(&cloud).await;
    let source = source(&cloud, &token);
    cloud.clock().advance(Duration::from_secs(73 * 3600));
    let error = source.fetch().await.unwrap_err();
    assert_eq!((error.is_rejected_credential(), error.code()), (true, Some("BXNIM0408E")));
    assert!(error.hint().unwrap().contains("log in again"), "{:?}", error.hint());
}

#[tokio::test]
async fn another_client_may_not_use_it() {
    let cloud = MockIam::start().await.unwrap();
    let token = logged_in(&cloud).await;
    let other = builder(&cloud, &token).client("kube", Secret::from("kube")).build(transport()).unwrap();
    let error = other.fetch().await.unwrap_err();
    assert_eq!(error.code(), Some("BXNIM0407E"));
    assert!(!format!("{error:?} {:?}", error.hint()).contains(token.expose()));
}

#[test]
fn what_cannot_work_is_refused_when_building() {
    let bare = |token: &str| RefreshToken::builder(Secret::from(token));
    for builder in [
        bare(""),
        bare("not_supported"),
        bare("r\n"),
        bare(" r"),
        bare("r").client("id", Secret::from("")),
        bare("r").client("", Secret::from("secret")),
        bare("r").scope(" "),
        bare("r").account(""),
    ] {
        assert!(builder.build(transport()).unwrap_err().is_misconfigured());
    }
}

#[test]
fn everything_that_shapes_the_token_is_in_the_identity_and_nothing_is_shown() {
    let identity = |builder: RefreshTokenBuilder| builder.build(transport()).unwrap().identity();
    let bare = || RefreshToken::builder(Secret::from("hunter2"));
    let base = identity(bare());
    assert_eq!(base, identity(bare().on_rotation(|_| ())));
    for other in [
        RefreshToken::builder(Secret::from("hunter3")),
        bare().client("kube", Secret::from("kube")),
        bare().scope("s"),
        bare().account("a"),
        bare().endpoint(Endpoint::staging()),
    ] {
        assert_ne!(base, identity(other));
    }
    let shown = format!("{:?} {:?}", bare(), bare().build(transport()).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}
