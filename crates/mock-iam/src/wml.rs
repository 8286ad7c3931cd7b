//! Watson Machine Learning and watsonx.ai: `/ml/…`.

mod ai_service;
mod assets;
mod chat;
mod deployments;
mod embeddings;
mod error;
mod events;
mod forecast;
mod gateway;
mod generation;
mod guard;
mod instances;
mod legacy_token;
mod models;
mod patch;
mod predictions;
mod reply;
mod rerank;
mod tokenization;

use http::Method;
use serde_json::json;

use self::error::Problem;
pub(crate) use self::legacy_token::{LEGACY_ISSUER, holder};
use crate::answer::{Answer, TokenAnswer};
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;

/// The release of Cloud Pak for Data that this is, where somebody takes it for one: the last that IBM's older Python client
/// knows, and the first that the newer one does.
const SOFTWARE: &str = "5.0.0";

type Outcome = Result<Answer, Problem>;

pub(crate) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Answer {
    let answer = match path {
        ["gateway", "v1", rest @ ..] => gateway::answer(cloud, request, rest),
        _ => route(cloud, request, path).unwrap_or_else(|problem| problem.answer(request)),
    };
    let answer = trace::with_ids(request, answer).header("x-global-transaction-id", &request.transaction_id);
    // IBM's Node client leaves the body of such a refusal unread, and its process waits for as long as the connection lives.
    let wants_events = request.header("accept").is_some_and(|accept| accept.contains("text/event-stream"));
    if wants_events && answer.status.as_u16() >= 400 { answer.header("connection", "close") } else { answer }
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
    match path {
        ["v1", "foundation_model_specs"] => {
            require_method(request, "GET")?;
            return models::list(request);
        }
        ["v1", "foundation_model_tasks"] => {
            require_method(request, "GET")?;
            return models::tasks(request);
        }
        ["wml_services", "v2", "version"] => {
            require_method(request, "GET")?;
            return Ok(Answer::json(200, json!({ "version": SOFTWARE })));
        }
        _ => {}
    }
    let (handler, id) = handler(&request.method, path)?;
    let caller = Caller::by_token_or_key(cloud, request)?;
    guard::version(request)?;
    let call = Call { cloud, request, caller: &caller };
    guard::instance(&call)?;
    handler(&call, id)
}

type Handler = fn(&Call<'_>, &str) -> Outcome;

/// Who answers, and about what: an id, or a kind of asset.
fn handler<'p>(method: &Method, path: &[&'p str]) -> Result<(Handler, &'p str), Problem> {
    let id = path.get(2).copied().unwrap_or("");
    let kind = path.get(1).copied().unwrap_or("");
    let by_method = |handlers: &[(&str, Handler)]| by_method(method, handlers);
    let post = |handler: Handler| by_method(&[("POST", handler)]);
    let handler = match path {
        ["v4", "deployments"] => by_method(&[("GET", deployments::list), ("POST", deployments::create)]),
        ["v4", "deployments", _] => by_method(&[
            ("GET", deployments::read),
            ("PATCH", deployments::change),
            ("DELETE", deployments::delete),
        ]),
        ["v4", "deployments", _, "predictions"] => post(predictions::score),
        ["v4", "deployments", _, "ai_service"] => post(ai_service::run),
        ["v4", "deployments", _, "ai_service_stream"] => post(ai_service::stream),
        ["v4", "instances", _] => by_method(&[("GET", instances::read)]),
        ["v4", "models" | "functions" | "ai_services"] => {
            return Ok((by_method(&[("GET", assets::list), ("POST", assets::create)])?, kind));
        }
        // There are none of these.
        ["v4", "trainings" | "pipelines" | "experiments"] => {
            return Ok((by_method(&[("GET", assets::list)])?, kind));
        }
        ["v4", "models" | "functions" | "ai_services", _] => {
            by_method(&[("GET", assets::read), ("PATCH", assets::change), ("DELETE", assets::delete)])
        }
        ["v4", "models", _, "content"] => by_method(&[("GET", assets::download), ("PUT", assets::upload)]),
        ["v4", "models", _, "download"] => by_method(&[("GET", assets::download)]),
        ["v4", "functions" | "ai_services", _, "code"] => {
            by_method(&[("GET", assets::download), ("PUT", assets::upload)])
        }
        ["v4", "list", "software_specifications"] => by_method(&[("GET", assets::software)]),
        ["v1", "text", "generation"] => post(generation::generate),
        ["v1", "text", "generation_stream"] => post(generation::stream),
        ["v1", "text", "chat"] => post(chat::answer),
        ["v1", "text", "chat_stream"] => post(chat::stream),
        ["v1", "text", "embeddings"] => post(embeddings::embed),
        ["v1", "text", "rerank"] => post(rerank::rerank),
        ["v1", "text", "tokenization"] => post(tokenization::tokenize),
        ["v1", "time_series", "forecast"] => post(forecast::forecast),
        ["v1", "deployments", _, "text", "generation"] => post(generation::generate_deployed),
        ["v1", "deployments", _, "text", "generation_stream"] => post(generation::stream_deployed),
        ["v1", "deployments", _, "text", "chat"] => post(chat::answer_deployed),
        ["v1", "deployments", _, "text", "chat_stream"] => post(chat::stream_deployed),
        ["v1", "deployments", _, "time_series", "forecast"] => post(forecast::forecast_deployed),
        _ => Err(Problem::not_found("The path does not exist.")),
    };
    Ok((handler?, id))
}

fn by_method(method: &Method, handlers: &[(&str, Handler)]) -> Result<Handler, Problem> {
    let found = handlers.iter().find(|(own, _)| method == own);
    found.map(|(_, handler)| *handler).ok_or_else(Problem::method_not_allowed)
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
