//! Text that must not be seen.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

use crate::AuthError;

/// A password, an API key or a token.
///
/// Clones share one allocation, which is wiped when the last of them is dropped. There is no `Display`, no
/// `Serialize` and no `Deref`: the only way to the text is [`expose`](Self::expose), so that a search for that
/// word finds every place where a secret leaves its box.
///
/// ```
/// use wml_auth_core::Secret;
///
/// let key = Secret::from("an-api-key-of-44-characters");
/// assert_eq!(format!("{key:?}"), "[redacted]");
/// assert_eq!(key.expose().len(), 27);
/// ```
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

/// Why a secret cannot be put into an HTTP header. Tells the position, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsafeSecret {
    /// There is nothing in it, or nothing but white space.
    Empty,
    /// A control character (a line break, NUL …) stands at this byte.
    Control {
        /// Position in bytes, from 0.
        at: usize,
    },
    /// White space leads or trails, which servers cut off or refuse.
    Padded,
    /// A character outside visible ASCII stands at this byte.
    NotAscii {
        /// Position in bytes, from 0.
        at: usize,
    },
}

impl Secret {
    /// Takes the text over. A spare copy that a shrinking `String` would leave behind is wiped.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text: String = text.into();
        let exact: Box<str> = text.as_str().into();
        text.zeroize();
        Self(Arc::new(SecretString::from(exact)))
    }

    /// The text itself. Do not store, print or log what this returns.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// The text, if it may stand in an HTTP header.
    ///
    /// # Errors
    ///
    /// [`UnsafeSecret`] when it is empty, padded with white space, or holds a byte that is not visible ASCII
    /// (a space inside is fine). A header is never built from such text, so no HTTP library gets to print it.
    pub fn header_text(&self) -> Result<&str, UnsafeSecret> {
        let text = self.expose();
        if text.trim().is_empty() {
            return Err(UnsafeSecret::Empty);
        }
        if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(UnsafeSecret::Control { at });
        }
        if text.trim().len() != text.len() {
            return Err(UnsafeSecret::Padded);
        }
        match text.char_indices().find(|(_, c)| !c.is_ascii()) {
            Some((at, _)) => Err(UnsafeSecret::NotAscii { at }),
            None => Ok(text),
        }
    }

    /// `text` with every occurrence of this secret replaced by `[redacted]`.
    ///
    /// For words that come from elsewhere, such as a server's error message, which may repeat what it was sent.
    ///
    /// ```
    /// # use wml_auth_core::Secret;
    /// let key = Secret::from("hunter2");
    /// assert_eq!(key.redact("no key hunter2 here"), "no key [redacted] here");
    /// ```
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_empty() || !text.contains(self.expose()) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.replace(self.expose(), "[redacted]"))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Arc::new(SecretString::from(Box::<str>::from(text))))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Compares the texts in a time that depends on their lengths alone.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.expose().as_bytes(), other.expose().as_bytes());
        a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
    }
}

impl Eq for Secret {}

impl fmt::Display for UnsafeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Control { at } => write!(f, "it has a line break or control character at byte {at}"),
            Self::Padded => f.write_str("it begins or ends with white space"),
            Self::NotAscii { at } => write!(f, "it has a character outside ASCII at byte {at}"),
        }
    }
}

impl std::error::Error for UnsafeSecret {}

/// The reading for a secret that somebody configured. A source that got the text from a server should say
/// [`AuthError::invalid_answer`] instead.
impl From<UnsafeSecret> for AuthError {
    fn from(fault: UnsafeSecret) -> Self {
        AuthError::misconfigured(format!("the secret cannot be sent in a header: {fault}"))
            .with_hint("copy the value again, on one line and without quotes or blanks around it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_text() {
        let shown = format!("{:?} {:#?}", Secret::from("s3cr3t"), Some(Secret::from("s3cr3t")));
        assert!(!shown.contains("s3cr3t") && shown.contains("[redacted]"));
    }

    #[test]
    fn header_text_names_the_fault_and_its_place() {
        let fault = |text: &str| Secret::from(text).header_text().map(str::to_owned);
        assert_eq!(fault("plain token"), Ok("plain token".into()));
        assert_eq!(fault(""), Err(UnsafeSecret::Empty));
        assert_eq!(fault(" \t"), Err(UnsafeSecret::Empty));
        assert_eq!(fault("ab\ncd"), Err(UnsafeSecret::Control { at: 2 }));
        assert_eq!(fault("ab\n"), Err(UnsafeSecret::Control { at: 2 }));
        assert_eq!(fault("ab\u{7f}"), Err(UnsafeSecret::Control { at: 2 }));
        assert_eq!(fault(" ab"), Err(UnsafeSecret::Padded));
        assert_eq!(fault("abé"), Err(UnsafeSecret::NotAscii { at: 2 }));
    }

    #[test]
    fn equality_is_of_the_whole_text() {
        assert_eq!(Secret::from("abc"), Secret::new(String::from("abc")));
        assert_ne!(Secret::from("abc"), Secret::from("abd"));
        assert_ne!(Secret::from("abc"), Secret::from("abcd"));
        assert_ne!(Secret::from("abc"), Secret::from("xbc"));
        // The differences are the same, and must not cancel each other.
        assert_ne!(Secret::from("aa"), Secret::from("bb"));
    }

    #[test]
    fn an_empty_secret_redacts_nothing() {
        assert_eq!(Secret::from("").redact("text"), "text");
    }
}
