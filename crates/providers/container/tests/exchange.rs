//! Against the mock, over real HTTP, with real files.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use wml_auth_container::{ContainerToken, ContainerTokenBuilder, DEFAULT_FILES};
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Clock, Moment, Secret, TokenSource, Transport};
use wml_auth_engine::Engine;
use wml_auth_iam::Endpoint;
use wml_auth_mock_iam::{Answer, MockIam, Route};
use wml_auth_reqwest::ReqwestTransport;

fn transport() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().unwrap())
}

/// A cloud, and a pod with a place for the token.
struct Pod {
    cloud: MockIam,
    folder: tempfile::TempDir,
}

impl Pod {
    async fn new() -> Self {
        Self { cloud: MockIam::start().await.unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("token")
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(), text).unwrap();
    }

    fn remove(&self) {
        std::fs::remove_file(self.path()).unwrap();
    }

    fn cr_token(&self) -> &str {
        &self.cloud.fixture().cr_token
    }

    fn builder(&self) -> ContainerTokenBuilder {
        ContainerToken::builder()
            .token_file(self.path())
            .profile_id(&self.cloud.fixture().profile_id)
            .endpoint(Endpoint::parse(self.cloud.url()).unwrap())
    }

    fn source(&self) -> ContainerToken {
        self.builder().build(transport()).unwrap()
    }

    fn last_form(&self) -> BTreeMap<String, String> {
        let request = self.cloud.journal().requests().pop().unwrap();
        form_urlencoded::parse(request.body()).into_owned().collect()
    }
}

fn shown(error: &AuthError) -> String {
    format!("{error} {error:?} {:?}", error.hint())
}

#[tokio::test]
async fn the_exchange_has_the_fields_that_ibms_sdks_send() {
    let pod = Pod::new().await;
    // A line break at the end is not part of a token.
    pod.write(format!("\u{feff}{}\r\n", pod.cr_token()));
    pod.source().fetch().await.unwrap();
    let id = pod.cloud.fixture().profile_id.as_str();
    let grant = "urn:ibm:params:oauth:grant-type:cr-token";
    let expected = [("grant_type", grant), ("cr_token", pod.cr_token()), ("profile_id", id)];
    assert_eq!(pod.last_form(), expected.map(|(name, value)| (name.into(), value.into())).into());
    let request = pod.cloud.journal().requests().pop().unwrap();
    assert_eq!((request.method(), request.path()), ("POST", "/identity/token"));
    assert_eq!(request.header("authorization"), None);

    let full = pod.builder().profile_name("p n").scope("a b").client("bx", Secret::from("bx"));
    let _ = full.build(transport()).unwrap().fetch().await;
    let expected = [
        ("grant_type", grant),
        ("cr_token", pod.cr_token()),
        ("profile_id", id),
        ("profile_name", "p n"),
        ("scope", "a b"),
    ];
    assert_eq!(pod.last_form(), expected.map(|(name, value)| (name.into(), value.into())).into());
    let request = pod.cloud.journal().requests().pop().unwrap();
    assert_eq!(request.header("authorization"), Some("Basic Yng6Yng="));
}

#[tokio::test]
async fn the_file_is_read_for_each_exchange() {
    let pod = Pod::new().await;
    let source = pod.source();
    pod.write("an-old-token");
    assert!(source.fetch().await.unwrap_err().is_rejected_credential());
    assert_eq!(pod.last_form()["cr_token"], "an-old-token");
    pod.write(pod.cr_token());
    source.fetch().await.unwrap();
}

#[tokio::test]
async fn a_token_that_was_replaced_during_the_exchange_is_tried_once() {
    let pod = Pod::new().await;
    let source = pod.source();
    pod.write("an-old-token");
    let barrier = pod.cloud.hold(Route::Token);
    let fetching = tokio::spawn(async move { source.fetch().await });
    barrier.arrived(1).await;
    pod.write(pod.cr_token());
    barrier.release();
    fetching.await.unwrap().unwrap();
    assert_eq!(pod.cloud.journal().token_requests(), 2);
}

#[tokio::test]
async fn while_the_file_is_being_replaced_the_last_token_is_used() {
    let pod = Pod::new().await;
    let source = pod.source();
    pod.write(pod.cr_token());
    source.fetch().await.unwrap();
    for text in ["", "\n"] {
        pod.write(text);
        source.fetch().await.unwrap();
    }
    pod.remove();
    source.clone().fetch().await.unwrap();
    assert_eq!(pod.last_form()["cr_token"], pod.cr_token());

    // What cannot be the cluster at work is told, whatever is in hand.
    std::fs::create_dir(pod.path()).unwrap();
    assert!(source.fetch().await.unwrap_err().is_misconfigured());
}

