//! From threads of any kind, against an IAM.
#![allow(clippy::unwrap_used, reason = "a test may, its helpers too")]

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::{Builder, Runtime};
use wml_auth_blocking::BlockingCredentials;
use wml_auth_core::{
    AuthError, AuthProvider, AuthRequest, Authorization, Clock, Credentials, Event, Generation, Moment,
    Observer, Secret, SystemClock,
};
use wml_auth_engine::{Engine, Policy};
use wml_auth_iam::Endpoint;
use wml_auth_iam_apikey::IamApiKey;
use wml_auth_mock_iam::{Answer, MockIam, Route};
use wml_auth_reqwest::ReqwestTransport;

const ANY: AuthRequest = AuthRequest::new();

/// Says which generation came.
struct Tell(Mutex<Sender<Generation>>);

impl Observer for Tell {
    fn observe(&self, event: &Event<'_>) {
        if let Event::RefreshSucceeded { generation, .. } = event {
            let _ = self.0.lock().unwrap().send(*generation);
        }
    }
}

/// The system's clock, and some seconds ahead of it.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<AtomicU64>);

impl Clock for Ahead {
    fn now(&self) -> Moment {
        let ahead = Duration::from_secs(self.0.load(Ordering::SeqCst));
        let now = SystemClock.now();
        Moment { wall: now.wall + ahead, monotonic: now.monotonic + ahead }
    }
}

/// Credentials at a cloud, which is on a thread of its own, and the generations as they come.
fn credentials(cloud: &MockIam, early: f64) -> (BlockingCredentials, Receiver<Generation>) {
    credentials_on(cloud, early, Ahead::default())
}

fn credentials_on(cloud: &MockIam, early: f64, clock: Ahead) -> (BlockingCredentials, Receiver<Generation>) {
    let source = IamApiKey::builder(Secret::from(cloud.fixture().api_key.as_str()))
        .endpoint(Endpoint::parse(cloud.url()).unwrap())
        .build(Arc::new(ReqwestTransport::new().unwrap()))
        .unwrap();
    let policy = Policy { attempts: 1, early_attempts: 1, early, ..Policy::default() };
    let (tell, told) = channel();
    let engine = Engine::builder(source).policy(policy).clock(clock).observer(Tell(Mutex::new(tell))).build();
    (BlockingCredentials::new(Credentials::new(engine)), told)
}

