use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use wml_auth_core::Transport;

use super::*;
use crate::Endpoint;
use crate::scripted::{Scripted, answer};

pub(crate) fn authorization() -> Authorization {
    Authorization::bearer(&Secret::from("t0ken")).unwrap()
}

pub(crate) fn services<'a>(
    answers: impl IntoIterator<Item = (u16, &'a str)>,
) -> (IdentityServices, Arc<Scripted>) {
    let answers = answers.into_iter().map(|(status, body)| answer(status, &[], body));
    let script = Arc::new(Scripted::new(answers));
    let transport: Arc<dyn Transport> = script.clone();
    (IdentityServices::new(transport, Endpoint::public()), script)
}

const KEY: &str = r#"{"id":"ApiKey-1","entity_tag":"1-a","crn":"crn:1","locked":true,"disabled":false,
    "created_at":"2024-09-02T08:42+0000","created_by":"IBMid-1","modified_at":"soon","name":"n",
    "iam_id":"IBMid-1","account_id":"a1","apikey":"hunter2","expires_at":"","action_when_leaked":"explode"}"#;

async fn refused(status: u16, body: &str) -> AuthError {
    services([(status, body)]).0.delete_api_key("ApiKey-1", &authorization()).await.unwrap_err()
}

#[tokio::test]
async fn a_key_is_described_and_its_value_not_shown() {
    let (iam, script) = services([(200, KEY)]);
    let key = iam.api_key("ApiKey-1", &authorization()).await.unwrap();
    assert_eq!((key.locked, key.disabled, key.entity_tag.as_str()), (true, false, "1-a"));
    assert_eq!(key.created_at, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_725_266_520)));
    assert_eq!((key.modified_at, key.expires_at), (None, None));
    assert_eq!(key.action_when_leaked, Some(LeakAction::Other));
    assert_eq!(key.value, Some(Secret::from("hunter2")));
    assert!(!format!("{key:?}").contains("hunter2"));
    let request = script.asked().pop().unwrap();
    assert_eq!(request.uri(), "https://iam.cloud.ibm.com/v1/apikeys/ApiKey-1");
    assert_eq!(request.headers()["authorization"], "Bearer t0ken");
}

