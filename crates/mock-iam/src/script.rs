//! Scripted answers: what the n-th call to a route gets.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::answer::Answer;
use crate::clock::Clock;
use crate::rate_limit::{Buckets, RateLimit};
use crate::request::Request;
use crate::route::Route;
use crate::seed::Seed;

/// All scripts of one server.
#[derive(Default)]
pub(crate) struct Script {
    lines: Mutex<Vec<Line>>,
}

/// What is scripted for a route, or for one API key on it.
struct Line {
    route: Route,
    key: Option<String>,
    calls: u64,
    nth: BTreeMap<u64, Answer>,
    once: VecDeque<Answer>,
    sometimes: Vec<(f64, Answer)>,
    always: Option<Answer>,
    limit: Option<Buckets>,
}

/// What of a call a script looks at.
struct Call<'a> {
    path: &'a str,
    key: Option<&'a str>,
    caller: &'a str,
    now: Timestamp,
    date: Timestamp,
}

impl Script {
    /// The scripted answer for this request, if there is one.
    pub(crate) fn next(&self, request: &Request, clock: &Clock, draws: &Seed) -> Option<Answer> {
        if self.lines().is_empty() {
            return None;
        }
        let key = request.api_key();
        let caller = key.as_deref().or_else(|| request.header("authorization")).unwrap_or("");
        let call =
            Call { path: &request.path, key: key.as_deref(), caller, now: clock.now(), date: clock.date() };
        self.answer(&call, draws)
    }

    /// A limit comes first; then what is for exactly this call, what is queued, what chance wants, and what is for
    /// good. Among equals, what is for the key goes before what is for everybody, and older before newer.
    fn answer(&self, call: &Call<'_>, draws: &Seed) -> Option<Answer> {
        let mut lines = self.lines();
        let mut matching = lines.iter_mut().filter(|line| line.is_about(call)).collect::<Vec<_>>();
        matching.sort_by_key(|line| line.key.is_none());
        for line in &mut matching {
            if let Some(buckets) = &mut line.limit
                && let Some(refusal) = buckets.take(call.caller, call.now, call.date)
            {
                return Some(refusal);
            }
        }
        for line in &mut matching {
            line.calls += 1;
        }
        if let Some(answer) = matching.iter_mut().find_map(|line| line.nth.remove(&line.calls)) {
            return Some(answer);
        }
        if let Some(answer) = matching.iter_mut().find_map(|line| line.once.pop_front()) {
            return Some(answer);
        }
        let drawn = matching.iter().flat_map(|line| &line.sometimes).find(|(odds, _)| draws.chance(*odds));
        if let Some((_, answer)) = drawn {
            return Some(answer.clone());
        }
        matching.iter().find_map(|line| line.always.clone())
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.lines().clear();
    }

