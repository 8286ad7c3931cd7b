//! Whether what somebody configured can be sent at all.

use wml_auth_core::{AuthError, Secret};

/// A plain value, called `name` in the error.
pub(crate) fn text<'t>(name: &str, text: &'t str) -> Result<&'t str, AuthError> {
    if text.trim().is_empty() {
        return Err(AuthError::misconfigured(format!("the {name} is empty")).with_hint("leave it out"));
    }
    if text.chars().any(char::is_control) {
        return Err(AuthError::misconfigured(format!(
            "the {name} has a line break or control character in it"
        )));
    }
    Ok(text)
}

/// An id, a name of something: a value that blanks before or after it would make another one.
pub(crate) fn name<'t>(name: &str, value: &'t str) -> Result<&'t str, AuthError> {
    if text(name, value)?.trim().len() != value.len() {
        return Err(AuthError::misconfigured(format!("the {name} begins or ends with white space"))
            .with_hint("remove what surrounds it"));
    }
    Ok(value)
}

/// A token or code that is a field of a form. It may hold any printable character.
pub(crate) fn secret<'s>(name: &str, secret: &'s Secret) -> Result<&'s Secret, AuthError> {
    let value = secret.expose();
    let fault = if value.trim().is_empty() {
        "is empty"
    } else if value.chars().any(char::is_control) {
        "has a line break or control character in it"
    } else if value.trim().len() != value.len() {
        "begins or ends with white space"
    } else {
        return Ok(secret);
    };
    Err(AuthError::misconfigured(format!("the {name} {fault}"))
        .with_hint("copy it again as one line, without blanks or quotes around it"))
}
