//! Where the header goes, and where it does not.

mod support;

use reqwest::{Method, Request, StatusCode};
use wml_auth_core::{AuthRequest, Credentials, Origin};
use wml_auth_mock_iam::{Answer, Route};
use wml_auth_reqwest::{AuthorizedClient, same_origin_redirects};

use support::{INPUT, Rig, own_client, unauthorized};

#[tokio::test]
async fn a_request_for_another_origin_is_not_sent() {
    let rig = Rig::start().await;
    let client = rig.client();
    for url in [format!("{}/v2/spaces", rig.elsewhere.url()), "http://example.com/".into(), "no URL".into()] {
        let error = client.get(&url).send().await.unwrap_err();
        assert!(error.as_auth().is_none_or(|error| error.is_misconfigured()), "{error}");
    }
    let url = format!("{}/v2/spaces", rig.elsewhere.url()).parse().unwrap();
    let error = client.execute(Request::new(Method::GET, url)).await.unwrap_err();
    assert!(error.as_auth().unwrap().is_misconfigured(), "{error}");
    assert!(rig.elsewhere.journal().requests().is_empty());
    assert_eq!(rig.token_requests(), 0);
}

#[tokio::test]
async fn a_path_stays_within_the_origin() {
    let rig = Rig::start().await;
    let trap = rig.elsewhere.url().trim_start_matches("http:");
    rig.client().get(trap).send().await.unwrap();
    assert!(rig.elsewhere.journal().requests().is_empty());
    assert_eq!(rig.cloud.journal().requests().last().unwrap().path(), trap);
}

#[tokio::test]
async fn a_redirect_elsewhere_is_an_answer() {
    for status in [301, 302, 303, 307, 308] {
        let rig = Rig::start().await;
        rig.cloud.on(Route::Predictions).then(Answer::redirect(status, rig.elsewhere.url()));
        let answer = rig.client().post(&rig.scoring_path()).body(INPUT).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert!(rig.elsewhere.journal().requests().is_empty());
    }
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_the_header() {
    let rig = Rig::start().await;
    rig.cloud.on("/moved").then(Answer::redirect(307, &rig.deployment_path()));
    let answer = rig.client().get("/moved").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let rig = Rig::start().await;
    rig.cloud.on("/moved").always(Answer::redirect(302, "/moved"));
    assert!(rig.client().get("/moved").send().await.is_err());
    assert_eq!(rig.cloud.journal().count("GET", "/moved"), 11);
}

#[tokio::test]
async fn a_client_of_ones_own_drops_the_header_on_the_way_and_nobody_there_is_believed() {
    let rig = Rig::start().await;
    let refusal = unauthorized("authentication_token_expired");
    rig.cloud.on(Route::Deployments).then(Answer::redirect(307, &format!("{}/trap", rig.elsewhere.url())));
    rig.elsewhere.on("/trap").always(refusal.header("WWW-Authenticate", r#"Bearer error="invalid_token""#));
    let client = AuthorizedClient::new(own_client().build().unwrap(), rig.credentials.clone(), rig.origin());
    let answer = client.get(&rig.deployment_path()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let trapped = rig.elsewhere.journal().requests();
    assert_eq!(trapped.len(), 1);
    assert_eq!(trapped[0].header("authorization"), None);
    rig.authorization().await;
    assert_eq!(rig.token_requests(), 1, "the token is as good as before");
}

#[tokio::test]
async fn the_policy_of_ours_can_be_set_on_a_client_of_ones_own() {
    let rig = Rig::start().await;
    rig.cloud.on(Route::Deployments).then(Answer::redirect(302, rig.elsewhere.url()));
    let http = own_client().redirect(same_origin_redirects()).build().unwrap();
    let client = AuthorizedClient::new(http, rig.credentials.clone(), rig.origin());
    assert_eq!(client.get(&rig.deployment_path()).send().await.unwrap().status(), StatusCode::FOUND);
    assert!(rig.elsewhere.journal().requests().is_empty());
}

/// The first half of what the request asked for has happened by then.
#[tokio::test]
async fn past_a_redirect_only_a_safe_request_is_sent_again() {
    let rig = Rig::start().await;
    rig.cloud.on("/jobs").always(Answer::redirect(303, &rig.deployment_path()));
    rig.revoked().await;
    let client = rig.client();
    let answer = client.post("/jobs").body(INPUT).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(rig.cloud.journal().count("POST", "/jobs"), 1);
    rig.revoked().await;
    assert_eq!(client.get("/jobs#part").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(rig.cloud.journal().count("GET", "/jobs"), 2);
    assert_eq!(rig.token_requests(), 3);
}

#[tokio::test]
async fn a_fragment_is_no_redirect() {
    let rig = Rig::start().await;
    rig.revoked().await;
    let url = format!("{}#part", rig.scoring_path());
    let answer = rig.client().post(&url).body(INPUT).send().await.unwrap();
    assert_eq!((answer.status(), rig.scorings()), (StatusCode::OK, 2));
}

#[test]
fn plain_http_is_for_loopback() {
    assert!("http://us-south.ml.cloud.ibm.com".parse::<Origin>().unwrap_err().is_misconfigured());
}

#[tokio::test]
async fn a_lifetime_can_be_asked_for() {
    let rig = Rig::start().await;
    let day = AuthRequest::new().with_min_lifetime(std::time::Duration::from_secs(86_400));
    let error = rig.client().with_request(day).get(&rig.deployment_path()).send().await.unwrap_err();
    assert!(error.as_auth().is_some_and(|error| error.is_misconfigured()), "{error}");
}

#[test]
fn options_that_cannot_work_are_refused_when_building() {
    let credentials = Credentials::new(NoLogin);
    let origin: Origin = "http://127.0.0.1:1".parse().unwrap();
    let builder = || AuthorizedClient::builder(credentials.clone(), origin.clone());
    assert!(builder().timeout(std::time::Duration::ZERO).build().unwrap_err().is_misconfigured());
    assert!(builder().user_agent("a\nb").build().unwrap_err().is_misconfigured());
    assert!(builder().ca_certificate(b"no PEM").build().unwrap_err().is_misconfigured());
    assert!(builder().build().is_ok());
}

struct NoLogin;

#[async_trait::async_trait]
impl wml_auth_core::AuthProvider for NoLogin {
    async fn authorize(
        &self,
        _: &AuthRequest,
    ) -> Result<wml_auth_core::Authorization, wml_auth_core::AuthError> {
        Err(wml_auth_core::AuthError::absent("nobody logs in here"))
    }
}
