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
    "includeBuiltinActions",
    "includeCustomActions",
    "includeRoles",
    "limit",
    "metadata-flavor",
    "ml-instance-id",
    "prefixRolesWithDefinitionScope",
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
        "json": members(seen.body()),
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

/// The members of a body that is a JSON object, those of objects in it by their path. What is no text is shown as its JSON.
fn members(body: &[u8]) -> Value {
    fn walk(path: &str, members: &Map<String, Value>, all: &mut Map<String, Value>) {
        for (name, value) in members {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match value {
                Value::Object(members) => walk(&path, members, all),
                Value::String(text) => drop(all.insert(path, shown(name, text.as_bytes()))),
                other => drop(all.insert(path, shown(name, other.to_string().as_bytes()))),
            }
        }
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return Value::Null };
    let mut all = Map::new();
    walk("", &members, &mut all);
    all.into()
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
