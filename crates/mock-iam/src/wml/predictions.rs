//! Scoring: a small logistic model, so that an answer proves that the input arrived.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Problem;
use super::{Call, Outcome, deployments};
use crate::answer::Answer;
use crate::world::workspace::Role;

#[derive(Deserialize)]
struct Scoring {
    input_data: Vec<Table>,
}

#[derive(Deserialize)]
struct Table {
    fields: Option<Vec<String>>,
    values: Vec<Vec<Value>>,
}

pub(super) fn score(call: &Call<'_>, id: &str) -> Outcome {
    deployments::find(call, &call.cloud.world(), id, Role::Editor)?;
    let input: Scoring = call
        .request
        .json_object()
        .map_err(|why| Problem::invalid_request(format!("The body is not scoring input: {why}")))?;
    if input.input_data.is_empty() {
        return Err(Problem::invalid_request("'input_data' is empty."));
    }
    let predictions = input.input_data.iter().map(predict).collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::json(200, json!({ "predictions": predictions })))
}

fn predict(table: &Table) -> Result<Value, Problem> {
    let width = match (&table.fields, table.values.first()) {
        (_, None) => return Err(Problem::invalid_request("'values' has no rows.")),
        (Some(fields), _) => fields.len(),
        (None, Some(row)) => row.len(),
    };
    let rows = table
        .values
        .iter()
        .enumerate()
        .map(|(index, row)| {
            if row.len() != width {
                return Err(Problem::invalid_request(format!(
                    "Row {index} has {} values where {width} are expected.",
                    row.len()
                )));
            }
            let probability = probability(row).ok_or_else(|| {
                Problem::invalid_request(format!("Row {index} has no number for the model to work on."))
            })?;
            Ok(json!([u8::from(probability >= 0.5), [rounded(1.0 - probability), probability]]))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "fields": ["prediction", "probability"], "values": rows }))
}

/// The logistic function of `Σ ±x/(1+|x|)`, the sign alternating from column to column.
///
/// Every number counts, none drowns the others, and exchanging two columns changes the result. Words count nothing.
fn probability(row: &[Value]) -> Option<f64> {
    let terms = row
        .iter()
        .enumerate()
        .filter_map(|(column, value)| Some((column, value.as_f64()?)))
        .map(|(column, x)| if column % 2 == 0 { x / (1.0 + x.abs()) } else { -x / (1.0 + x.abs()) })
        .collect::<Vec<_>>();
    (!terms.is_empty()).then(|| rounded(1.0 / (1.0 + (-terms.iter().sum::<f64>()).exp())))
}

/// To six places, so that the last digits of an exponential, which differ from machine to machine, do not show.
fn rounded(probability: f64) -> f64 {
    (probability * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: Value) -> Option<f64> {
        probability(value.as_array().unwrap())
    }

    #[test]
    fn the_score_follows_the_numbers() {
        assert_eq!(row(json!([0])), Some(0.5));
        assert_eq!(row(json!([1])), Some(0.622459));
        assert!(row(json!([1, 5])) < row(json!([5, 1])));
        assert_eq!(row(json!([1, "blue"])), row(json!([1])));
        assert_eq!(row(json!(["blue"])), None);
        assert!(row(json!([1e308])).unwrap() < 1.0);
        assert_eq!(rounded(1.0 - 0.622459), 0.377541);
    }
}
