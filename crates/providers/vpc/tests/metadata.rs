//! Against the mock, over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(clippy::disallowed_methods, reason = "how long a caller waits is what is tested")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use http::{Request, Response};
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, TokenSource, Transport};
use wml_auth_engine::Engine;
use wml_auth_iam::Claims;
use wml_auth_mock_iam::{Answer, MockIam, Recorded, Route};
use wml_auth_reqwest::ReqwestTransport;
use wml_auth_vpc::{MetadataVersion, VpcInstance, VpcInstanceBuilder};

const VERSIONS: [(MetadataVersion, &str, &str); 2] = [
    (MetadataVersion::V2022_03_01, "/instance_identity/v1/token", "/instance_identity/v1/iam_token"),
    (MetadataVersion::V2025_08_26, "/identity/v1/token", "/identity/v1/iam_tokens"),
];

fn transport() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().unwrap())
}

fn builder(cloud: &MockIam) -> VpcInstanceBuilder {
    // Longer than any machine that is busy with other tests needs.
    VpcInstance::builder().metadata_url(cloud.url()).timeout(Duration::from_secs(30))
}

fn source(builder: VpcInstanceBuilder) -> VpcInstance {
    builder.build(transport()).unwrap()
}

fn json(request: &Recorded) -> serde_json::Value {
    serde_json::from_slice(request.body()).unwrap()
}

#[tokio::test]
async fn both_steps_are_those_of_ibms_sdks_in_either_version() {
    for (version, identity_path, token_path) in VERSIONS {
        let cloud = MockIam::start().await.unwrap();
        let token = source(builder(&cloud).version(version)).fetch().await.unwrap();
        assert_eq!(Claims::decode(token.secret()).unwrap().subject_type.as_deref(), Some("Profile"));
        assert!(token.expires_in().is_some() && token.expires_at().is_some());

        let [first, second] = <[Recorded; 2]>::try_from(cloud.journal().requests()).unwrap();
        let query = format!("version={version}");
        for (request, method, path) in [(&first, "PUT", identity_path), (&second, "POST", token_path)] {
            assert_eq!((request.method(), request.path()), (method, path));
            assert_eq!(request.query(), Some(query.as_str()));
            assert_eq!(request.header("metadata-flavor"), Some("ibm"));
            assert_eq!(request.header("content-type"), Some("application/json"));
            assert_eq!(request.header("accept"), Some("application/json"));
        }
        assert_eq!(json(&first), serde_json::json!({ "expires_in": 300 }));
        assert_eq!(first.header("authorization"), None);
        assert!(second.header("authorization").unwrap().starts_with("Bearer "));
        assert!(second.body().is_empty(), "the default profile is asked for without a body");
        assert_eq!(second.header("content-length"), Some("0"));
    }
}

#[tokio::test]
async fn a_profile_is_named_in_one_of_three_ways() {
    let cloud = MockIam::start().await.unwrap();
    let odd = r#"a "quoted" name"#;
    for (set, named) in [
        (builder(&cloud).profile_id("Profile-1"), serde_json::json!({ "id": "Profile-1" })),
        (builder(&cloud).profile_crn("crn:v1:p"), serde_json::json!({ "crn": "crn:v1:p" })),
        (builder(&cloud).profile_name(odd), serde_json::json!({ "name": odd })),
    ] {
        let error = source(set).fetch().await.unwrap_err();
        assert_eq!((error.is_rejected_credential(), error.code()), (true, Some("profile_not_linked")));
        assert!(error.hint().unwrap().contains("link"), "{:?}", error.hint());
        let request = cloud.journal().requests().pop().unwrap();
        assert_eq!(json(&request), serde_json::json!({ "trusted_profile": named }));
    }
    let id = cloud.fixture().profile_id.clone();
    source(builder(&cloud).profile_id(&id).identity_life(Duration::from_secs(60))).fetch().await.unwrap();
}

/// A host that swallows every packet.
struct Silence;

