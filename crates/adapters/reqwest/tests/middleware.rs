//! The same in a stack of `reqwest-middleware`.

#![allow(clippy::unwrap_used, reason = "a test may, its helpers too")]

mod support;

use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use wml_auth_core::AuthError;
use wml_auth_mock_iam::Answer;
use wml_auth_reqwest::{AuthorizeMiddleware, same_origin_redirects};

use support::{INPUT, Rig, credentials, own_client};

fn client(middleware: AuthorizeMiddleware) -> ClientWithMiddleware {
    let http = own_client().redirect(same_origin_redirects()).build().unwrap();
    ClientBuilder::new(http).with(middleware).build()
}

fn signed(rig: &Rig) -> ClientWithMiddleware {
    client(AuthorizeMiddleware::new(rig.credentials.clone(), rig.origin()))
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_request_sent_once_more() {
    let rig = Rig::start().await;
    rig.revoked().await;
    let url = format!("{}{}", rig.cloud.url(), rig.scoring_path());
    let answer = signed(&rig).post(url).body(INPUT).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!((rig.scorings(), rig.token_requests()), (2, 2));
}

#[tokio::test]
async fn other_origins_are_left_alone() {
    let rig = Rig::start().await;
    let refusal = Answer::status(401).header("WWW-Authenticate", r#"Bearer error="invalid_token""#);
    rig.elsewhere.on("/trap").always(refusal);
    let url = format!("{}/trap", rig.elsewhere.url());
    let answer = signed(&rig).get(&url).header("authorization", "Bearer mine").send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let trapped = rig.elsewhere.journal().requests();
    assert_eq!((trapped.len(), trapped[0].header("authorization")), (1, Some("Bearer mine")));
    assert_eq!(rig.token_requests(), 0);
}

#[tokio::test]
async fn a_redirect_elsewhere_is_an_answer() {
    let rig = Rig::start().await;
    rig.cloud.on("/moved").then(Answer::redirect(307, rig.elsewhere.url()));
    let answer = signed(&rig).get(format!("{}/moved", rig.cloud.url())).send().await.unwrap();
    assert_eq!(answer.status(), 307);
    assert!(rig.elsewhere.journal().requests().is_empty());
}

#[tokio::test]
async fn a_failed_login_can_be_told_from_a_failed_request() {
    let rig = Rig::start().await;
    let key = rig.cloud.identities().add_user_key();
    rig.cloud.identities().delete_key(&key);
    let middleware = AuthorizeMiddleware::new(credentials(&rig.cloud, &key), rig.origin());
    let url = format!("{}{}", rig.cloud.url(), rig.deployment_path());
    let error = client(middleware).get(url).send().await.unwrap_err();
    let reqwest_middleware::Error::Middleware(error) = error else { panic!("{error}") };
    assert_eq!(error.downcast_ref::<AuthError>().and_then(AuthError::code), Some("BXNIM0415E"));
}
