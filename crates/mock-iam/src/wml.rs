//! Watson Machine Learning and watsonx.ai: `/ml/…`.

mod chat;
mod deployments;
mod embeddings;
mod error;
mod events;
mod generation;
mod guard;
mod models;
mod predictions;
mod reply;
mod tokenization;

use self::error::Problem;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;

type Outcome = Result<Answer, Problem>;

pub(crate) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Answer {
    let answer = route(cloud, request, path).unwrap_or_else(|problem| problem.answer(request));
    trace::with_ids(request, answer).header("x-global-transaction-id", &request.transaction_id)
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
    handler(&Call { cloud, request, caller: &caller }, id)
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
