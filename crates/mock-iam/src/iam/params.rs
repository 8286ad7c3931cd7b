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
    raw: &'a [u8],
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
    pub(super) fn spellings(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        let param = self.param(name).into_iter();
        param.flat_map(|param| {
            std::iter::once(Cow::from(&*param.value))
                .chain(std::iter::once_with(|| String::from_utf8_lossy(param.raw)))
        })
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
    form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let (name, value) = pair.split_at(end);
        let raw = value.get(1..).unwrap_or_default();
        Param { name: decode(name), value: decode(raw), raw }
    })
}

/// What a part of a form says, as `form_urlencoded` has it, which takes longer for that than all the rest of a known login does.
fn decode(text: &[u8]) -> Cow<'_, str> {
    let escape = |text: &[u8]| text.iter().position(|byte| matches!(byte, b'%' | b'+'));
    if escape(text).is_none() {
        return String::from_utf8_lossy(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = escape(rest).and_then(|at| rest.split_at_checked(at)) {
        bytes.extend_from_slice(plain);
        let (byte, length) = match escaped {
            [b'%', high, low, ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, 3),
                _ => (b'%', 1),
            },
            [b'+', ..] => (b' ', 1),
            _ => (b'%', 1),
        };
        bytes.push(byte);
        rest = escaped.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest);
    match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned().into(),
    }
}

fn digit(byte: u8) -> Option<u8> {
    u8::try_from(char::from(byte).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_form_is_read_as_the_usual_decoder_reads_it(form in "(%[0-9a-fA-F]{2}|%.?|\\+|&|=|[a-zA-Z:é]){0,40}") {
            let theirs: Vec<_> = form_urlencoded::parse(form.as_bytes()).collect();
            let ours: Vec<_> = parse(form.as_bytes()).map(|param| (param.name, param.value)).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
