//! The foundation models on offer.

use serde_json::json;

use crate::answer::Answer;

/// What a deployment serves, and the first in the list.
pub(super) const DEPLOYED: &str = "ibm/granite-4-h-small";

/// Each with what it is able to.
const MODELS: [(&str, &[&str]); 3] = [
    (DEPLOYED, &["text_generation", "text_chat"]),
    ("ibm/granite-3-3-8b-instruct", &["text_generation", "text_chat"]),
    ("ibm/slate-125m-english-rtrvr-v2", &["embedding"]),
];

/// The model of this name, if it is able to do this.
pub(super) fn find(id: &str, function: &str) -> Option<&'static str> {
    let mut models = MODELS.iter();
    models.find(|(own, functions)| *own == id && functions.contains(&function)).map(|(own, _)| *own)
}

pub(super) fn list() -> Answer {
    let resources = MODELS.map(|(model, functions)| {
        json!({
            "model_id": model,
            "label": model.trim_start_matches("ibm/"),
            "provider": "IBM",
            "source": "IBM",
            "functions": functions.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
            "lifecycle": [{ "id": "available", "start_date": "2025-01-01" }],
        })
    });
    Answer::json(200, json!({ "total_count": resources.len(), "limit": 200, "resources": resources }))
}
