//! API keys, checked before they are sent anywhere.

use wml_auth_core::{AuthError, Secret};

use crate::Claims;

/// An IBM Cloud API key that looks like one.
///
/// IBM generates 44 characters of letters, digits, `-` and `_`, but a caller may have chosen any text of at least 32
/// characters. So only what cannot be a key is refused; `+`, `&`, `%` and letters beyond ASCII are fine.
///
/// ```
/// use wml_auth_core::Secret;
/// use wml_auth_iam::ApiKey;
///
/// assert!(ApiKey::parse(Secret::from("0123456789-abcdefghij_ABCDEFGHIJ+&%é")).is_ok());
/// let error = ApiKey::parse(Secret::from("{my-key}")).unwrap_err();
/// assert!(error.is_misconfigured() && error.hint().is_some());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey(Secret);

impl ApiKey {
    /// Checks a key that somebody configured.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`], with a hint, when it
    ///
    /// * is empty, or nothing but white space;
    /// * holds a line break or another control character;
    /// * begins or ends with white space or a byte-order mark;
    /// * begins with `{` or `"`, or ends with `}` or `"`: IBM's SDKs refuse these too, as a template's placeholder
    ///   that nobody filled in, or as a value copied with its quotes;
    /// * is a key's id (`ApiKey-<uuid>`) instead of the key;
    /// * is a token instead of a key: a JWT with an issuer.
    pub fn parse(key: Secret) -> Result<Self, AuthError> {
        match fault(&key) {
            Some((fault, hint)) => {
                Err(AuthError::misconfigured(format!("the API key {fault}")).with_hint(hint))
            }
            None => Ok(Self(key)),
        }
    }

    /// The key itself.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

fn fault(key: &Secret) -> Option<(&'static str, &'static str)> {
    let text = key.expose();
    let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    if text.is_empty() {
        return Some(("is empty", "check that the variable or file it comes from has a value"));
    }
    if text.chars().all(is_blank) {
        return Some(("is nothing but white space", "check the variable or file it comes from"));
    }
    if text.chars().any(char::is_control) {
        return Some((
            "has a line break or control character in it",
            "copy it again as one line; a file may end it with a line break that has to be cut off",
        ));
    }
    if text.starts_with(is_blank) || text.ends_with(is_blank) {
        return Some(("begins or ends with white space", "remove what surrounds it"));
    }
    if text.starts_with(['{', '"']) || text.ends_with(['}', '"']) {
        return Some((
            "begins or ends with a brace or quotation mark",
            "give the bare value: without quotes around it, and in place of any {placeholder}",
        ));
    }
    if is_key_id(text) {
        return Some(("is the id of a key", "give the key itself, which is shown once when it is made"));
    }
    if Claims::decode(key).is_some_and(|claims| claims.issuer.is_some()) {
        return Some(("is a token, not a key", "configure it as a bearer token, or give the API key"));
    }
    None
}

fn is_key_id(text: &str) -> bool {
    text.strip_prefix("ApiKey-").is_some_and(|id| {
        id.len() == 36
            && id.chars().enumerate().all(|(place, c)| match place {
                8 | 13 | 18 | 23 => c == '-',
                _ => c.is_ascii_hexdigit(),
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::tests::jwt;

    #[test]
    fn what_a_caller_may_choose_is_a_key() {
        for key in ["a", "a{b}c", "a\"b", "+&% é", "ApiKey-mine", "a.b.c", "abc}d", "'quoted'"] {
            assert_eq!(ApiKey::parse(Secret::from(key)).unwrap().secret().expose(), key);
        }
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_without_being_shown() {
        let token = jwt(r#"{"iss":"https://iam.cloud.ibm.com/identity","exp":1}"#);
        for key in [
            "",
            " ",
            "\u{feff}",
            "k3y\n",
            "k3\ry",
            "\u{0}k3y",
            " k3y",
            "k3y ",
            "\u{feff}k3y",
            "{k3y",
            "k3y}",
            "\"k3y",
            "k3y\"",
            "ApiKey-6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            token.expose(),
        ] {
            let error = ApiKey::parse(Secret::from(key)).unwrap_err();
            assert!(error.is_misconfigured() && error.hint().is_some(), "{key:?}");
            assert!(!format!("{error:?} {:?}", error.hint()).contains("k3y"), "{error:?}");
        }
    }
}
