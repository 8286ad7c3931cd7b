//! The platform's envelope. `WSCPA0000E` is its code for everything.

use http::StatusCode;
use serde_json::json;

use crate::answer::Answer;

pub(super) struct Problem {
    status: StatusCode,
    message: String,
}

impl Problem {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "The path does not have this method.")
    }

    pub(super) fn answer(&self) -> Answer {
        let reason = self.status.canonical_reason().unwrap_or("");
        Answer::json(
            self.status.as_u16(),
            json!({
                "id": "WSCPA0000E",
                "code": self.status.as_u16(),
                "error": reason,
                "reason": reason,
                "message": self.message,
            }),
        )
    }
}
