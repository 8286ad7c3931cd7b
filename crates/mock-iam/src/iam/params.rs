//! The parameters of a token request: from the form, from the query, or from both.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;

use super::error::OidcError;
use crate::request::Request;

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) struct Params<'a>(Vec<Param<'a>>);

struct Param<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    /// As it was sent. A client which forgets to escape a key sends a `+` that means a plus.
    raw: Cow<'a, str>,
}

impl<'a> Params<'a> {
    /// A body that claims to be something else than a form has no parameters in it.
    pub(super) fn of(request: &'a Request) -> Self {
        let is_form = request.headers.get(CONTENT_TYPE).is_none_or(|kind| {
            let kind = kind.to_str().ok().and_then(|kind| kind.trim_start().get(..FORM.len()));
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(FORM))
        });
        let body: &[u8] = if is_form { &request.body } else { &[] };
        let query = request.query.as_deref().unwrap_or("").as_bytes();
        Self([query, body].into_iter().flat_map(parse).collect())
    }

    /// The value of a parameter, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.param(name).map(|param| &*param.value)
    }

    /// The value of a parameter, or IAM's complaint that there is none.
    pub(super) fn required(&self, name: &str) -> Result<&str, OidcError> {
        self.find(name).ok_or_else(|| OidcError::missing(name))
    }

    /// A value as it reads decoded, then as it was sent, where these differ.
    pub(super) fn spellings(&self, name: &str) -> impl Iterator<Item = &str> {
        self.param(name).into_iter().flat_map(|param| [&*param.value, &*param.raw])
    }

    /// A parameter that was given twice, with different values.
    pub(super) fn contradiction(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|a| self.0.iter().any(|b| a.name == b.name && a.value != b.value))
            .map(|param| &*param.name)
    }

    fn param(&self, name: &str) -> Option<&Param<'a>> {
        self.0.iter().find(|param| param.name == name && !param.value.is_empty())
    }
}

fn parse(form: &[u8]) -> impl Iterator<Item = Param<'_>> {
    form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).filter_map(|pair| {
        let (name, value) = form_urlencoded::parse(pair).next()?;
        let raw = pair.splitn(2, |byte| *byte == b'=').nth(1).unwrap_or_default();
        Some(Param { name, value, raw: String::from_utf8_lossy(raw) })
    })
}
