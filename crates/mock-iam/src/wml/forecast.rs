//! `…/time_series/forecast`: what was last goes on.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error::Problem;
use super::{Call, Outcome, deployments, guard};
use crate::answer::Answer;
use crate::clock::rfc3339;

/// What the models forecast unless they are asked for less.
const LONGEST: usize = 96;

#[derive(Deserialize)]
struct Forecast {
    data: Map<String, Value>,
    schema: Schema,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Schema {
    timestamp_column: String,
    #[serde(default)]
    target_columns: Vec<String>,
    #[serde(default)]
    id_columns: Vec<String>,
}

#[derive(Deserialize)]
struct Parameters {
    prediction_length: Option<usize>,
}

pub(super) fn forecast(call: &Call<'_>, _: &str) -> Outcome {
    let model = guard::model(call, "time_series_forecast")?;
    answer(call, model)
}

pub(super) fn forecast_deployed(call: &Call<'_>, id: &str) -> Outcome {
    answer(call, &deployments::model_of(call, id)?)
}

fn answer(call: &Call<'_>, model: &str) -> Outcome {
    let asked: Forecast = guard::body(call)?;
    let wanted = asked.parameters.as_ref().and_then(|parameters| parameters.prediction_length);
    let length = wanted.unwrap_or(LONGEST).clamp(1, LONGEST);
    let times = asked.column(&asked.schema.timestamp_column)?;
    let mut result = Map::new();
    result.insert(asked.schema.timestamp_column.clone(), times_after(times, length)?.into());
    for name in &asked.schema.id_columns {
        result.insert(name.clone(), repeated(asked.column(name)?, length));
    }
    let targets = asked.targets();
    for name in &targets {
        result.insert((*name).to_owned(), repeated(asked.column(name)?, length));
    }
    Ok(Answer::json(
        200,
        json!({
            "model_id": model,
            "model_version": "1.0.0",
            "created_at": rfc3339(call.cloud.clock.now()),
            "results": [result],
            "input_data_points": times.len() * targets.len(),
            "output_data_points": length * targets.len(),
        }),
    ))
}

impl Forecast {
    fn column(&self, name: &str) -> Result<&[Value], Problem> {
        let values = self.data.get(name).and_then(Value::as_array).filter(|values| !values.is_empty());
        let missing = || Problem::invalid_request(format!("'data' has no values for the column '{name}'."));
        values.map(Vec::as_slice).ok_or_else(missing)
    }

    /// All columns but those that say when and of what, if none is named.
    fn targets(&self) -> Vec<&str> {
        let named = &self.schema.target_columns;
        let others = self
            .data
            .keys()
            .filter(|name| **name != self.schema.timestamp_column && !self.schema.id_columns.contains(name));
        match named.is_empty() {
            true => others.map(String::as_str).collect(),
            false => named.iter().map(String::as_str).collect(),
        }
    }
}

fn repeated(values: &[Value], length: usize) -> Value {
    values.last().map_or(Value::Null, |last| vec![last.clone(); length].into())
}

/// As far apart as the last two were.
fn times_after(times: &[Value], length: usize) -> Result<Vec<String>, Problem> {
    let parsed = times.iter().rev().take(2).map(|time| {
        let text = time.as_str().unwrap_or_default();
        text.trim_end_matches('Z')
            .parse::<DateTime>()
            .map_err(|_| Problem::invalid_request(format!("'{time}' is not a time.")))
    });
    let parsed = parsed.collect::<Result<Vec<_>, _>>()?;
    let last = parsed.first().copied().unwrap_or_default();
    let step = match parsed.get(1) {
        Some(before) => last.duration_since(*before),
        None => SignedDuration::from_hours(1),
    };
    let mut time = last;
    let next = |_| {
        time = Span::try_from(step).ok().and_then(|step| time.checked_add(step).ok()).unwrap_or(time);
        time.to_string()
    };
    Ok((0..length).map(next).collect())
}
