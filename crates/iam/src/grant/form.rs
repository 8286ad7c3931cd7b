//! The fields of a token request, plain and secret.

use std::fmt;

use wml_auth_core::Secret;

/// Fields in the order in which they are sent.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(&'static str, Value)>);

#[derive(Clone)]
enum Value {
    Plain(String),
    Secret(Secret),
}

impl Form {
    pub(crate) fn plain(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, Value::Plain(value.to_owned())));
        self
    }

    pub(crate) fn secret(mut self, name: &'static str, value: &Secret) -> Self {
        self.0.push((name, Value::Secret(value.clone())));
        self
    }

    /// Gives a plain field that may be there already another value.
    pub(crate) fn replace(mut self, name: &'static str, value: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.plain(name, value)
    }

    /// The form, percent-encoded.
    pub(crate) fn encode(&self) -> Vec<u8> {
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

    /// The secrets among its fields.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().filter_map(|(_, value)| match value {
            Value::Secret(secret) => Some(secret),
            Value::Plain(_) => None,
        })
    }

    /// Shows the plain fields under the name of what they belong to.
    pub(crate) fn show(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        let mut shown = f.debug_struct(name);
        for (name, value) in &self.0 {
            match value {
                Value::Plain(text) => shown.field(name, text),
                Value::Secret(secret) => shown.field(name, secret),
            };
        }
        shown.finish()
    }
}

impl Value {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.expose(),
        }
    }
}
