//! What a refusal looks like, per API.

use serde_json::Value;

use crate::client::Reply;

/// A refusal by the token service.
#[track_caller]
pub(crate) fn oidc_error(reply: &Reply, status: u16, code: &str) -> Value {
    let body = reply.ok(status);
    assert_eq!(body["errorCode"], code, "{body}");
    assert!(body["errorMessage"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    assert_eq!(body["context"]["requestId"], reply.header("transaction-id"));
    body
}

/// A refusal by the identity services.
#[track_caller]
pub(crate) fn management_error(reply: &Reply, status: u16, code: &str) -> Value {
    let body = reply.ok(status);
    assert_eq!(body["errors"][0]["code"], code, "{body}");
    assert_eq!(body["status_code"], status);
    assert_eq!(body["trace"], reply.header("transaction-id"));
    body
}

/// A refusal by the platform.
#[track_caller]
pub(crate) fn platform_error(reply: &Reply, status: u16) -> Value {
    let body = reply.ok(status);
    assert_eq!(body["id"], "WSCPA0000E", "{body}");
    assert_eq!(body["code"], status);
    for member in ["error", "reason", "message"] {
        assert!(body[member].is_string(), "{body}");
    }
    body
}

/// A refusal by Watson Machine Learning.
#[track_caller]
pub(crate) fn wml_error(reply: &Reply, status: u16, code: &str) -> Value {
    let body = reply.ok(status);
    assert_eq!(body["errors"][0]["code"], code, "{body}");
    assert!(body["errors"][0]["more_info"].is_string());
    assert_eq!(body["status_code"], status);
    assert_eq!(body["trace"], reply.header("transaction-id"));
    body
}
