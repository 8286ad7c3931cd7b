//! What is configured, checked before it is sent anywhere.

use wml_auth_core::{AuthError, Secret};
use wml_auth_iam::BaseUrl;

/// The URL of a cluster, without what is appended to it.
pub(crate) fn url(text: &str, path: &str) -> Result<BaseUrl, AuthError> {
    Ok(BaseUrl::parse("the URL of Cloud Pak for Data", text)?.without(path))
}

pub(crate) fn text<'t>(what: &str, text: &'t str) -> Result<&'t str, AuthError> {
    match fault(text) {
        Some(fault) => Err(AuthError::misconfigured(format!("the {what} {fault}"))),
        None => Ok(text),
    }
}

pub(crate) fn secret<'s>(what: &str, secret: &'s Secret) -> Result<&'s Secret, AuthError> {
    text(what, secret.expose()).map(|_| secret)
}

/// IBM's SDKs for Python and Node refuse what begins or ends with a brace or quotation mark, those for Go and Java nothing.
/// A password may well end with a brace; one that is wrapped in them is a placeholder that nobody filled in.
fn fault(text: &str) -> Option<&'static str> {
    let is_wrapped =
        |open: char, close: char| text.strip_prefix(open).is_some_and(|rest| rest.ends_with(close));
    if text.trim().is_empty() {
        Some("is empty")
    } else if text.chars().any(char::is_control) {
        Some("has a line break or control character in it")
    } else if is_wrapped('{', '}') || is_wrapped('"', '"') {
        Some("is wrapped in braces or quotation marks, as a placeholder is that nobody filled in")
    } else {
        None
    }
}