#[async_trait]
impl Transport for Silence {
    async fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn where_nobody_answers_that_is_told_soon_and_once() {
    let source = VpcInstance::builder().timeout(Duration::from_millis(20)).build(Silence).unwrap();
    let engine = Engine::new(source);
    let began = Instant::now();
    let error = engine.authorize(&AuthRequest::new()).await.unwrap_err();
    // The engine alone would try for half a minute.
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(error.is_absent() && error.hint().unwrap().contains("VPC"), "{error:?}");
    assert_eq!(error.host(), Some("169.254.169.254"));
}

#[tokio::test]
async fn a_service_that_has_answered_before_is_worth_another_try() {
    let cloud = MockIam::start().await.unwrap();
    let patient = source(builder(&cloud));
    patient.fetch().await.unwrap();

    let hasty = source(builder(&cloud).timeout(Duration::from_millis(250)));
    cloud.on(Route::InstanceIdentity).reset().then(Answer::status(503)).always(Answer::stall());
    assert!(hasty.fetch().await.unwrap_err().is_retryable(), "that was an answer");
    let error = hasty.fetch().await.unwrap_err();
    assert!(error.is_unreachable() && error.message().contains("250ms"), "{error}");
}

#[tokio::test]
async fn a_connection_that_fails_at_once_may_work_the_next_time() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::InstanceIdentity).then(Answer::close());
    Engine::new(source(builder(&cloud))).authorize(&AuthRequest::new()).await.unwrap();
    assert_eq!(cloud.journal().requests().len(), 3);
}

#[tokio::test]
async fn an_answer_without_a_token_or_a_life_is_an_error() {
    for route in [Route::InstanceIdentity, Route::InstanceToken] {
        for body in [
            "",
            "{}",
            "null",
            "[]",
            "<html>",
            r#"{"access_token":"t"}"#,
            r#"{"expires_in":300,"expires_at":"2026-01-01T00:00:00.000Z"}"#,
            r#"{"access_token":null,"expires_in":300}"#,
            r#"{"access_token":"a\nb","expires_in":300}"#,
            r#"{"access_token":"t","expires_at":"never"}"#,
        ] {
            let cloud = MockIam::start().await.unwrap();
            cloud.on(route.clone()).then(Answer::bytes(200, body));
            let error = source(builder(&cloud)).fetch().await.unwrap_err();
            assert!(error.is_invalid_answer(), "{route:?} {body}: {error}");
        }
    }
}

#[tokio::test]
async fn an_opaque_token_lives_as_the_service_says() {
    let cloud = MockIam::start().await.unwrap();
    let body = r#"{"access_token":"opaque","created_at":"2033-05-18T03:33:20.000Z","expires_at":"2033-05-18T04:33:20.000Z","expires_in":3600}"#;
    cloud.on(Route::InstanceToken).then(Answer::bytes(200, body));
    let token = source(builder(&cloud)).fetch().await.unwrap();
    assert_eq!((token.secret().expose(), token.expires_in()), ("opaque", Some(Duration::from_secs(3600))));
    assert!(token.expires_at().is_some());
}

#[tokio::test]
async fn a_refusal_does_not_repeat_the_identity_token() {
    let cloud = MockIam::start().await.unwrap();
    cloud
        .on(Route::InstanceIdentity)
        .then(Answer::bytes(200, r#"{"access_token":"hunter2","expires_in":300}"#));
    let body =
        r#"{"errors":[{"code":"unauthenticated","message":"bad hunter2"}],"trace":"t1","status_code":401}"#;
    cloud.on(Route::InstanceToken).then(Answer::bytes(401, body));
    let error = source(builder(&cloud)).fetch().await.unwrap_err();
    assert!(error.is_rejected_credential() && error.code() == Some("unauthenticated"), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[test]
fn what_cannot_work_is_refused_when_building() {
    let bare = VpcInstance::builder;
    for builder in [
        bare().profile_id("i").profile_name("n"),
        bare().profile_id("i").profile_crn("crn:v1:p"),
        bare().profile_crn("Profile-1"),
        bare().profile_name(" "),
        bare().metadata_url("http://metadata.example.com"),
        bare().metadata_url("169.254.169.254"),
        bare().identity_life(Duration::from_secs(4)),
        bare().identity_life(Duration::from_secs(3601)),
        bare().timeout(Duration::ZERO),
    ] {
        assert!(builder.build(transport()).unwrap_err().is_misconfigured());
    }
    assert!(bare().metadata_url("https://api.metadata.cloud.ibm.com").build(transport()).is_ok());
    for (version, ..) in VERSIONS {
        assert_eq!(MetadataVersion::parse(version.as_str()).unwrap(), version);
    }
    assert!(MetadataVersion::parse("2022-03-02").unwrap_err().is_misconfigured());
}

#[test]
fn everything_that_shapes_the_token_is_in_the_identity() {
    let identity = |builder: VpcInstanceBuilder| builder.build(transport()).unwrap().identity();
    let bare = VpcInstance::builder;
    let base = identity(bare());
    assert_eq!(base, identity(bare()));
    for other in [
        bare().version(MetadataVersion::V2025_08_26),
        bare().metadata_url("http://127.0.0.1:1"),
        bare().profile_id("p"),
        bare().profile_name("p"),
    ] {
        assert_ne!(base, identity(other));
    }
}
