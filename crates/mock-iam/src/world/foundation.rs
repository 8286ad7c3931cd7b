//! The foundation models on offer.

/// What a deployment serves if it says nothing else, and the first in the list.
pub(crate) const DEPLOYED: &str = "ibm/granite-4-h-small";

pub(crate) const LANGUAGE: &[&str] = &["text_generation", "text_chat"];
pub(crate) const EMBEDDING: &[&str] = &["embedding"];
const RERANK: &[&str] = &["rerank"];
const TIME_SERIES: &[&str] = &["time_series_forecast"];

/// Each with what it is able to. All are names that IBM's documentation and its clients' examples use, whenever that was.
pub(crate) const MODELS: [(&str, &[&str]); 41] = [
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

/// The model of this name, if it is able to do this.
pub(crate) fn find(id: &str, function: &str) -> Option<&'static str> {
    let mut models = MODELS.iter();
    models.find(|(own, functions)| *own == id && functions.contains(&function)).map(|(own, _)| *own)
}
