//! IBM Cloud Pak for Data, the software one installs oneself: its own tokens, and four ways to get one.
//!
//! Installations differ in where they put these paths, so that each is served below any prefix.

mod authorize;
mod error;
mod foundation;
mod service;
mod token;

use http::Method;
use serde_json::{Value, json};

use self::error::Problem;
pub(crate) use self::token::{ISSUER, holder};
use crate::answer::{Answer, TokenAnswer};
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;

type Outcome = Result<Answer, Problem>;
type Login = fn(&Cloud, &Request, &TokenAnswer) -> Outcome;

/// `POST …/v1/authorize`: a user name with a password or an API key.
pub(crate) fn authorize(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    serve(cloud, request, terms, &Method::POST, authorize::login)
}

/// `POST …/idprovider/v1/auth/identitytoken`: the foundational services' own token.
pub(crate) fn foundation_token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    serve(cloud, request, terms, &Method::POST, foundation::login)
}

/// `GET …/v1/preauth/validateAuth`: that token for one of Cloud Pak for Data.
pub(crate) fn validate_auth(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    serve(cloud, request, terms, &Method::GET, foundation::exchange)
}

/// `GET …/v1/service_token`: the secret of service brokers for a token.
pub(crate) fn service_token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    serve(cloud, request, terms, &Method::GET, service::broker)
}

/// `GET …/v3/service_instances/{id}/token`: a token for one service instance.
pub(crate) fn instance_token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    serve(cloud, request, terms, &Method::GET, service::instance)
}

/// A successful answer with a text of the test's choice.
pub(crate) fn scripted_token(request: &Request, text: Option<String>) -> Answer {
    let text = text.map_or(Value::Null, Value::String);
    let body = match request.segments().as_slice() {
        [.., "identitytoken"] => json!({ "access_token": text, "token_type": "Bearer" }),
        [.., "validateAuth"] => success("accessToken", text),
        [.., "service_instances", _, "token"] => json!({ "data": { "token": text } }),
        _ => success("token", text),
    };
    trace::with_ids(request, Answer::json(200, without_null(body)))
}

fn serve(cloud: &Cloud, request: &Request, terms: &TokenAnswer, method: &Method, login: Login) -> Answer {
    let outcome = match request.method == method {
        true => login(cloud, request, terms),
        false => Err(Problem::method_not_allowed()),
    };
    trace::with_ids(request, outcome.unwrap_or_else(|problem| problem.answer()))
}

/// The members which most answers have beside the token.
fn success(member: &str, token: impl Into<Value>) -> Value {
    json!({ "_messageCode_": "200", "message": "success", member: token.into() })
}

/// Leaves out what is null, at any depth.
fn without_null(body: Value) -> Value {
    match body {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_null(value)))
            .collect(),
        other => other,
    }
}