/// The next generation that comes; a test fails where none does.
fn next(came: &Receiver<Generation>) -> Generation {
    came.recv_timeout(Duration::from_secs(20)).unwrap()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn cloud() -> MockIam {
    runtime().block_on(MockIam::start()).unwrap()
}

#[test]
fn outside_of_a_runtime() {
    let cloud = cloud();
    let (credentials, _) = credentials(&cloud, 0.8);
    assert!(credentials.ready(&ANY).is_none());
    let first = credentials.authorize(&ANY).unwrap();
    assert_eq!(credentials.authorize(&ANY).unwrap().expose_token(), first.expose_token());
    assert_eq!(credentials.ready(&ANY).unwrap().expose_token(), first.expose_token());
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[tokio::test]
async fn inside_of_a_single_threaded_runtime() {
    let cloud = MockIam::start().await.unwrap();
    let (credentials, _) = credentials(&cloud, 0.8);
    let token = credentials.authorize(&ANY).unwrap();
    assert_eq!(credentials.as_async().authorize(&ANY).await.unwrap().expose_token(), token.expose_token());
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inside_of_a_multi_threaded_runtime_with_all_its_threads_waiting() {
    let cloud = MockIam::start().await.unwrap();
    let (credentials, _) = credentials(&cloud, 0.8);
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.authorize(&ANY).map(|_| ()) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[test]
fn inside_of_a_runtime_that_is_entered_and_not_driven() {
    let cloud = cloud();
    let (credentials, _) = credentials(&cloud, 0.8);
    let idle = runtime();
    let _context = idle.enter();
    credentials.authorize(&ANY).unwrap();
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[test]
fn sixty_four_cold_threads_make_one_request() {
    let cloud = cloud();
    let (credentials, _) = credentials(&cloud, 0.8);
    let held = cloud.hold(Route::Token);
    let start = Barrier::new(65);
    thread::scope(|scope| {
        let callers: Vec<_> = (0..64)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    credentials.authorize(&ANY).map(|token| token.expose_token().to_owned())
                })
            })
            .collect();
        start.wait();
        runtime().block_on(held.arrived(1));
        held.release();
        let mut tokens: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap().unwrap()).collect();
        tokens.dedup();
        assert_eq!(tokens.len(), 1);
    });
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[test]
fn an_early_renewal_goes_on_in_the_background_while_the_old_token_serves() {
    let cloud = cloud();
    let clock = Ahead::default();
    let (credentials, came) = credentials_on(&cloud, 0.0, clock.clone());
    let first = credentials.authorize(&ANY).unwrap();
    assert_eq!(next(&came), first.generation());
    let held = cloud.hold(Route::Token);
    // No token is renewed in the second in which it came.
    clock.0.store(2, Ordering::SeqCst);
    // Nobody waits from here on, and still the request arrives and its answer is taken in.
    assert_eq!(credentials.ready(&ANY).unwrap().expose_token(), first.expose_token());
    runtime().block_on(held.arrived(1));
    assert_eq!(credentials.authorize(&ANY).unwrap().expose_token(), first.expose_token());
    held.release();
    assert!(next(&came) > first.generation());
    assert_ne!(credentials.ready(&ANY).unwrap().expose_token(), first.expose_token());
}

#[test]
fn a_rejected_token_is_replaced_in_the_background() {
    let cloud = cloud();
    let (credentials, came) = credentials(&cloud, 0.8);
    let first = credentials.authorize(&ANY).unwrap();
    assert_eq!(next(&came), first.generation());
    credentials.reject(&first);
    let second = next(&came);
    assert_eq!(credentials.ready(&ANY).unwrap().generation(), second);
    // A second report about the same one is late.
    credentials.reject(&first);
    assert_eq!(credentials.ready(&ANY).unwrap().generation(), second);
    assert_eq!(cloud.journal().token_requests(), 2);
}

#[test]
fn a_limit_ends_the_wait_and_not_the_exchange() {
    let cloud = cloud();
    let (credentials, came) = credentials(&cloud, 0.8);
    let held = cloud.hold(Route::Token);
    let error = credentials.authorize_within(&ANY, Duration::from_millis(1)).unwrap_err();
    assert!(error.is_retryable(), "{error}");
    held.release();
    next(&came);
    assert!(credentials.ready(&ANY).is_some());
    assert_eq!(cloud.journal().token_requests(), 1);
}

#[test]
fn an_error_comes_through() {
    let cloud = cloud();
    cloud.on(Route::Token).always(Answer::iam_error("BXNIM0415E"));
    let (credentials, _) = credentials(&cloud, 0.8);
    assert_eq!(credentials.authorize(&ANY).unwrap_err().code(), Some("BXNIM0415E"));
    assert_eq!(format!("{credentials:?}"), "BlockingCredentials(..)");
}

/// Leaves something behind on the thread that runs it, which tells when that thread ends.
struct Mark(Mutex<Option<Sender<()>>>);

thread_local! {
    static MARK: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

#[async_trait]
impl AuthProvider for Mark {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        MARK.set(self.0.lock().unwrap().take());
        Ok(Authorization::bearer(&Secret::from("t"))?)
    }
}

#[test]
fn the_thread_ends_with_the_last_handle() {
    let (sender, ended) = channel();
    let credentials = BlockingCredentials::new(Credentials::new(Mark(Mutex::new(Some(sender)))));
    let clone = credentials.clone();
    credentials.authorize(&ANY).unwrap();
    drop(credentials);
    clone.authorize(&ANY).unwrap();
    drop(clone);
    assert_eq!(ended.recv_timeout(Duration::from_secs(20)), Err(RecvTimeoutError::Disconnected));
}

/// Answers by a function, on the background thread.
struct Call<F>(F);

#[async_trait]
impl<F: Fn() -> Result<Authorization, AuthError> + Send + Sync> AuthProvider for Call<F> {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        self.0()
    }
}

#[test]
fn a_provider_that_waits_for_itself_is_told_so() {
    let itself: Arc<OnceLock<BlockingCredentials>> = Arc::default();
    let within = Arc::clone(&itself);
    let provider = Call(move || within.get().unwrap().authorize(&ANY));
    let credentials = BlockingCredentials::from(Credentials::new(provider));
    itself.set(credentials.clone()).unwrap();
    assert!(credentials.authorize(&ANY).unwrap_err().is_misconfigured());
}

#[test]
fn a_provider_that_waits_for_another_is_fine() {
    let inner = BlockingCredentials::from(Credentials::new(Call(|| Ok(Authorization::bearer(&"t".into())?))));
    let outer = BlockingCredentials::from(Credentials::new(Call(move || inner.authorize(&ANY))));
    assert_eq!(outer.authorize(&ANY).unwrap().expose_token(), "t");
}

#[test]
fn a_panic_in_a_provider_is_an_error() {
    let credentials = BlockingCredentials::from(Credentials::new(Call(|| panic!("on purpose"))));
    for _ in 0..2 {
        let error = credentials.authorize(&ANY).unwrap_err();
        assert!(!error.is_retryable() && !error.to_string().contains("on purpose"), "{error}");
    }
}