#[tokio::test]
async fn a_list_is_read_to_its_end_and_never_at_another_host() {
    let page = |next: &str| format!(r#"{{"offset":0,"limit":1{next},"apikeys":[{KEY}]}}"#);
    let first = page(r#","next":"https://evil.example.com/v1/apikeys?pagesize=1&pagetoken=a%26b""#);
    let second = page(r#","next":{"href":"/v1/apikeys?pagetoken=c"}"#);
    let (iam, script) = services([(200, &*first), (200, &*second), (200, &*page(""))]);
    let filter = ApiKeyFilter::of("IBMid-1").in_account("a1");
    assert_eq!(iam.api_keys(&filter, &authorization()).await.unwrap().len(), 3);
    let asked: Vec<_> = script.asked().iter().map(|request| request.uri().to_string()).collect();
    let base = "https://iam.cloud.ibm.com/v1/apikeys?iam_id=IBMid-1&account_id=a1&pagesize=100";
    assert_eq!(asked, [base.to_owned(), format!("{base}&pagetoken=a%26b"), format!("{base}&pagetoken=c")]);
}

#[tokio::test]
async fn a_list_that_goes_in_circles_is_given_up() {
    let page = r#"{"apikeys":[],"next":"/v1/apikeys?pagetoken=a"}"#;
    let (iam, script) = services([(200, page), (200, page), (200, page)]);
    let error = iam.api_keys(&ApiKeyFilter::own(), &authorization()).await.unwrap_err();
    assert!(error.is_invalid_answer(), "{error}");
    assert_eq!(script.asked().len(), 2);
}

#[tokio::test]
async fn a_holder_learns_what_it_holds() {
    let (iam, script) = services([(200, KEY), (404, "{}")]);
    let key = Secret::from("hunter2");
    assert_eq!(iam.api_key_by_value(&key, &authorization()).await.unwrap().id, "ApiKey-1");
    let error = iam.api_key_by_value(&key, &authorization()).await.unwrap_err();
    assert!(error.is_rejected_credential(), "{error}");
    let request = script.asked().swap_remove(0);
    assert_eq!(request.uri().path(), "/v1/apikeys/details");
    assert_eq!(request.headers()["iam-apikey"], "hunter2");
    assert!(request.headers()["iam-apikey"].is_sensitive());
    let error = iam.api_key_by_value(&Secret::from("a\nb"), &authorization()).await.unwrap_err();
    assert!(error.is_misconfigured());
}

#[tokio::test]
async fn what_is_asked_of_a_new_key_is_sent() {
    let (iam, script) = services([(201, KEY)]);
    let new = NewApiKey::new("n", "iam-ServiceId-1")
        .in_account("a1")
        .with_description("d")
        .with_value(Secret::from("hunter2"))
        .stored()
        .expires_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_725_266_579))
        .when_leaked(LeakAction::Delete)
        .locked()
        .disabled();
    assert!(!format!("{new:?}").contains("hunter2"));
    iam.create_api_key(&new, &authorization()).await.unwrap();
    let request = script.asked().pop().unwrap();
    assert_eq!(request.headers()["entity-lock"], "true");
    assert_eq!(request.headers()["entity-disable"], "true");
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    let expected = json!({
        "name": "n", "iam_id": "iam-ServiceId-1", "account_id": "a1", "description": "d", "apikey": "hunter2",
        "store_value": true, "expires_at": "2024-09-02T08:42+0000", "action_when_leaked": "delete"
    });
    assert_eq!(sent, expected);

    let (iam, script) = services([(201, KEY)]);
    iam.create_api_key(&NewApiKey::new("n", "i"), &authorization()).await.unwrap();
    let request = script.asked().pop().unwrap();
    assert!(!request.headers().contains_key("entity-lock"));
    assert_eq!(request.body(), br#"{"name":"n","iam_id":"i"}"#);
}

#[tokio::test]
async fn a_new_key_without_a_value_is_of_no_use() {
    let (iam, _) = services([(201, r#"{"id":"ApiKey-1","apikey":""}"#)]);
    let error = iam.create_api_key(&NewApiKey::new("n", "i"), &authorization()).await.unwrap_err();
    assert!(error.is_invalid_answer() && error.message().contains("ApiKey-1"), "{error}");
}

#[tokio::test]
async fn too_many_keys_are_told_with_ibms_code() {
    let body =
        r#"{"trace":"t1","errors":[{"code":"invalid_state","message_code":"BXNIM0151E","message":"limit"}]}"#;
    let (iam, _) = services([(422, body)]);
    let error = iam.create_api_key(&NewApiKey::new("n", "i"), &authorization()).await.unwrap_err();
    assert_eq!((error.code(), error.transaction_id()), (Some("BXNIM0151E"), Some("t1")));
    assert!(error.hint().unwrap().contains("delete"), "{error}");
}

#[tokio::test]
async fn flags_are_set_by_post_and_cleared_by_delete() {
    let (iam, script) = services([(204, ""); 4]);
    let by = &authorization();
    iam.lock_api_key("k", by).await.unwrap();
    iam.unlock_api_key("k", by).await.unwrap();
    iam.disable_api_key("k", by).await.unwrap();
    iam.enable_api_key("k", by).await.unwrap();
    let asked: Vec<_> = script.asked().iter().map(|r| format!("{} {}", r.method(), r.uri().path())).collect();
    assert_eq!(
        asked,
        [
            "POST /v1/apikeys/k/lock",
            "DELETE /v1/apikeys/k/lock",
            "POST /v1/apikeys/k/disable",
            "DELETE /v1/apikeys/k/disable"
        ]
    );
}

#[tokio::test]
async fn a_stale_revision_or_a_lock_is_told_as_such() {
    let (iam, script) = services([(409, r#"{"trace":"t1","errors":[{"code":"conflict","message":"m"}]}"#)]);
    let change = ApiKeyChange::new().name("n").when_leaked(LeakAction::None);
    let error = iam.update_api_key("k", "3-c", &change, &authorization()).await.unwrap_err();
    assert!(error.is_rejected_credential() && error.message().contains("since it was read"), "{error}");
    assert_eq!((error.service_message(), error.transaction_id()), (Some("m"), Some("t1")));
    let request = script.asked().pop().unwrap();
    assert_eq!(request.headers()["if-match"], "3-c");
    assert_eq!(request.body(), br#"{"name":"n","action_when_leaked":"none"}"#);
    for tag in ["", "a\nb"] {
        let error = iam.update_api_key("k", tag, &change, &authorization()).await.unwrap_err();
        assert!(error.is_misconfigured(), "{tag:?}");
    }
}

#[tokio::test]
async fn each_refusal_keeps_its_class() {
    let body = r#"{"errors":[{"code":"c","message":"m"}]}"#;
    let error = refused(404, body).await;
    assert!(error.is_misconfigured() && error.message().contains("ApiKey-1"), "{error}");
    assert!(refused(409, body).await.is_rejected_credential());
    assert!(refused(403, body).await.is_rejected_credential());
    assert!(refused(429, body).await.is_retryable() && refused(503, "").await.is_retryable());
    let (iam, _) = services([(200, "<html>")]);
    assert!(iam.api_key("k", &authorization()).await.unwrap_err().is_invalid_answer());
}

#[tokio::test]
async fn an_id_cannot_lead_elsewhere() {
    let (iam, script) = services([(200, KEY)]);
    iam.api_key("../serviceids?x", &authorization()).await.unwrap();
    assert_eq!(script.asked().pop().unwrap().uri().path(), "/v1/apikeys/..%2Fserviceids%3Fx");
    for id in ["", " ", ".."] {
        assert!(iam.api_key(id, &authorization()).await.unwrap_err().is_misconfigured(), "{id:?}");
    }
}
