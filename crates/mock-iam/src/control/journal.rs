//! The journal as others may see it: who asked for what, and digests of all that could be secret.

use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::journal::Recorded;
use crate::secrecy::fingerprint;

/// Headers and parameters which are shown as they came. All the others might hold a secret.
const OPEN: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "grant_type",
    "host",
    "limit",
    "metadata-flavor",
    "project_id",
    "response_type",
    "space_id",
    "transaction-id",
    "user-agent",
    "version",
    "x-correlation-id",
    "x-ibm-project-id",
    "x-ibm-space-id",
];

pub(super) fn answer(cloud: &Cloud) -> Answer {
    let requests = cloud.journal.requests().iter().map(describe).collect::<Vec<_>>();
    Answer::json(
        200,
        json!({
            "requests": requests,
            "in_flight": cloud.journal.in_flight(),
            "peak_in_flight": cloud.journal.peak_in_flight(),
        }),
    )
}

fn describe(seen: &Recorded) -> Value {
    let is_form = seen.header("content-type").is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
    let headers = seen.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    json!({
        "method": seen.method(),
        "path": seen.path(),
        "query": parameters(seen.query().unwrap_or("").as_bytes()),
        "headers": headers.map(|(name, value)| (name.to_owned(), shown(name, value))).collect::<Map<_, _>>(),
        "form": if is_form { parameters(seen.body()) } else { Value::Null },
        "body": { "bytes": seen.body().len(), "digest": fingerprint(seen.body()) },
        "status": seen.status(),
        "connection": seen.connection(),
    })
}

fn parameters(form: &[u8]) -> Value {
    let pairs = form_urlencoded::parse(form).map(|(name, value)| {
        let value = shown(&name, value.as_bytes());
        (name.into_owned(), value)
    });
    Value::Object(pairs.collect())
}

/// A bearer token is recognised by its own digest, and not by that of the header around it.
fn shown(name: &str, value: &[u8]) -> Value {
    if OPEN.contains(&name) {
        return String::from_utf8_lossy(value).into_owned().into();
    }
    match value.strip_prefix(b"Bearer ") {
        Some(token) => format!("Bearer {}", fingerprint(token)).into(),
        None => fingerprint(value).into(),
    }
}
