//! The parameters of a token request: from the form, from the query, or from both.

use http::header::CONTENT_TYPE;

use super::error::OidcError;
use crate::request::Request;

pub(super) struct Params(Vec<Param>);

struct Param {
    name: String,
    value: String,
    /// As it was sent. A client which forgets to escape a key sends a `+` that means a plus.
    raw: String,
}

impl Params {
    /// A body that claims to be something else than a form has no parameters in it.
    pub(super) fn of(request: &Request) -> Self {
        let is_form = request.headers.get(CONTENT_TYPE).is_none_or(|kind| {
            kind.to_str().is_ok_and(|kind| {
                kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
            })
        });
        let body: &[u8] = if is_form { &request.body } else { &[] };
        let query = request.query.as_deref().unwrap_or("").as_bytes();
        Self([query, body].into_iter().flat_map(parse).collect())
    }

    /// The value of a parameter, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.param(name).map(|param| param.value.as_str())
    }

    /// The value of a parameter, or IAM's complaint that there is none.
    pub(super) fn required(&self, name: &str) -> Result<&str, OidcError> {
        self.find(name).ok_or_else(|| OidcError::missing(name))
    }

    /// A value as it reads decoded, then as it was sent, where these differ.
    pub(super) fn spellings(&self, name: &str) -> impl Iterator<Item = &str> {
        self.param(name).into_iter().flat_map(|param| [param.value.as_str(), param.raw.as_str()])
    }

    /// A parameter that was given twice, with different values.
    pub(super) fn contradiction(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|a| self.0.iter().any(|b| a.name == b.name && a.value != b.value))
            .map(|param| param.name.as_str())
    }

    fn param(&self, name: &str) -> Option<&Param> {
        self.0.iter().find(|param| param.name == name && !param.value.is_empty())
    }
}

fn parse(form: &[u8]) -> impl Iterator<Item = Param> + '_ {
    form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).filter_map(|pair| {
        let (name, value) = form_urlencoded::parse(pair).next()?;
        let raw = pair.splitn(2, |byte| *byte == b'=').nth(1).unwrap_or_default();
        Some(Param {
            name: name.into_owned(),
            value: value.into_owned(),
            raw: String::from_utf8_lossy(raw).into_owned(),
        })
    })
}
