//! However many callers, one request: counted by the server.

use wml_auth::AuthRequest;
use wml_auth_mock_iam::Route;
use wml_auth_tests::Rig;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_tasks_on_a_cold_cache_make_one_token_request() {
    let rig = Rig::start().await;
    let barrier = rig.cloud.hold(Route::Token);
    let credentials = rig.api_key(&rig.cloud.fixture().api_key);
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.authorize(&AuthRequest::new()).await })
        })
        .collect();
    barrier.arrived(1).await;
    barrier.release();
    let mut tokens = Vec::new();
    for task in tasks {
        tokens.push(task.await.unwrap().unwrap().expose_token().to_owned());
    }
    tokens.dedup();
    assert_eq!((tokens.len(), rig.cloud.journal().token_requests()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tasks_on_a_failing_one_make_one_and_each_has_the_error() {
    let rig = Rig::start().await;
    let barrier = rig.cloud.hold(Route::Token);
    let credentials = rig.api_key("a-key-that-nobody-has-ever-been-given-000000");
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.authorize(&AuthRequest::new()).await })
        })
        .collect();
    barrier.arrived(1).await;
    barrier.release();
    for task in tasks {
        let error = task.await.unwrap().unwrap_err();
        assert_eq!(error.code(), Some("BXNIM0415E"), "{error}");
        assert!(error.is_rejected_credential() && error.transaction_id().is_some() && error.hint().is_some());
    }
    assert_eq!(rig.cloud.journal().token_requests(), 1);
}

#[tokio::test]
async fn two_identities_do_not_wait_for_each_other() {
    let rig = Rig::start().await;
    let other = Rig::start().await;
    let barrier = rig.cloud.hold(Route::Token);
    let slow = rig.api_key(&rig.cloud.fixture().api_key);
    let held = tokio::spawn(async move { slow.authorize(&AuthRequest::new()).await });
    barrier.arrived(1).await;
    let fast = other.api_key(&other.cloud.fixture().api_key);
    assert!(fast.authorize(&AuthRequest::new()).await.is_ok(), "while the other one is held");
    barrier.release();
    assert!(held.await.unwrap().is_ok());
}
