//! A request as it is compared: decoded, and without what says who asked.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use wml_auth_mock_iam::Recorded;

/// Each part of a request by its name: `method`, `path`, `query version`, `header authorization`, `form scope`,
/// `json username`. A name that comes twice has its values one per line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked(BTreeMap<String, String>);

/// What differs from client to client and means nothing to the one who answers. The length of a body follows from it.
const LEFT_OUT: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "transaction-id",
    "user-agent",
    "x-correlation-id",
    "x-request-id",
];

/// What the driver asks of the service is its own; how the request is authorized is the client's.
const OF_SERVICE: &str = "/ml/v4/";

impl Asked {
    pub(super) fn of(seen: &Recorded) -> Self {
        let mut asked = Self::default();
        asked.put("method", seen.method());
        asked.put("path", seen.path());
        let of_service = seen.path().starts_with(OF_SERVICE);
        for (name, value) in seen.headers() {
            let name = name.as_str();
            if !LEFT_OUT.contains(&name) && (!of_service || name == "authorization") {
                let value = String::from_utf8_lossy(value.as_bytes());
                asked.put(format!("header {name}"), without_token(&value, seen));
            }
        }
        for (name, value) in form_urlencoded::parse(seen.query().unwrap_or_default().as_bytes()) {
            asked.put(format!("query {name}"), value);
        }
        if !of_service {
            asked.body(seen);
        }
        asked
    }

    fn body(&mut self, seen: &Recorded) {
        let kind = seen.header("content-type").unwrap_or_default();
        if kind.contains("x-www-form-urlencoded") {
            for (name, value) in form_urlencoded::parse(seen.body()) {
                let is_token = name == "access_token";
                let value = if is_token { without_token(&value, seen) } else { value.into_owned() };
                self.put(format!("form {name}"), value);
            }
        } else if let Ok(Value::Object(members)) = serde_json::from_slice(seen.body()) {
            members.iter().for_each(|(name, value)| self.member(name, value));
        } else if !seen.body().is_empty() {
            self.put("body", String::from_utf8_lossy(seen.body()));
        }
    }

    fn member(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                members.iter().for_each(|(name, value)| self.member(&format!("{path}.{name}"), value));
            }
            // As JSON: "null" is another value than null.
            other => self.put(format!("json {path}"), other.to_string()),
        }
    }

    fn put(&mut self, name: impl Into<String>, value: impl AsRef<str>) {
        let known = self.0.entry(name.into()).or_default();
        if !known.is_empty() {
            known.push('\n');
        }
        known.push_str(value.as_ref());
    }
}

/// No two tokens of the mock are the same. It knows its own, so that its verdict stands in for the token.
fn without_token(value: &str, seen: &Recorded) -> String {
    let (scheme, token) = value.rsplit_once(' ').unwrap_or(("", value));
    if !token.starts_with("eyJ") || token.contains(char::is_whitespace) {
        return value.to_owned();
    }
    match seen.status() {
        Some(200..300) => format!("{scheme} (a token that is accepted)"),
        _ => format!("{scheme} (a token that is not accepted)"),
    }
}

/// Where two clients differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The number of the request, and the part: `1 form scope`.
    pub(super) part: String,
    ours: Option<String>,
    theirs: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown =
            |value: &Option<String>| value.as_ref().map_or("nothing".to_owned(), |it| format!("{it:?}"));
        write!(f, "{}: wml-auth sends {}, the core {}", self.part, shown(&self.ours), shown(&self.theirs))
    }
}

/// All differences, request by request.
pub(super) fn differences(ours: &[Asked], theirs: &[Asked]) -> Vec<Difference> {
    let mut found = Vec::new();
    for index in 0..ours.len().max(theirs.len()) {
        let number = index + 1;
        match (ours.get(index), theirs.get(index)) {
            (Some(ours), Some(theirs)) => {
                let mut names: Vec<_> = ours.0.keys().chain(theirs.0.keys()).collect();
                names.sort();
                names.dedup();
                for name in names {
                    let (ours, theirs) = (ours.0.get(name).cloned(), theirs.0.get(name).cloned());
                    if ours != theirs {
                        found.push(Difference { part: format!("{number} {name}"), ours, theirs });
                    }
                }
            }
            (ours, theirs) => {
                let line = |asked: &Asked| format!("{} {}", asked.part("method"), asked.part("path"));
                let part = format!("{number} request");
                found.push(Difference { part, ours: ours.map(line), theirs: theirs.map(line) });
            }
        }
    }
    found
}

impl Asked {
    fn part(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, differences};

    fn asked(parts: &[(&str, &str)]) -> Asked {
        let mut asked = Asked::default();
        parts.iter().for_each(|(name, value)| asked.put(*name, value));
        asked
    }

    #[test]
    fn what_differs_is_named_with_its_request() {
        let ours = [asked(&[("path", "/a"), ("form scope", "b")])];
        let theirs = [asked(&[("path", "/a"), ("form profile_id", "c")]), asked(&[("path", "/d")])];
        let parts: Vec<_> = differences(&ours, &theirs).into_iter().map(|it| it.part).collect();
        assert_eq!(parts, ["1 form profile_id", "1 form scope", "2 request"]);
        assert_eq!(differences(&ours, &ours), []);
    }

    #[test]
    fn a_name_that_comes_twice_is_not_the_name_once() {
        let twice = [asked(&[("form scope", "a"), ("form scope", "a")])];
        let once = [asked(&[("form scope", "a")])];
        assert_eq!(differences(&twice, &once).len(), 1);
    }
}
