//! The members of an answer that mean something.

use std::fmt;
use std::time::SystemTime;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use wml_auth_core::Secret;

use crate::epoch;

/// What to look for: `names` are strings.
pub(super) struct Members<'n> {
    pub(super) names: &'n [&'n str],
}

#[derive(Default)]
pub(super) struct Found {
    /// One for each of the names, in their order.
    pub(super) texts: Vec<Option<Secret>>,
    pub(super) token_type: Option<String>,
    pub(super) expires_in: Option<Whole>,
    pub(super) expiration: Option<Whole>,
    pub(super) expires_at: Option<Date>,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut found = Found { texts: vec![None; self.names.len()], ..Found::default() };
        let mut seen = Vec::<String>::new();
        while let Some(name) = map.next_key::<String>()? {
            let place = self.names.iter().position(|known| *known == name);
            match (place.and_then(|place| found.texts.get_mut(place)), name.as_str()) {
                (Some(text), _) => *text = map.next_value::<Option<Text>>()?.map(|Text(secret)| secret),
                (None, "token_type") => found.token_type = map.next_value()?,
                (None, "expires_in") => found.expires_in = map.next_value()?,
                (None, "expiration") => found.expiration = map.next_value()?,
                (None, "expires_at") => found.expires_at = map.next_value::<Loose>()?.0,
                (None, _) => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            }
            if seen.contains(&name) {
                return Err(A::Error::custom("a member twice"));
            }
            seen.push(name);
        }
        Ok(found)
    }
}

/// Finds one member, as the bytes that it is written in.
pub(super) struct Within<'o> {
    pub(super) outer: &'o str,
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = &'de RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<&'de RawValue, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if name != self.outer {
                map.next_value::<IgnoredAny>()?;
            } else if found.replace(map.next_value()?).is_some() {
                return Err(A::Error::custom("a member twice"));
            }
        }
        found.ok_or_else(|| A::Error::custom("a member missing"))
    }
}

/// A string that goes into a [`Secret`] without a copy in between.
pub(crate) struct Text(pub(crate) Secret);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl Visitor<'_> for Words {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Secret::from(text)))
            }
        }
        deserializer.deserialize_str(Words)
    }
}

/// A number of seconds, as issuers write it.
#[derive(Clone, Copy)]
pub(super) struct Whole(pub(super) i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_u64<E>(self, number: u64) -> Result<Whole, E> {
                Ok(Whole(i64::try_from(number).unwrap_or(i64::MAX)))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Whole, E> {
                Ok(Whole(number))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Whole, E> {
                Ok(Whole(number as i64))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Whole, E> {
                if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(E::custom("not a number"));
                }
                Ok(Whole(text.parse().unwrap_or(i64::MAX)))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// A date as RFC 3339 writes it.
#[derive(Clone, Copy)]
pub(super) struct Date(pub(super) SystemTime);

/// A date, or whatever else stands in its place.
struct Loose(Option<Date>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let date = text.trim_matches('"').parse::<jiff::Timestamp>().ok();
        Ok(Self(date.map(|date| Date(epoch::date(date.as_second())))))
    }
}
