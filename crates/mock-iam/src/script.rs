//! Scripted answers: what the n-th call to a route gets.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::answer::Answer;
use crate::route::Route;

/// All scripts of one server.
#[derive(Default)]
pub(crate) struct Script {
    lines: Mutex<Vec<Line>>,
}

struct Line {
    route: Route,
    once: VecDeque<Answer>,
    always: Option<Answer>,
}

impl Script {
    /// The scripted answer for this path, if there is one: the oldest one-shot answer, else a permanent one.
    pub(crate) fn next(&self, path: &str) -> Option<Answer> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut matching = lines.iter_mut().filter(|line| line.route.matches(path)).collect::<Vec<_>>();
        if let Some(answer) = matching.iter_mut().find_map(|line| line.once.pop_front()) {
            return Some(answer);
        }
        matching.iter().find_map(|line| line.always.clone())
    }

    fn edit(&self, route: &Route, change: impl FnOnce(&mut Line)) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.iter_mut().find(|line| line.route == *route) {
            return change(line);
        }
        let mut line = Line { route: route.clone(), once: VecDeque::new(), always: None };
        change(&mut line);
        lines.push(line);
    }
}

/// The script of one route, from [`MockIam::on`](crate::MockIam::on).
///
/// ```
/// use wml_auth_mock_iam::{Answer, MockIam, Route};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let cloud = MockIam::start().await?;
/// cloud
///     .on(Route::Token)
///     .then(Answer::status(503))
///     .then(Answer::status(429).header("Retry-After", "1"));
/// // The third token request, and all later ones, get a token.
/// # Ok(())
/// # }
/// ```
pub struct OnRoute<'a> {
    script: &'a Script,
    route: Route,
}

impl<'a> OnRoute<'a> {
    pub(crate) fn new(script: &'a Script, route: Route) -> Self {
        Self { script, route }
    }

    /// Queues an answer for one call. Calls beyond the queue get what [`always`](Self::always) said, or the normal
    /// answer.
    pub fn then(self, answer: impl Into<Answer>) -> Self {
        let answer = answer.into();
        self.script.edit(&self.route, |line| line.once.push_back(answer));
        self
    }

    /// Answers every call like this from now on, after the queued ones.
    pub fn always(self, answer: impl Into<Answer>) -> Self {
        let answer = answer.into();
        self.script.edit(&self.route, |line| line.always = Some(answer));
        self
    }

    /// Forgets everything scripted for this route.
    pub fn reset(self) -> Self {
        self.script.edit(&self.route, |line| {
            line.once.clear();
            line.always = None;
        });
        self
    }
}

impl fmt::Debug for OnRoute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OnRoute").field(&self.route).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(script: &Script, path: &str, calls: usize) -> Vec<Option<u16>> {
        (0..calls).map(|_| script.next(path).map(|answer| answer.status.as_u16())).collect()
    }

    #[test]
    fn one_shot_answers_come_in_order_then_the_permanent_one() {
        let script = Script::default();
        OnRoute::new(&script, Route::Token)
            .always(Answer::status(500))
            .then(Answer::status(503))
            .then(Answer::status(429));
        assert_eq!(statuses(&script, "/identity/token", 4), [Some(503), Some(429), Some(500), Some(500)]);
        assert_eq!(statuses(&script, "/identity/keys", 1), [None]);
        OnRoute::new(&script, Route::Token).reset();
        assert_eq!(statuses(&script, "/identity/token", 1), [None]);
    }

    #[test]
    fn a_queued_answer_for_a_prefix_goes_before_a_permanent_one_for_a_name() {
        let script = Script::default();
        OnRoute::new(&script, Route::Token).always(Answer::status(500));
        OnRoute::new(&script, Route::from("/identity/")).then(Answer::status(418));
        assert_eq!(statuses(&script, "/identity/token", 2), [Some(418), Some(500)]);
    }
}
