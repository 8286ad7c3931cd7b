//! The management envelope: a list of errors, a trace, and a status as a number.

use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::clock::context_time;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;

/// One refusal by the identity services. Only `invalid_access_token`, `invalid_state` and the misspelled
/// `insufficent_permissions` are known words of the real service; the others follow their manner.
pub(super) struct Problem {
    status: u16,
    code: &'static str,
    /// Absent where no public source has one: an invented code would be believed.
    message_code: Option<&'static str>,
    message: String,
}

impl Problem {
    fn new(status: u16, code: &'static str, message_code: &'static str, message: impl Into<String>) -> Self {
        Self { message_code: Some(message_code), ..Self::uncoded(status, code, message) }
    }

    fn uncoded(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message_code: None, message: message.into() }
    }

    pub(super) fn unauthorized(message_code: &'static str, message: &str) -> Self {
        Self::new(401, "invalid_access_token", message_code, message)
    }

    pub(super) fn forbidden() -> Self {
        Self::new(
            403,
            "insufficent_permissions",
            "BXNIM0513E",
            "You are not authorized to perform this action.",
        )
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(404, "not_found", "BXNIM0102E", format!("{what} could not be found."))
    }

    pub(super) fn unknown(kind: &str, id: &str) -> Self {
        Self::not_found(&format!("Object of type {kind} with ID {id}"))
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(405, "method_not_allowed", "BXNIM0060E", "HTTP 405 Method Not Allowed")
    }

    pub(super) fn missing(property: &str) -> Self {
        Self::new(400, "bad_request", "BXNIM0109E", format!("Property missing or empty: {property}"))
    }

    pub(super) fn invalid(property: &str, why: impl std::fmt::Display) -> Self {
        Self::new(400, "bad_request", "BXNIM0106E", format!("Property {property} is invalid: {why}"))
    }

    /// An `If-Match` of an older revision. The service says 409 here, not 412.
    pub(super) fn stale() -> Self {
        Self::uncoded(409, "conflict", "The entity was changed since it was read.")
    }

    /// A locked entity. The status differs: see the callers.
    pub(super) fn locked(status: u16) -> Self {
        Self::uncoded(status, "entity_locked", "The entity is locked.")
    }

    pub(super) fn duplicate_key() -> Self {
        Self::uncoded(409, "conflict", "An API key with this value exists already.")
    }

    pub(super) fn key_limit() -> Self {
        Self::new(422, "invalid_state", "BXNIM0151E", "The limit of API keys of this identity is reached.")
    }

    /// Any other limit: only that of keys has a known code.
    pub(super) fn limit(of: &str) -> Self {
        Self::uncoded(422, "invalid_state", format!("The limit of {of} is reached."))
    }

    pub(super) fn name_taken(name: &str) -> Self {
        Self::uncoded(409, "conflict", format!("The name '{name}' is taken."))
    }

    pub(super) fn answer(&self, cloud: &Cloud, request: &Request) -> Answer {
        let error = Error { code: self.code, message_code: self.message_code, message: &self.message };
        Answer::json(
            self.status,
            json!({
                "trace": request.transaction_id,
                "errors": [error],
                "status_code": self.status,
                "context": context(cloud, request),
            }),
        )
    }
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_code: Option<&'a str>,
    message: &'a str,
}

/// The `context` of management answers, good and bad.
pub(super) fn context(cloud: &Cloud, request: &Request) -> Value {
    let now = cloud.clock.now();
    json!({
        "transaction_id": request.transaction_id,
        "operation": format!("{} {}", request.method, request.path),
        "user_agent": request.user_agent(),
        "url": &*request.origin,
        "instance_id": trace::POD,
        "thread_id": "1f3bd",
        "host": trace::POD,
        "start_time": context_time(request.arrived),
        "end_time": context_time(now),
        "elapsed_time": (now.as_millisecond() - request.arrived.as_millisecond()).max(0).to_string(),
        "cluster_name": trace::CLUSTER,
    })
}
