//! The metadata service's envelope, with the words it uses.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::request::Request;

const MORE_INFO: &str = "https://cloud.ibm.com/docs/vpc?topic=vpc-metadata-error-codes";

/// One refusal by the metadata service.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    code: &'static str,
    message: String,
    target: Option<Value>,
}

impl Problem {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), target: None }
    }

    /// What the message is about: a `field`, a `parameter` or a `header`.
    fn about(self, name: &str, kind: &str, value: &str) -> Self {
        Self { target: Some(json!({ "name": name, "type": kind, "value": value })), ..self }
    }

    pub(super) fn missing(name: &str, kind: &str) -> Self {
        let code = if kind == "field" { "missing_field" } else { "missing_value" };
        Self::new(400, code, format!("The {kind} '{name}' is missing.")).about(name, kind, "")
    }

    pub(super) fn invalid(name: &str, kind: &str, value: &str, rule: &str) -> Self {
        Self::new(400, "invalid_value", format!("The {kind} '{name}' {rule}.")).about(name, kind, value)
    }

    pub(super) fn unknown_field(name: &str) -> Self {
        Self::new(400, "unknown_field", format!("The field '{name}' is unknown.")).about(name, "field", "")
    }

    pub(super) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", message)
    }

    pub(super) fn profile_not_linked() -> Self {
        Self::new(400, "profile_not_linked", "The trusted profile is not linked to this instance.")
    }

    pub(super) fn unauthenticated(message: &str) -> Self {
        Self::new(401, "unauthenticated", message)
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self::new(404, "not_found", message)
    }

    /// The list of words has none for this.
    pub(super) fn method_not_allowed() -> Self {
        Self::new(405, "invalid_request", "The path does not have this method.")
    }

    pub(super) fn service_error() -> Self {
        Self::new(500, "service_error", "The service has failed.")
    }

    pub(super) fn answer(&self, request: &Request) -> Answer {
        let mut error = json!({ "code": self.code, "message": self.message, "more_info": MORE_INFO });
        if let (Some(target), Some(members)) = (&self.target, error.as_object_mut()) {
            members.insert("target".to_owned(), target.clone());
        }
        Answer::json(
            self.status,
            json!({ "errors": [error], "trace": request.transaction_id, "status_code": self.status }),
        )
    }
}
