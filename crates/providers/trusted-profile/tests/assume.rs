//! Against the mock, over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Clock, Credentials, Moment, Secret, SystemClock, TokenSource,
    Transport,
};
use wml_auth_engine::Engine;
use wml_auth_iam::{Claims, Endpoint};
use wml_auth_iam_apikey::{ApiKeyOnRequest, IamApiKey};
use wml_auth_mock_iam::{Answer, MockIam, Recorded, Route};
use wml_auth_reqwest::ReqwestTransport;
use wml_auth_trusted_profile::{TrustedProfile, TrustedProfileBuilder};

const MINUTE: Duration = Duration::from_secs(60);

fn transport() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().unwrap())
}

fn endpoint(cloud: &MockIam) -> Endpoint {
    Endpoint::parse(cloud.url()).unwrap()
}

/// The user's login, with everything set that must not go along to the second exchange.
fn user(cloud: &MockIam) -> IamApiKey {
    IamApiKey::builder(Secret::from(cloud.fixture().api_key.as_str()))
        .endpoint(endpoint(cloud))
        .client("bx", Secret::from("bx"))
        .scope("ibm openid")
        .build(transport())
        .unwrap()
}

fn source(
    cloud: &MockIam,
    set: impl FnOnce(TrustedProfileBuilder) -> TrustedProfileBuilder,
) -> TrustedProfile {
    set(TrustedProfile::builder(user(cloud)).endpoint(endpoint(cloud))).build(transport()).unwrap()
}

fn fields(request: &Recorded) -> BTreeMap<String, String> {
    form_urlencoded::parse(request.body()).into_owned().collect()
}

fn grants(cloud: &MockIam) -> Vec<String> {
    let requests = cloud.journal().requests();
    requests
        .iter()
        .map(|request| request.form("grant_type").unwrap().rsplit(':').next().unwrap().to_owned())
        .collect()
}

/// The system's clock, and as much ahead as a test says.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<Mutex<Duration>>);

impl Ahead {
    fn pass(&self, cloud: &MockIam, time: Duration) {
        *self.0.lock().unwrap() += time;
        cloud.clock().advance(time);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Moment {
        let (now, ahead) = (SystemClock.now(), *self.0.lock().unwrap());
        Moment { wall: now.wall + ahead, monotonic: now.monotonic + ahead }
    }
}

/// An engine of the user's, and a source over it.
fn over(cloud: &MockIam, clock: &Ahead) -> (Credentials, TrustedProfile) {
    let engine = Engine::builder(user(cloud)).clock(clock.clone()).build();
    let whose = engine.identity().clone();
    let credentials = Credentials::new(engine);
    let source = TrustedProfile::builder_over(credentials.clone(), whose)
        .profile_id(&cloud.fixture().profile_id)
        .endpoint(endpoint(cloud))
        .clock(clock.clone())
        .build(transport())
        .unwrap();
    (credentials, source)
}

#[tokio::test]
async fn the_second_exchange_has_the_token_and_the_profile_and_no_more() {
    let cloud = MockIam::start().await.unwrap();
    let id = cloud.fixture().profile_id.clone();
    let token = source(&cloud, |builder| builder.profile_id(&id)).fetch().await.unwrap();
    let claims = Claims::decode(token.secret()).unwrap();
    assert_eq!(claims.subject_type.as_deref(), Some("Profile"));

    let [first, second] = <[Recorded; 2]>::try_from(cloud.journal().requests()).unwrap();
    assert_eq!(first.header("authorization"), Some("Basic Yng6Yng="));
    assert_eq!((second.method(), second.path(), second.query()), ("POST", "/identity/token", None));
    assert_eq!(second.header("authorization"), None);
    assert_eq!(second.header("content-type"), Some("application/x-www-form-urlencoded"));
    let mut sent = fields(&second);
    assert_eq!(sent.remove("access_token").map(|token| token.split('.').count()), Some(3));
    let expected = [("grant_type", "urn:ibm:params:oauth:grant-type:assume"), ("profile_id", &id)];
    assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[tokio::test]
async fn a_profile_is_found_by_its_name_and_account_or_its_crn() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::Token).nth(2, Answer::iam_error("BXNIM0513E")).nth(4, Answer::iam_error("BXNIM0513E"));
    let account = cloud.fixture().account_id.clone();
    let by_name = source(&cloud, |builder| builder.profile_name("my profile").account(&account));
    let by_crn =
        source(&cloud, |builder| builder.profile_crn("crn:v1:bluemix:public:iam-identity::a/1::profile:p"));
    for source in [by_name, by_crn] {
        let error = source.fetch().await.unwrap_err();
        assert!(error.is_rejected_credential() && error.hint().is_some(), "{error}");
    }
    let requests = cloud.journal().requests();
    let sent = |place: usize, name: &str| fields(&requests[place]).remove(name);
    assert_eq!(sent(1, "profile_name").as_deref(), Some("my profile"));
    assert_eq!(sent(1, "account"), Some(account));
    assert_eq!(sent(3, "profile_crn").as_deref(), Some("crn:v1:bluemix:public:iam-identity::a/1::profile:p"));
    assert_eq!(requests.len(), 4, "a refusal of the profile is no reason to log in again");
}

