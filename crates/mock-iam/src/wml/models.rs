//! The foundation models on offer.

mod filter;

use serde_json::{Value, json};

use self::filter::Filter;
use super::error::Problem;
use super::{Outcome, guard};
use crate::answer::Answer;
use crate::json::put;
use crate::request::Request;

/// What a deployment serves if it says nothing else, and the first in the list.
pub(super) const DEPLOYED: &str = "ibm/granite-4-h-small";

const LANGUAGE: &[&str] = &["text_generation", "text_chat"];
const EMBEDDING: &[&str] = &["embedding"];
const RERANK: &[&str] = &["rerank"];
const TIME_SERIES: &[&str] = &["time_series_forecast"];

/// Each with what it is able to. All are names that IBM's documentation and its clients' examples use, whenever that was.
const MODELS: [(&str, &[&str]); 41] = [
    (DEPLOYED, LANGUAGE),
    ("ibm/granite-3-3-8b-instruct", LANGUAGE),
    ("ibm/granite-3-2-8b-instruct", LANGUAGE),
    ("ibm/granite-3-8b-instruct", LANGUAGE),
    ("ibm/granite-3-2b-instruct", LANGUAGE),
    ("ibm/granite-8b-code-instruct", LANGUAGE),
    ("ibm/granite-13b-chat-v2", LANGUAGE),
    ("ibm/granite-13b-instruct-v2", LANGUAGE),
    ("ibm/granite-20b-multilingual", LANGUAGE),
    ("ibm/granite-guardian-3-8b", LANGUAGE),
    ("meta-llama/llama-3-3-70b-instruct", LANGUAGE),
    ("meta-llama/llama-3-1-70b-instruct", LANGUAGE),
    ("meta-llama/llama-3-1-8b-instruct", LANGUAGE),
    ("meta-llama/llama-3-2-11b-vision-instruct", LANGUAGE),
    ("meta-llama/llama-3-2-90b-vision-instruct", LANGUAGE),
    ("meta-llama/llama-3-405b-instruct", LANGUAGE),
    ("meta-llama/llama-4-maverick-17b-128e-instruct-fp8", LANGUAGE),
    ("mistralai/mistral-large", LANGUAGE),
    ("mistralai/mistral-medium-2505", LANGUAGE),
    ("mistralai/mistral-small-3-1-24b-instruct-2503", LANGUAGE),
    ("mistralai/mixtral-8x7b-instruct-v01", LANGUAGE),
    ("ibm-mistralai/mixtral-8x7b-instruct-v01-q", LANGUAGE),
    ("openai/gpt-oss-120b", LANGUAGE),
    ("google/flan-t5-xl", LANGUAGE),
    ("google/flan-t5-xxl", LANGUAGE),
    ("google/flan-ul2", LANGUAGE),
    ("ibm/slate-125m-english-rtrvr-v2", EMBEDDING),
    ("ibm/slate-125m-english-rtrvr", EMBEDDING),
    ("ibm/slate-30m-english-rtrvr-v2", EMBEDDING),
    ("ibm/slate-30m-english-rtrvr", EMBEDDING),
    ("ibm/granite-embedding-107m-multilingual", EMBEDDING),
    ("ibm/granite-embedding-278m-multilingual", EMBEDDING),
    ("intfloat/multilingual-e5-large", EMBEDDING),
    ("sentence-transformers/all-minilm-l6-v2", EMBEDDING),
    ("sentence-transformers/all-minilm-l12-v2", EMBEDDING),
    ("cross-encoder/ms-marco-minilm-l-12-v2", RERANK),
    ("ibm/granite-embedding-reranker-english-r2", RERANK),
    ("ibm/granite-ttm-512-96-r2", TIME_SERIES),
    ("ibm/granite-ttm-1024-96-r2", TIME_SERIES),
    ("ibm/granite-ttm-1536-96-r2", TIME_SERIES),
    ("ibm/granite-ttm-512-48-r2", TIME_SERIES),
];

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

/// The model of this name, if it is able to do this.
pub(super) fn find(id: &str, function: &str) -> Option<&'static str> {
    let mut models = MODELS.iter();
    models.find(|(own, functions)| *own == id && functions.contains(&function)).map(|(own, _)| *own)
}

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
