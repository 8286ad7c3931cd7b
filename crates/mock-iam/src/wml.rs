//! Watson Machine Learning and watsonx.ai: `/ml/…`.

mod chat;
mod deployments;
mod embeddings;
mod error;
mod events;
mod generation;
mod guard;
mod legacy_token;
mod models;
mod predictions;
mod reply;
mod tokenization;

use serde_json::json;

use self::error::Problem;
pub(crate) use self::legacy_token::{LEGACY_ISSUER, holder};
use crate::answer::{Answer, TokenAnswer};
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;

type Outcome = Result<Answer, Problem>;

pub(crate) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Answer {
    let answer = route(cloud, request, path).unwrap_or_else(|problem| problem.answer(request));
    trace::with_ids(request, answer).header("x-global-transaction-id", &request.transaction_id)
}

/// `/v3/identity/token` and `/v2/identity/token`.
pub(crate) fn legacy_token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    let answer =
        legacy_token::answer(cloud, request, terms).unwrap_or_else(|problem| problem.answer(request));
    trace::with_ids(request, answer)
}

/// A successful answer of those with a text of the test's choice.
pub(crate) fn scripted_legacy_token(request: &Request, text: Option<String>) -> Answer {
    let body = text.map_or_else(|| json!({}), |text| json!({ "token": text }));
    trace::with_ids(request, Answer::json(200, body))
}

fn route(cloud: &Cloud, request: &Request, path: &[&str]) -> Outcome {
    // Clients list the models before they have a token.
    if let ["v1", "foundation_model_specs"] = path {
        require_method(request, "GET")?;
        guard::version(request)?;
        return Ok(models::list());
    }
    let (method, handler): (_, fn(&Call<'_>, &str) -> Outcome) = match path {
        ["v4", "deployments"] => ("GET", deployments::list),
        ["v4", "deployments", _] => ("GET", deployments::read),
        ["v4", "deployments", _, "predictions"] => ("POST", predictions::score),
        ["v4", "instances", _] => ("GET", deployments::instance),
        ["v1", "text", "generation"] => ("POST", generation::generate),
        ["v1", "text", "generation_stream"] => ("POST", generation::stream),
        ["v1", "text", "chat"] => ("POST", chat::answer),
        ["v1", "text", "chat_stream"] => ("POST", chat::stream),
        ["v1", "text", "embeddings"] => ("POST", embeddings::embed),
        ["v1", "text", "tokenization"] => ("POST", tokenization::tokenize),
        ["v1", "deployments", _, "text", "generation"] => ("POST", generation::generate_deployed),
        ["v1", "deployments", _, "text", "generation_stream"] => ("POST", generation::stream_deployed),
        ["v1", "deployments", _, "text", "chat"] => ("POST", chat::answer_deployed),
        ["v1", "deployments", _, "text", "chat_stream"] => ("POST", chat::stream_deployed),
        _ => return Err(Problem::not_found("The path does not exist.")),
    };
    require_method(request, method)?;
    let caller = Caller::by_token_or_key(cloud, request)?;
    guard::version(request)?;
    let id = path.get(2).copied().unwrap_or("");
    let call = Call { cloud, request, caller: &caller };
    guard::instance(&call)?;
    handler(&call, id)
}

/// One call by somebody known.
struct Call<'a> {
    cloud: &'a Cloud,
    request: &'a Request,
    caller: &'a Caller,
}

fn require_method(request: &Request, method: &str) -> Result<(), Problem> {
    if request.method == method { Ok(()) } else { Err(Problem::method_not_allowed()) }
}