/// Two caches, one over the other: what the lower one has may be about to end.
#[tokio::test]
async fn a_cache_in_its_last_minutes_does_not_shorten_the_profiles_token() {
    let cloud = MockIam::start().await.unwrap();
    let clock = Ahead::default();
    let (_, source) = over(&cloud, &clock);
    for _ in 0..3 {
        let token = source.fetch().await.unwrap();
        let life = token.expires_in().unwrap();
        assert!(life > 59 * MINUTE, "only {life:?}");
        // Both are due for an early renewal now.
        clock.pass(&cloud, 49 * MINUTE);
    }
    assert_eq!(grants(&cloud), ["apikey", "assume", "apikey", "assume", "apikey", "assume"]);
}

#[tokio::test]
async fn a_shared_token_that_is_young_is_used_again() {
    let cloud = MockIam::start().await.unwrap();
    let clock = Ahead::default();
    let (credentials, source) = over(&cloud, &clock);
    credentials.authorize(&AuthRequest::new()).await.unwrap();
    source.fetch().await.unwrap();
    clock.pass(&cloud, 10 * MINUTE);
    source.fetch().await.unwrap();
    assert_eq!(grants(&cloud), ["apikey", "assume", "assume"]);
}

/// An account may have its tokens live a quarter of an hour.
#[tokio::test]
async fn first_tokens_that_live_shorter_than_usual_will_do() {
    let cloud = MockIam::builder().token_lifetime(15 * MINUTE).start().await.unwrap();
    let clock = Ahead::default();
    let (_, source) = over(&cloud, &clock);
    source.fetch().await.unwrap();
    for _ in 0..3 {
        clock.pass(&cloud, 12 * MINUTE);
        let life = source.fetch().await.unwrap().expires_in().unwrap();
        assert!(life > 14 * MINUTE, "only {life:?}");
    }
}

#[tokio::test]
async fn a_kept_token_that_iam_refuses_is_replaced_once() {
    let cloud = MockIam::start().await.unwrap();
    let clock = Ahead::default();
    let (credentials, source) = over(&cloud, &clock);
    let kept = credentials.authorize(&AuthRequest::new()).await.unwrap();
    cloud.identities().revoke_token(kept.expose_token());
    source.fetch().await.unwrap();
    assert_eq!(grants(&cloud), ["apikey", "assume", "apikey", "assume"]);

    clock.pass(&cloud, 5 * MINUTE);
    cloud.journal().clear();
    cloud.on(Route::Token).reset().always(Answer::iam_error("BXNIM0401E"));
    assert!(source.fetch().await.unwrap_err().is_rejected_credential());
    assert!(cloud.journal().token_requests() <= 2, "{:?}", grants(&cloud));
}

#[tokio::test]
async fn the_first_login_fails_as_itself() {
    let cloud = MockIam::start().await.unwrap();
    let id = cloud.fixture().profile_id.clone();
    cloud.identities().disable_key(&cloud.fixture().api_key);
    let error = source(&cloud, |builder| builder.profile_id(&id)).fetch().await.unwrap_err();
    assert_eq!((error.is_rejected_credential(), error.code()), (true, Some("BXNIM0462E")));
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[tokio::test]
async fn what_is_no_token_cannot_assume() {
    let cloud = MockIam::start().await.unwrap();
    let key = ApiKeyOnRequest::new(Secret::from("k3y")).unwrap();
    let whose = key.ready(&AuthRequest::new()).unwrap().identity().clone();
    let source = TrustedProfile::builder_over(Credentials::new(key), whose)
        .profile_id("p")
        .endpoint(endpoint(&cloud))
        .build(transport())
        .unwrap();
    assert!(source.fetch().await.unwrap_err().is_misconfigured());
    assert!(cloud.journal().requests().is_empty());
}

#[tokio::test]
async fn what_cannot_work_is_refused_when_building() {
    let cloud = MockIam::start().await.unwrap();
    let refused = |set: fn(TrustedProfileBuilder) -> TrustedProfileBuilder| -> AuthError {
        set(TrustedProfile::builder(user(&cloud))).build(transport()).unwrap_err()
    };
    for error in [
        refused(|builder| builder),
        refused(|builder| builder.profile_id("i").profile_name("n").account("a")),
        refused(|builder| builder.profile_id("i").profile_crn("crn:v1:p")),
        refused(|builder| builder.profile_name("n")),
        refused(|builder| builder.profile_id("i").account("a")),
        refused(|builder| builder.profile_id(" ")),
        refused(|builder| builder.profile_crn("Profile-1")),
    ] {
        assert!(error.is_misconfigured() && error.hint().is_some(), "{error}");
    }
}

#[tokio::test]
async fn everything_that_shapes_the_token_is_in_the_identity_and_no_secret_in_what_is_shown() {
    let cloud = MockIam::start().await.unwrap();
    let other_key = IamApiKey::builder(Secret::from("another")).build(transport()).unwrap();
    let base = source(&cloud, |builder| builder.profile_id("p"));
    assert_eq!(base.identity(), source(&cloud, |builder| builder.profile_id("p")).identity());
    for other in [
        source(&cloud, |builder| builder.profile_id("q")),
        source(&cloud, |builder| builder.profile_name("p").account("a")),
        source(&cloud, |builder| builder.profile_name("p").account("b")),
        source(&cloud, |builder| builder.profile_id("p").endpoint(Endpoint::staging())),
        TrustedProfile::builder(other_key)
            .profile_id("p")
            .endpoint(endpoint(&cloud))
            .build(transport())
            .unwrap(),
    ] {
        assert_ne!(base.identity(), other.identity());
    }
    let shown = format!("{base:?} {:?}", TrustedProfile::builder(user(&cloud)));
    assert!(!shown.contains(&cloud.fixture().api_key), "{shown}");
}
