//! The token service's errors, and the headers which all of its answers have.

use std::sync::LazyLock;

use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, EXPIRES, PRAGMA, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::answer::Answer;
use crate::clock::context_time;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;

/// One refusal by the token service.
#[derive(Debug)]
pub(crate) struct OidcError {
    code: String,
    details: Option<String>,
}

/// Status and text by code. Codes are stable, texts are not, and some clients read the texts all the same.
///
/// The statuses of 0310E, 0407E, 0413E and 0462E are not settled by what is public; IAM answers 400 to its like.
fn known(code: &str) -> (u16, &'static str) {
    match code {
        "BXNIM0060E" => (405, "A generic web application exception was raised."),
        "BXNIM0106E" => (400, "Property has an invalid value."),
        "BXNIM0109E" => (400, "Property missing or empty."),
        "BXNIM0113E" => (400, "The cloud resource name (CRN) is invalid."),
        "BXNIM0141E" => (400, "The user is not a member of the account."),
        "BXNIM0308E" => (401, "No authorization header found."),
        "BXNIM0310E" => (400, "The provided client could not be found."),
        "BXNIM0400E" => (401, "OpenID Connect exception."),
        "BXNIM0401E" => (400, "The provided token is malformed."),
        "BXNIM0405E" => (400, "The provided token is not supported."),
        "BXNIM0407E" => (400, "The provided refresh token is invalid."),
        "BXNIM0408E" => (400, "The provided refresh token is expired."),
        "BXNIM0410E" => (400, "The user could not be found or is not active."),
        "BXNIM0413E" => (400, "The API key cannot be switched to another account."),
        "BXNIM0415E" => (400, "Provided API key could not be found."),
        "BXNIM0430E" => (401, "The login from this IP address is not permitted."),
        "BXNIM0434E" => (400, "The provided API key is blocked."),
        "BXNIM0436E" => (401, "The user is suspended in the account."),
        "BXNIM0439E" => (400, "The session is no longer valid because of inactivity."),
        "BXNIM0453E" => (400, "The subject type of the refresh token is not supported."),
        "BXNIM0462E" => (400, "Provided API key is disabled."),
        "BXNIM0513E" => (403, "You are not authorized to use this API."),
        "BXNIM0602E" => (401, "The provided credentials are incorrect."),
        "BXNIM0050E" => (500, "A backend system raised an exception."),
        _ => (400, "The request could not be processed."),
    }
}

impl OidcError {
    pub(crate) fn new(code: &str) -> Self {
        Self { code: code.to_owned(), details: None }
    }

    pub(crate) fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    pub(crate) fn missing(property: &str) -> Self {
        Self::new("BXNIM0109E").details(format!("Property missing or empty: {property}"))
    }

    pub(crate) fn invalid(property: &str, value: &str, valid: &[&str]) -> Self {
        Self::new("BXNIM0106E").details(format!(
            "Property {property} has the invalid value '{value}'. Valid values: {}",
            valid.join(", ")
        ))
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new("BXNIM0060E").details("HTTP 405 Method Not Allowed")
    }

    pub(crate) fn answer(&self, cloud: &Cloud, request: &Request) -> Answer {
        let (status, message) = known(&self.code);
        let envelope = Envelope {
            error_code: &self.code,
            error_message: message,
            error_details: self.details.as_deref(),
            context: Context::of(cloud, request),
        };
        with_headers(cloud, request, Answer::json(status, envelope))
    }
}

/// The members in the order of IAM's own answers. Every value is a string.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    error_code: &'a str,
    error_message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_details: Option<&'a str>,
    context: Context<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    request_id: &'a str,
    request_type: &'static str,
    user_agent: &'a str,
    url: &'a str,
    instance_id: &'static str,
    thread_id: &'static str,
    host: &'static str,
    start_time: String,
    end_time: String,
    elapsed_time: String,
    locale: &'static str,
    cluster_name: &'static str,
}

impl<'a> Context<'a> {
    fn of(cloud: &Cloud, request: &'a Request) -> Self {
        let now = cloud.clock.now();
        let legacy = request.segments().first() == Some(&"oidc");
        Self {
            request_id: &request.transaction_id,
            request_type: if legacy { "incoming.OIDC_Token" } else { "incoming.Identity_Token" },
            user_agent: request.user_agent(),
            url: &request.origin,
            instance_id: trace::POD,
            thread_id: "1f3bd",
            host: trace::POD,
            start_time: context_time(request.arrived),
            end_time: context_time(now),
            elapsed_time: (now.as_millisecond() - request.arrived.as_millisecond()).max(0).to_string(),
            locale: "en_US",
            cluster_name: trace::CLUSTER,
        }
    }
}

/// The family of headers seen on every answer of the token service. A copy of all of them is a fraction of putting one after
/// the other into an empty map; those that differ from answer to answer are here as well, so that the copy has their places.
static FAMILY: LazyLock<HeaderMap> = LazyLock::new(|| {
    let fixed = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_LANGUAGE, "en-US"),
        (CACHE_CONTROL, "no-cache, no-store, must-revalidate"),
        (EXPIRES, "0"),
        (PRAGMA, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (HeaderName::from_static("ibm-cloud-service-name"), "iam-identity"),
    ];
    let own = [&trace::TRANSACTION_ID, &trace::CORRELATION_ID, &trace::REQUEST_ID, &ELAPSED];
    // Room for the date as well, and for one or two that a test adds.
    let mut headers = HeaderMap::with_capacity(16);
    headers.extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    headers.extend(own.map(|name| (name.clone(), HeaderValue::from_static(""))));
    headers
});
static ELAPSED: HeaderName = HeaderName::from_static("x-proxy-upstream-service-time");

/// Gives them to an answer, with the ids of the request and the milliseconds that it took.
pub(super) fn with_headers(cloud: &Cloud, request: &Request, answer: Answer) -> Answer {
    let elapsed = cloud.clock.now().as_millisecond() - request.arrived.as_millisecond();
    let mut answer = trace::with_ids(request, Answer { headers: FAMILY.clone(), ..answer });
    answer.headers.insert(&ELAPSED, HeaderValue::from(elapsed.max(0)));
    answer
}
