//! Where a passcode comes from.

use http::Request;
use http::header::ACCEPT;
use serde::Deserialize;
use wml_auth_core::{AuthError, Secret};
use wml_auth_iam::Endpoint;

use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

#[derive(Deserialize)]
struct Discovery {
    passcode_endpoint: String,
}

/// The page on which a person finds one, as IAM's discovery document names it.
pub(super) async fn page(session: &Session, endpoint: &Endpoint) -> Result<String, AuthError> {
    let url = format!("{}/identity/.well-known/openid-configuration", endpoint.as_str());
    let request = Request::get(url).header(ACCEPT, "application/json").body(Vec::new());
    let request = request.map_err(|_| AuthError::misconfigured("the URL of IAM is not a URL"))?;
    let answer = session.transport().send(request).await?;
    let document: Option<Discovery> = match answer.status().is_success() {
        true => serde_json::from_slice(answer.body()).ok(),
        false => None,
    };
    let page = document.map(|document| terminal::printable(&document.passcode_endpoint));
    page.ok_or_else(|| AuthError::invalid_answer("IAM does not say where passcodes are to be had"))
}

/// The passcode itself. That of a sandbox nobody could know.
pub(super) fn read(session: &Session) -> Result<Secret, Failure> {
    if let Some(sandbox) = session.sandbox() {
        session.say("the sandbox types its passcode itself");
        return Ok(Secret::from(sandbox.passcode()));
    }
    let typed = terminal::secret("One-time passcode: ")
        .map_err(|error| Failure::usage(format!("the passcode cannot be read: {error}")))?;
    if typed.is_empty() {
        return Err(Failure::usage("no passcode was given")
            .with_hint("type it at the prompt, or give it as the first line of standard input"));
    }
    Ok(typed)
}
