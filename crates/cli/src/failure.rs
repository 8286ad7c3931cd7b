//! Why a run failed, in the words and the code that the user gets.

use serde_json::{Value, json};
use wml_auth_config::{ConfigError, SourceReport};
use wml_auth_core::AuthError;

use crate::exit::Exit;

/// A failed run.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
    /// What a program can use of it.
    facts: Value,
    /// What was tried before, for people.
    notes: Vec<String>,
}

impl Failure {
    /// The command line, or the input that it names, is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message.into())
    }

    /// Something that should not happen.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Internal, message.into())
    }

    fn new(exit: Exit, message: String) -> Self {
        Self { exit, message, hint: None, facts: Value::Null, notes: Vec::new() }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says more than the error by itself.
    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(crate) fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// For people: the error, what was tried, and what to do.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![format!("error: {}", self.message)];
        lines.extend(self.notes.iter().map(|note| format!("  {note}")));
        lines.extend(self.hint.iter().map(|hint| format!("hint: {hint}")));
        lines.join("\n")
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "schema": 1,
            "error": {
                "exit_code": self.exit as u8,
                "message": self.message,
                "hint": self.hint,
                "notes": self.notes,
                "facts": self.facts,
            }
        })
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        let facts = json!({
            "code": error.code(),
            "service_message": error.service_message(),
            "host": error.host(),
            "status": error.status(),
            "transaction_id": error.transaction_id(),
            "retry_after_seconds": error.retry_after().map(|wait| wait.as_secs()),
        });
        let wait = error.retry_after().map(|wait| format!("try again in {} s", wait.as_secs().max(1)));
        let hints: Vec<String> = wait.into_iter().chain(error.hint().map(str::to_owned)).collect();
        let hint = (!hints.is_empty()).then(|| hints.join("; "));
        Self { exit: Exit::of(&error), message: error.to_string(), hint, facts, notes: Vec::new() }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let notes = error.tried().iter().map(note).collect();
        let exit = match () {
            () if error.is_absent() => Exit::NoCredential,
            () if error.is_usage() => Exit::Usage,
            () => Exit::BadConfig,
        };
        let hint = error.hint().map(str::to_owned);
        Self { exit, message: error.to_string(), hint, facts: Value::Null, notes }
    }
}

/// What came of one source, in a line.
fn note(report: &SourceReport) -> String {
    let place = report.place.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
    format!("{}{place}: {}", report.source.name(), report.reason)
}
