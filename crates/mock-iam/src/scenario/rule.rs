//! One rule: which calls, and what they get. The same in a scenario's TOML and in the control API's JSON.

use std::time::Duration;

use serde::Deserialize;

use super::ScenarioError;
use super::answer::AnswerSpec;
use crate::answer::Answer;
use crate::rate_limit::{LimitBody, RateLimit, RetryAfter};
use crate::route::Route;
use crate::script::{OnRoute, Script};
use crate::world::World;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    route: Option<String>,
    path: Option<String>,
    key: Option<String>,
    nth: Option<u64>,
    times: Option<u32>,
    probability: Option<f64>,
    answer: Option<AnswerSpec>,
    limit: Option<Limit>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    requests: u32,
    seconds: u64,
    #[serde(default)]
    retry_after: RetryAfter,
    #[serde(default)]
    body: LimitBody,
}

impl Rule {
    /// Whether it could be scripted in this world.
    pub(crate) fn check(&self, world: &World) -> Result<(), ScenarioError> {
        self.check_form()?;
        self.key.as_deref().map_or(Ok(()), |name| key(world, name).map(drop))
    }

    /// Whether it says one thing about one part of the cloud.
    pub(crate) fn check_form(&self) -> Result<(), ScenarioError> {
        self.on()?;
        let when = [self.nth.is_some(), self.times.is_some(), self.probability.is_some()];
        if when.iter().filter(|given| **given).count() > 1 {
            return Err(ScenarioError::new("a rule has one of `nth`, `times` and `probability`"));
        }
        match (&self.answer, self.limit) {
            (Some(answer), None) => answer.answer().map(drop),
            (None, Some(_)) if when.contains(&true) => Err(ScenarioError::new(
                "a `limit` is for every call, without `nth`, `times` and `probability`",
            )),
            (None, Some(_)) => Ok(()),
            _ => Err(ScenarioError::new("a rule has either an `answer` or a `limit`")),
        }
    }

    pub(crate) fn script(&self, script: &Script, world: &World) -> Result<(), ScenarioError> {
        let mut on = OnRoute::new(script, self.on()?);
        if let Some(name) = &self.key {
            on = on.for_key(&key(world, name)?);
        }
        if let Some(limit) = self.limit {
            let per = Duration::from_secs(limit.seconds);
            on.limited(RateLimit::new(limit.requests, per).retry_after(limit.retry_after).body(limit.body));
            return Ok(());
        }
        let answer: Answer =
            self.answer.as_ref().map(AnswerSpec::answer).transpose()?.unwrap_or_else(Answer::normal);
        match (self.nth, self.times, self.probability) {
            (Some(nth), ..) => drop(on.nth(nth, answer)),
            (_, Some(times), _) => drop((0..times).fold(on, |on, _| on.then(answer.clone()))),
            (.., Some(probability)) => drop(on.sometimes(probability, answer)),
            _ => drop(on.always(answer)),
        }
        Ok(())
    }

    fn on(&self) -> Result<Route, ScenarioError> {
        match (&self.route, &self.path) {
            (Some(name), None) => Route::named(name)
                .ok_or_else(|| ScenarioError::new(format!("there is no route named `{name}`"))),
            (None, Some(prefix)) => Ok(Route::from(prefix.as_str())),
            _ => Err(ScenarioError::new("a rule has either a `route` or a `path`")),
        }
    }
}

/// The value of the key that is called so: the fixture's two, or one that was named when it was made.
pub(crate) fn key(world: &World, name: &str) -> Result<String, ScenarioError> {
    let fixture = match name {
        "user" => Some(world.user.iam_id()),
        "service" => world.service_ids.first().map(|service| service.iam_id()),
        _ => None,
    };
    let mut keys = world.api_keys.iter();
    let found = match fixture {
        Some(iam_id) => keys.find(|key| key.iam_id == iam_id),
        None => keys.find(|key| key.name == name),
    };
    found
        .map(|key| key.value.clone())
        .ok_or_else(|| ScenarioError::new(format!("there is no API key named `{name}`")))
}
