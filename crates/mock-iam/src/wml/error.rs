//! The envelopes of Watson Machine Learning.

use serde_json::json;

use crate::answer::Answer;
use crate::caller::Refusal;
use crate::request::Request;

const MORE_INFO: &str = "https://cloud.ibm.com/apidocs/watsonx-ai";

#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    code: &'static str,
    message: String,
}

impl Problem {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", message)
    }

    /// Only the status is public.
    pub(super) fn bad_credentials() -> Self {
        Self::new(401, "invalid_credentials", "The user name or the password is wrong.")
    }

    /// The header names an instance which nothing here is billed to.
    pub(super) fn no_such_instance(id: &str) -> Self {
        Self::new(403, "no_associated_service_instance_error", format!("There is no instance '{id}'."))
    }

    pub(super) fn failed() -> Self {
        Self::new(500, "internal_error", "The service has failed.")
    }

    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "user_authorization_failed", message)
    }

    pub(super) fn no_instance(id: &str) -> Self {
        let message = format!("The space or project '{id}' is not associated with a service instance.");
        Self::new(403, "no_associated_service_instance_error", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "not_found", message)
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "conflict", message)
    }

    pub(super) fn container_not_found(message: impl Into<String>) -> Self {
        Self::new(404, "container_not_found", message)
    }

    pub(super) fn model_not_supported(model: &str) -> Self {
        Self::new(404, "model_not_supported", format!("Model '{model}' is not supported."))
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(405, "method_not_allowed", "The path does not have this method.")
    }

    pub(super) fn answer(&self, request: &Request) -> Answer {
        let error = json!({ "code": self.code, "message": self.message, "more_info": MORE_INFO });
        Answer::json(
            self.status,
            json!({ "errors": [error], "trace": request.transaction_id, "status_code": self.status }),
        )
    }

    /// The same in the envelope of the Model Gateway.
    pub(super) fn answer_of_gateway(&self, request: &Request) -> Answer {
        let error =
            json!({ "code": self.code, "message": self.message, "request_id": request.transaction_id });
        Answer::json(self.status, json!({ "error": error }))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, message) = match refusal {
            Refusal::Missing => ("authentication_no_token", "Authorization token is missing."),
            Refusal::NotValid => ("authentication_token_not_valid", "Authentication token is not valid."),
            Refusal::Expired => ("authentication_token_expired", "Authentication token has expired."),
        };
        Self::new(401, code, message)
    }
}
