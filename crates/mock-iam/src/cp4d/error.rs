//! Cloud Pak for Data's envelope. Its members are those of a good answer; which statuses and texts there are, no public
//! source says.

use serde_json::json;

use crate::answer::Answer;

/// One refusal by Cloud Pak for Data.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    message: String,
}

impl Problem {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized")
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, message)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(405, "Method Not Allowed")
    }

    pub(super) fn failed() -> Self {
        Self::new(500, "Internal Server Error")
    }

    pub(super) fn answer(&self) -> Answer {
        Answer::json(
            self.status,
            json!({
                "_messageCode_": self.status.to_string(),
                "_statusCode_": self.status,
                "message": self.message,
            }),
        )
    }
}
