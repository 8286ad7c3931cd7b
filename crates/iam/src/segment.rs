//! Text from elsewhere as a part of a URL.

use wml_auth_core::AuthError;

/// `text` as one segment of a path, percent-encoded, so that no id can lead anywhere else. `what` names it in an error.
///
/// ```
/// use wml_auth_iam::path_segment;
///
/// assert_eq!(path_segment("scope id", "id/with space")?, "id%2Fwith%20space");
/// assert!(path_segment("scope id", "..").is_err());
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// [`AuthError::is_misconfigured`] when it is blank, has a control character in it, or is `.` or `..`.
pub fn path_segment(what: &str, text: &str) -> Result<String, AuthError> {
    if text.trim().is_empty() {
        return Err(AuthError::misconfigured(format!("the {what} is empty")));
    }
    if text.chars().any(char::is_control) || text == "." || text == ".." {
        return Err(AuthError::misconfigured(format!("the {what} is not an id")));
    }
    Ok(percent_encoded(text))
}

/// Everything encoded but what the URL standard calls unreserved.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
