//! The metadata service of a virtual server, which vouches for whoever asks from there: `/instance_identity/v1/…`, and
//! `/identity/v1/…` since version 2025-08-26.

mod error;
mod exchange;
mod fields;
mod identity;

use http::Method;
use jiff::Timestamp;
use serde::Serialize;

use self::error::Problem;
use crate::answer::{Answer, TokenAnswer};
use crate::clock::rfc3339;
use crate::cloud::Cloud;
use crate::jwt::Life;
use crate::request::Request;
use crate::trace;

type Outcome = Result<Answer, Problem>;

/// From this version on the paths begin with `/identity`, and the older ones are gone.
const RENAMED: &str = "2025-08-26";

/// `PUT …/v1/token`: that the server is this one.
pub(crate) fn identity_token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    let outcome = admit(request, &Method::PUT)
        .and_then(|()| flavored(request, true))
        .and_then(|()| identity::create(cloud, request, terms));
    finish(request, outcome)
}

/// `POST …/v1/iam_token` and `…/v1/iam_tokens`: IAM's token for a trusted profile.
pub(crate) fn iam_token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    // Virtual servers on Power want the header here too; the service of VPC asks for it in the first step only.
    let outcome = admit(request, &Method::POST)
        .and_then(|()| flavored(request, false))
        .and_then(|()| exchange::create(cloud, request, terms));
    finish(request, outcome)
}

/// A successful answer with a text of the test's choice.
pub(crate) fn scripted_token(cloud: &Cloud, request: &Request, access_token: Option<String>) -> Answer {
    let terms = TokenAnswer::default();
    finish(request, Ok(success(access_token, Life::new(cloud, &terms), &terms)))
}

fn finish(request: &Request, outcome: Outcome) -> Answer {
    trace::with_ids(request, outcome.unwrap_or_else(|problem| problem.answer(request)))
}

/// The method, a version, and a path that this version has.
fn admit(request: &Request, method: &Method) -> Result<(), Problem> {
    if request.method != method {
        return Err(Problem::method_not_allowed());
    }
    let version = request.query("version").filter(|version| !version.is_empty());
    let version = version.ok_or_else(|| Problem::missing("version", "parameter"))?;
    if version.len() != RENAMED.len() || version.parse::<jiff::civil::Date>().is_err() {
        return Err(Problem::invalid("version", "parameter", &version, "must be a date YYYY-MM-DD"));
    }
    let renamed = request.segments().first() == Some(&"identity");
    match renamed == (version.as_str() >= RENAMED) {
        true => Ok(()),
        false => Err(Problem::not_found(&format!("Version {version} does not have this path."))),
    }
}

fn flavored(request: &Request, required: bool) -> Result<(), Problem> {
    match request.header("metadata-flavor") {
        Some("ibm") => Ok(()),
        None if !required => Ok(()),
        None => Err(Problem::missing("Metadata-Flavor", "header")),
        Some(other) => Err(Problem::invalid("Metadata-Flavor", "header", other, "must be 'ibm'")),
    }
}

/// What both steps answer. This is not the shape of IAM's own answers.
#[derive(Serialize)]
struct Success<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<T>,
    created_at: String,
    expires_at: String,
    expires_in: i64,
}

fn success(access_token: Option<impl Serialize>, life: Life, terms: &TokenAnswer) -> Answer {
    let time = |seconds| rfc3339(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX));
    Answer::json(
        200,
        Success {
            access_token,
            created_at: time(life.iat),
            expires_at: time(life.expiration(terms)),
            expires_in: life.expires_in(terms),
        },
    )
}
