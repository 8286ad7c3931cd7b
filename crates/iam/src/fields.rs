//! What goes into the body of a request.

use std::fmt;

use serde_json::{Map, Value as Json};
use wml_auth_core::{AuthError, Secret};

/// Named values, some of them secret, in the order in which they are sent: as a form or as a JSON object.
///
/// ```
/// use wml_auth_core::Secret;
/// use wml_auth_iam::Fields;
///
/// let fields = Fields::new().plain("username", "ada").secret("password", &Secret::from("hunter2"));
/// assert!(!format!("{fields:?}").contains("hunter2"));
/// ```
#[derive(Clone, Default)]
pub struct Fields(Vec<(&'static str, Value)>);

#[derive(Clone)]
enum Value {
    Plain(String),
    Secret(Secret),
    /// JSON text, sent as it was given.
    Object(String),
    Number(String),
}

impl Fields {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value that may be seen.
    #[must_use]
    pub fn plain(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, Value::Plain(value.to_owned())));
        self
    }

    /// Adds a value that is kept out of every error, even if the service repeats it.
    #[must_use]
    pub fn secret(mut self, name: &'static str, value: &Secret) -> Self {
        self.0.push((name, Value::Secret(value.clone())));
        self
    }

    /// Adds a number that may be seen. In a form it is a text like any other.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: u64) -> Self {
        self.0.push((name, Value::Number(value.to_string())));
        self
    }

    /// Adds a JSON object, given as text. It is sent as it is, so that no number in it loses digits on the way.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the text is not one JSON object.
    pub fn object(mut self, name: &'static str, text: &str) -> Result<Self, AuthError> {
        if serde_json::from_str::<Map<String, Json>>(text).is_err() {
            return Err(AuthError::misconfigured(format!("{name} is not a JSON object"))
                .with_hint(r#"write it like {"claim": "value"}"#));
        }
        self.0.push((name, Value::Object(text.trim().to_owned())));
        Ok(self)
    }

    /// Gives a value that may be seen, and may be there already, in place of that.
    pub(crate) fn replace(mut self, name: &'static str, value: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.plain(name, value)
    }

    /// The form, percent-encoded.
    pub(crate) fn to_form(&self) -> Vec<u8> {
        // Reserved in full, so that growing leaves no copy of a secret behind.
        let most = self.0.iter().map(|(name, value)| name.len() + 3 * value.text().len() + 2).sum();
        let mut form = Vec::with_capacity(most);
        for (name, value) in &self.0 {
            if !form.is_empty() {
                form.push(b'&');
            }
            form.extend_from_slice(name.as_bytes());
            form.push(b'=');
            for piece in form_urlencoded::byte_serialize(value.text().as_bytes()) {
                form.extend_from_slice(piece.as_bytes());
            }
        }
        form
    }

    /// The JSON object.
    pub(crate) fn to_json(&self) -> Result<Vec<u8>, AuthError> {
        // As above; a character becomes six at most.
        let most = self.0.iter().map(|(name, value)| name.len() + 6 * value.text().len() + 6).sum::<usize>();
        let mut json = Vec::with_capacity(most + 2);
        json.push(b'{');
        for (name, value) in &self.0 {
            if json.len() > 1 {
                json.push(b',');
            }
            write_text(&mut json, name)?;
            json.push(b':');
            match value {
                Value::Object(text) | Value::Number(text) => json.extend_from_slice(text.as_bytes()),
                value => write_text(&mut json, value.text())?,
            }
        }
        json.push(b'}');
        Ok(json)
    }

    /// The secrets among them.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().filter_map(|(_, value)| match value {
            Value::Secret(secret) => Some(secret),
            _ => None,
        })
    }
}

fn write_text(json: &mut Vec<u8>, text: &str) -> Result<(), AuthError> {
    serde_json::to_writer(json, text)
        .map_err(|_| AuthError::internal("a request could not be written as JSON"))
}

impl Value {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Object(text) | Self::Number(text) => text,
            Self::Secret(secret) => secret.expose(),
        }
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_map();
        for (name, value) in &self.0 {
            match value {
                Value::Plain(text) | Value::Number(text) => shown.entry(name, text),
                Value::Secret(secret) => shown.entry(name, secret),
                // What it claims about somebody is nobody else's business.
                Value::Object(_) => shown.entry(name, &"{…}"),
            };
        }
        shown.finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json(fields: &Fields) -> Json {
        serde_json::from_slice(&fields.to_json().unwrap()).unwrap()
    }

    #[test]
    fn json_is_escaped() {
        let key = Secret::from("key\"with\\quote\né\u{1}");
        let fields = Fields::new().plain("username", "a\"b").secret("apikey", &key).number("n", 300);
        assert_eq!(
            json(&fields),
            serde_json::json!({ "username": "a\"b", "apikey": key.expose(), "n": 300 })
        );
        assert_eq!(Fields::new().to_json().unwrap(), b"{}");
    }

    #[test]
    fn an_object_is_sent_as_it_was_given() {
        let claim = r#" {"n": 12345678901234567890123, "a": [1.0, null]} "#;
        let fields = Fields::new().plain("a", "b").object("claim", claim).unwrap();
        let sent = fields.to_json().unwrap();
        assert_eq!(std::str::from_utf8(&sent).unwrap(), format!(r#"{{"a":"b","claim":{}}}"#, claim.trim()));
        for text in ["", "null", "[]", "\"x\"", "{", "{} {}", "{'a': 1}"] {
            assert!(Fields::new().object("claim", text).unwrap_err().is_misconfigured(), "{text}");
        }
    }

    #[test]
    fn debug_shows_what_is_sent_but_no_secret() {
        let fields = Fields::new().plain("user", "ada").secret("key", &Secret::from("hunter2"));
        let shown = format!("{:?}", fields.object("claim", r#"{"email":"ada@example.com"}"#).unwrap());
        assert!(shown.contains("ada") && !shown.contains("hunter2") && !shown.contains('@'), "{shown}");
    }

    proptest! {
        #[test]
        fn any_text_survives_and_no_copy_is_left_behind(plain in "(?s).{0,20}", secret in "(?s).{0,40}") {
            let fields = Fields::new().plain("p", &plain).secret("s", &Secret::from(secret.as_str()));
            prop_assert_eq!(json(&fields), serde_json::json!({ "p": plain, "s": secret }));
            let form = fields.to_form();
            let read: Vec<(String, String)> = form_urlencoded::parse(&form).into_owned().collect();
            prop_assert_eq!(read, vec![("p".to_owned(), plain.clone()), ("s".to_owned(), secret.clone())]);
            let most = 2 + 14 + 6 * (plain.len() + secret.len());
            prop_assert!(fields.to_json().unwrap().capacity() == most);
        }
    }
}
