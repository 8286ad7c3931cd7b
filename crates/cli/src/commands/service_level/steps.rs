//! What was done, step by step.

use serde::Serialize;
use serde_json::json;

use crate::args::Format;
use crate::session::Session;
use crate::terminal;

#[derive(Debug, Serialize)]
pub(super) struct Step {
    step: &'static str,
    outcome: &'static str,
    what: String,
}

/// Each step is told when it is done, so that a failure shows how far it went, and all of them are the answer.
pub(super) struct Steps<'a> {
    session: &'a Session,
    steps: Vec<Step>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(session: &'a Session) -> Self {
        Self { session, steps: Vec::new() }
    }

    pub(super) fn add(&mut self, step: &'static str, outcome: &'static str, what: impl Into<String>) {
        let step = Step { step, outcome, what: terminal::printable(&what.into()) };
        self.session.say(&line(&step));
        self.steps.push(step);
    }

    pub(super) fn answer(&self, profile: &str, is_done: bool, format: Format) {
        match format {
            Format::Json => {
                let answer =
                    json!({ "schema": 1, "profile": profile, "is_done": is_done, "steps": self.steps });
                terminal::answer(&answer.to_string());
            }
            Format::Text => {
                terminal::answer(&self.steps.iter().map(line).collect::<Vec<_>>().join("\n"));
            }
        }
    }
}

fn line(step: &Step) -> String {
    format!("{:<10}  {:<10}  {}", step.step, step.outcome, step.what)
}
