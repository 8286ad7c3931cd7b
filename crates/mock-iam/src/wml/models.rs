//! The foundation models on offer.

use serde_json::json;

use crate::answer::Answer;

pub(super) const MODELS: [&str; 2] = ["ibm/granite-4-h-small", "ibm/granite-3-3-8b-instruct"];

pub(super) fn list() -> Answer {
    let resources = MODELS.map(|model| {
        json!({
            "model_id": model,
            "label": model.trim_start_matches("ibm/"),
            "provider": "IBM",
            "source": "IBM",
            "functions": [{ "id": "text_generation" }, { "id": "text_chat" }],
            "lifecycle": [{ "id": "available", "start_date": "2025-01-01" }],
        })
    });
    Answer::json(200, json!({ "total_count": resources.len(), "limit": 200, "resources": resources }))
}