    fn edit(&self, route: &Route, key: Option<&str>, change: impl FnOnce(&mut Line)) {
        let mut lines = self.lines();
        if let Some(line) = lines.iter_mut().find(|line| line.route == *route && line.key.as_deref() == key) {
            return change(line);
        }
        let mut line = Line::new(route.clone(), key.map(str::to_owned));
        change(&mut line);
        lines.push(line);
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn new(route: Route, key: Option<String>) -> Self {
        Self {
            route,
            key,
            calls: 0,
            nth: BTreeMap::new(),
            once: VecDeque::new(),
            sometimes: Vec::new(),
            always: None,
            limit: None,
        }
    }

    fn is_about(&self, call: &Call<'_>) -> bool {
        self.route.matches(call.path) && self.key.as_deref().is_none_or(|key| call.key == Some(key))
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
    key: Option<String>,
}

impl<'a> OnRoute<'a> {
    pub(crate) fn new(script: &'a Script, route: Route) -> Self {
        Self { script, route, key: None }
    }

    /// What follows is only for requests that carry this API key: in the form, in a header, or as Basic credentials. It
    /// goes before what is for everybody.
    ///
    /// ```
    /// # use wml_auth_mock_iam::{Answer, MockIam, Route};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// # let cloud = MockIam::start().await?;
    /// let key = &cloud.fixture().service_api_key;
    /// cloud.on(Route::Token).always(Answer::status(503)).for_key(key).always(Answer::normal());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "it only says whom the next words are about"]
    pub fn for_key(mut self, api_key: &str) -> Self {
        self.key = Some(api_key.to_owned());
        self
    }

    /// Queues an answer for one call. Calls beyond the queue get what the other words say, or the normal answer.
    pub fn then(self, answer: impl Into<Answer>) -> Self {
        let answer = answer.into();
        self.edit(|line| line.once.push_back(answer))
    }

    /// Answers the n-th call like this, counted from 1 and from the first word that was scripted for this route.
    pub fn nth(self, call: u64, answer: impl Into<Answer>) -> Self {
        let answer = answer.into();
        self.edit(|line| drop(line.nth.insert(call, answer)))
    }

    /// Answers like this with a probability of 0 to 1, where nothing is said for exactly this call. The draws come from
    /// the server's [seed](crate::MockIam::seed).
    pub fn sometimes(self, probability: f64, answer: impl Into<Answer>) -> Self {
        let answer = answer.into();
        self.edit(|line| line.sometimes.push((probability, answer)))
    }

    /// Answers every call like this from now on, after all the others.
    pub fn always(self, answer: impl Into<Answer>) -> Self {
        let answer = answer.into();
        self.edit(|line| line.always = Some(answer))
    }

    /// Refuses every caller's requests beyond this limit with a 429. What is refused is no call in the sense of the
    /// other words.
    pub fn limited(self, limit: RateLimit) -> Self {
        self.edit(|line| line.limit = Some(Buckets::new(limit)))
    }

    /// Forgets everything scripted for this route, or for this key on it; calls are counted anew.
    pub fn reset(self) -> Self {
        self.edit(|line| *line = Line::new(line.route.clone(), line.key.clone()))
    }

    fn edit(self, change: impl FnOnce(&mut Line)) -> Self {
        self.script.edit(&self.route, self.key.as_deref(), change);
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

    fn statuses_of(script: &Script, path: &str, key: Option<&str>, calls: usize) -> Vec<Option<u16>> {
        let now = Timestamp::from_second(1_725_266_520).unwrap();
        let call = Call { path, key, caller: key.unwrap_or(""), now, date: now };
        let draws = Seed::new(1);
        (0..calls).map(|_| script.answer(&call, &draws).map(|answer| answer.status.as_u16())).collect()
    }

    fn statuses(script: &Script, path: &str, calls: usize) -> Vec<Option<u16>> {
        statuses_of(script, path, None, calls)
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

    #[test]
    fn the_nth_call_is_counted_from_one_and_does_not_use_up_the_queue() {
        let script = Script::default();
        OnRoute::new(&script, Route::Token).nth(3, Answer::status(418)).then(Answer::status(503));
        let seen = statuses(&script, "/identity/token", 4);
        assert_eq!(seen, [Some(503), None, Some(418), None]);
        OnRoute::new(&script, Route::Token).reset().nth(1, Answer::status(418));
        assert_eq!(statuses(&script, "/identity/token", 1), [Some(418)]);
    }

    #[test]
    fn a_key_has_a_script_of_its_own() {
        let script = Script::default();
        OnRoute::new(&script, Route::Token)
            .always(Answer::status(500))
            .for_key("a")
            .then(Answer::status(503))
            .nth(2, Answer::status(418));
        assert_eq!(statuses_of(&script, "/identity/token", Some("b"), 2), [Some(500), Some(500)]);
        let seen = statuses_of(&script, "/identity/token", Some("a"), 3);
        assert_eq!(seen, [Some(503), Some(418), Some(500)]);
    }

    #[test]
    fn chance_is_drawn_from_the_seed() {
        let script = Script::default();
        OnRoute::new(&script, Route::Token).sometimes(0.3, Answer::status(503));
        let seen = statuses(&script, "/identity/token", 1000);
        let hits = seen.iter().flatten().count();
        assert!((250..350).contains(&hits), "{hits}");
        assert_eq!(seen, statuses(&script, "/identity/token", 1000), "one seed, one sequence");
    }

    #[test]
    fn what_a_limit_refuses_uses_nothing_up() {
        let script = Script::default();
        let limit = RateLimit::new(1, std::time::Duration::from_secs(60));
        OnRoute::new(&script, Route::Token)
            .limited(limit)
            .nth(1, Answer::status(418))
            .then(Answer::status(503));
        assert_eq!(statuses_of(&script, "/identity/token", Some("a"), 2), [Some(418), Some(429)]);
        assert_eq!(statuses_of(&script, "/identity/token", Some("b"), 2), [Some(503), Some(429)]);
    }
}
