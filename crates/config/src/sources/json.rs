//! JSON in which secrets may stand.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use wml_auth_core::Secret;

use crate::ConfigError;

/// A text or a boolean, which is kept as a secret, and where they are wanted a whole number; a value of any other type
/// counts as not there.
#[derive(Clone, Default)]
pub(super) struct LooseText<const NUMBERS: bool = false>(pub(super) Option<Secret>);

impl<'de, const NUMBERS: bool> Deserialize<'de> for LooseText<NUMBERS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor::<NUMBERS>)
    }
}

struct LooseVisitor<const NUMBERS: bool>;

impl<'de, const NUMBERS: bool> Visitor<'de> for LooseVisitor<NUMBERS> {
    type Value = LooseText<NUMBERS>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(LooseText(Some(Secret::from(text)).filter(|text| !text.is_empty())))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(LooseText(Some(Secret::from(if yes { "true" } else { "false" }))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(LooseText(NUMBERS.then(|| Secret::new(number.to_string()))))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(LooseText(NUMBERS.then(|| Secret::new(number.to_string()))))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(LooseText(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(LooseText(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(LooseText(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(LooseText(None))
    }
}

/// What is wrong and where. The words of the parser are not repeated, since they may quote a value.
pub(super) fn fault(error: &serde_json::Error) -> ConfigError {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Eof => "the JSON ends too early",
        Category::Data => "the JSON has an unexpected structure",
        Category::Io | Category::Syntax => "not valid JSON",
    };
    ConfigError::broken(format!("{what}, at line {} column {}", error.line(), error.column()))
        .with_hint("write it as JSON: names and texts in double quotes, nothing after the last brace")
}
