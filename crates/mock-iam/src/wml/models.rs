//! The list of the foundation models on offer.

mod filter;

use serde_json::{Value, json};

use self::filter::Filter;
use super::error::Problem;
use super::{Outcome, guard};
use crate::answer::Answer;
use crate::json::put;
use crate::request::Request;
use crate::world::foundation::{LANGUAGE, MODELS};

/// What language models are good at, as the filters of clients name it.
const TASKS: [(&str, &str); 8] = [
    ("question_answering", "Question answering"),
    ("summarization", "Summarization"),
    ("retrieval_augmented_generation", "Retrieval augmented generation"),
    ("classification", "Classification"),
    ("generation", "Generation"),
    ("extraction", "Extraction"),
    ("function_calling", "Function calling"),
    ("code-generation", "Code generation"),
];

pub(super) fn list(request: &Request) -> Outcome {
    guard::version(request)?;
    let filter = request.query("filters").map(|text| Filter::parse(&text)).unwrap_or_default();
    let found = MODELS.iter().map(describe).filter(|model| filter.lets_through(model)).collect::<Vec<_>>();
    page(request, &found)
}

pub(super) fn tasks(request: &Request) -> Outcome {
    guard::version(request)?;
    let tasks = (1..).zip(TASKS).map(|(rank, (id, label))| {
        json!({ "task_id": id, "label": label, "rank": rank, "description": format!("{label} with a foundation model.") })
    });
    page(request, &tasks.collect::<Vec<_>>())
}

fn page(request: &Request, found: &[Value]) -> Outcome {
    let limit = match request.query("limit") {
        None => 100,
        Some(text) => {
            text.parse::<usize>().ok().filter(|limit| (1..=200).contains(limit)).ok_or_else(|| {
                Problem::invalid_request(format!("The limit '{text}' is not between 1 and 200."))
            })?
        }
    };
    let start = request.query("start").and_then(|text| text.parse().ok()).unwrap_or(0usize);
    let resources = found.iter().skip(start).take(limit).collect::<Vec<_>>();
    let mut body = json!({ "total_count": found.len(), "limit": limit, "resources": resources });
    let end = start.saturating_add(limit);
    if end < found.len() {
        let href = format!("{}{}?version=2025-01-01&limit={limit}&start={end}", request.origin, request.path);
        put(&mut body, "/next", json!({ "href": href }));
    }
    Ok(Answer::json(200, body))
}

fn describe((model, functions): &(&str, &[&str])) -> Value {
    let (provider, label) = model.split_once('/').unwrap_or(("ibm", model));
    let provider = if provider == "ibm" { "IBM" } else { provider };
    let mut described = json!({
        "model_id": model,
        "label": label,
        "provider": provider,
        "source": provider,
        "short_description": format!("{label} for {}.", functions.join(", ").replace('_', " ")),
        "input_tier": "class_1",
        "output_tier": "class_1",
        "number_params": "8b",
        "functions": functions.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
        "model_limits": { "max_sequence_length": 131_072, "max_output_tokens": 16_384 },
        "lifecycle": [{ "id": "available", "start_date": "2025-01-01" }],
    });
    if *functions == LANGUAGE {
        let tasks = TASKS.iter().map(|(id, _)| id);
        put(&mut described, "/task_ids", tasks.clone().copied().collect());
        put(&mut described, "/tasks", tasks.map(|id| json!({ "id": id })).collect());
    }
    described
}