#[tokio::test]
async fn when_the_last_token_will_not_do_the_file_is_what_is_told() {
    let pod = Pod::new().await;
    let source = pod.source();
    pod.write(pod.cr_token());
    source.fetch().await.unwrap();
    pod.remove();
    pod.cloud.on(Route::Token).then(Answer::iam_error("BXNIM0401E"));
    let error = source.fetch().await.unwrap_err();
    assert!(error.is_retryable() && error.message().contains("is not there any more"), "{error}");
}

#[derive(Debug)]
struct At(u64);

impl Clock for At {
    fn now(&self) -> Moment {
        let now = Duration::from_secs(self.0);
        Moment { wall: SystemTime::UNIX_EPOCH + now, monotonic: now }
    }
}

#[tokio::test]
async fn a_last_token_that_has_expired_is_not_used() {
    // {"alg":"RS256"} . {"exp":1700000000}
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.c2ln";
    for (now, requests) in [(1_699_999_999, 2), (1_700_000_000, 1)] {
        let pod = Pod::new().await;
        pod.write(jwt);
        let source = pod.builder().clock(At(now)).build(transport()).unwrap();
        assert!(source.fetch().await.unwrap_err().is_rejected_credential());
        pod.remove();
        assert!(source.fetch().await.unwrap_err().is_retryable());
        assert_eq!(pod.cloud.journal().token_requests(), requests, "at {now}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_and_fails_nobody_later() {
    let pod = Pod::new().await;
    let engine = Engine::new(pod.source());
    for _ in 0..2 {
        let error = engine.authorize(&AuthRequest::new()).await.unwrap_err();
        let path = pod.path().display().to_string();
        assert!(error.is_misconfigured() && error.message().contains(&path), "{error}");
    }
    assert_eq!(pod.cloud.journal().requests().len(), 0);
    pod.write(pod.cr_token());
    Engine::new(pod.source()).authorize(&AuthRequest::new()).await.unwrap();
}

#[tokio::test]
async fn without_a_path_the_usual_places_are_named() {
    if DEFAULT_FILES.iter().any(|path| std::path::Path::new(path).exists()) {
        return;
    }
    let source = ContainerToken::builder().profile_name("p").build(transport()).unwrap();
    let error = source.fetch().await.unwrap_err();
    assert!(error.is_absent(), "{error}");
    for path in DEFAULT_FILES {
        assert!(error.message().contains(path), "{error}");
    }
}

#[tokio::test]
async fn what_holds_no_token_is_told_without_being_shown() {
    let pod = Pod::new().await;
    for bytes in [&b"hunter2 hunter2"[..], b"hunter2\nhunter2", b"hunter2\0", b"\xff\xfehunter2"] {
        pod.write(bytes);
        let error = pod.source().fetch().await.unwrap_err();
        assert!(error.is_misconfigured() && !shown(&error).contains("hunter2"), "{bytes:?}: {error}");
    }
    assert_eq!(pod.cloud.journal().requests().len(), 0);
}

#[tokio::test]
async fn what_cannot_work_is_refused_when_building() {
    let bare = ContainerToken::builder;
    for builder in [
        bare(),
        bare().profile_id(""),
        bare().profile_crn("Profile-1"),
        bare().profile_name("n").token_file(""),
        bare().profile_name("n").client("id", Secret::from("")),
        bare().profile_name("n").client("", Secret::from("secret")),
        bare().profile_name("n").scope(" "),
    ] {
        assert!(builder.build(transport()).unwrap_err().is_misconfigured());
    }
}

#[tokio::test]
async fn everything_that_shapes_the_token_is_in_the_identity() {
    let identity = |builder: ContainerTokenBuilder| builder.build(transport()).unwrap().identity();
    let bare = || ContainerToken::builder().profile_id("p");
    let base = identity(bare());
    assert_eq!(base, identity(bare()));
    for other in [
        bare().token_file("/t"),
        bare().profile_name("p"),
        ContainerToken::builder().profile_name("p"),
        bare().scope("s"),
        bare().client("bx", Secret::from("bx")),
        bare().endpoint(Endpoint::staging()),
    ] {
        assert_ne!(base, identity(other));
    }
    let shown = format!("{:?}", bare().client("id", Secret::from("pa55word")).build(transport()));
    assert!(!shown.contains("pa55word"), "{shown}");
}
