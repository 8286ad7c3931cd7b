//! The fields of a request's body. There may be none at all: clients who want the default send a length of 0.

use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::error::Problem;
use crate::request::Request;

/// The members of the body, if all of them are among these.
pub(super) fn of(request: &Request, known: &[&str]) -> Result<Map<String, Value>, Problem> {
    if request.body.is_empty() {
        return Ok(Map::new());
    }
    // IBM's command line names no type.
    let is_json = request.headers.get(CONTENT_TYPE).is_none_or(|kind| {
        kind.to_str().is_ok_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/json"))
    });
    if !is_json {
        return Err(Problem::invalid_request("The content type is not application/json."));
    }
    let fields = request
        .json()
        .map_err(|why| Problem::invalid_request(format!("The body is no JSON object: {why}")))?;
    only(fields, known)
}

/// The fields as they are, if all of them are among these.
pub(super) fn only(fields: Map<String, Value>, known: &[&str]) -> Result<Map<String, Value>, Problem> {
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => Err(Problem::unknown_field(unknown)),
        None => Ok(fields),
    }
}
