//! The JSON in which issuers hand out tokens, and which of its oddities pass.
//!
//! | in the answer | what is made of it |
//! | --- | --- |
//! | a body that is not a JSON object: HTML, an array, `null`, cut off | invalid answer |
//! | the token missing, `null`, of another type, empty, or unfit for a header (white space, control characters, beyond ASCII) | invalid answer |
//! | a member that is read here, twice | invalid answer |
//! | `token_type` missing, `null`, or `Bearer` or `jwt` in any case | accepted: the latter is what MCSP calls a bearer token |
//! | `token_type` of any other value | invalid answer |
//! | `expires_in`, `expiration` missing or `null` | not known |
//! | … a whole number, a number with a fraction (cut off), or digits in a string | accepted |
//! | … zero or negative | invalid answer |
//! | … absurdly large | passed on; a date ends with the year 9999. The engine has the last word on it |
//! | … of any other type | invalid answer |
//! | the token is a JWT with `exp` | a second date; the earlier stands |
//! | neither life nor date nor `exp` | invalid answer where an issuer answers; see [`read_token`] |
//! | any other member | ignored |
//!
//! No error repeats anything of the body.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use wml_auth_core::{AccessToken, AuthError, Secret};

use crate::{Claims, epoch};

/// Reads a token and its life. `names` are the members that may hold the token; the first that is there is taken.
///
/// Whoever needs a life has to look for it: this accepts a token without one.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_iam::answer::read_token;
///
/// let body = br#"{"access_token":"abc","token_type":"Bearer","expires_in":3600,"scope":"ibm openid"}"#;
/// let token = read_token(body, &["access_token"])?;
/// assert_eq!(token.expires_in(), Some(Duration::from_secs(3600)));
/// assert!(read_token(b"<html>", &["access_token"]).unwrap_err().is_invalid_answer());
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// [`AuthError::is_invalid_answer`], by the table in the [module's description](self).
pub fn read_token(body: &[u8], names: &[&str]) -> Result<AccessToken, AuthError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let members = deserializer
        .deserialize_map(Members { names })
        .and_then(|members| deserializer.end().map(|()| members))
        .map_err(|fault| not_readable(body, &fault))?;
    let token = members
        .tokens
        .into_iter()
        .flatten()
        .next()
        .ok_or_else(|| AuthError::invalid_answer("the answer holds no token"))?;
    token.header_text().map_err(|fault| {
        AuthError::invalid_answer(format!("the token in the answer cannot be used: {fault}"))
    })?;
    if members
        .token_type
        .is_some_and(|kind| !["bearer", "jwt"].iter().any(|known| kind.eq_ignore_ascii_case(known)))
    {
        return Err(AuthError::invalid_answer("the token in the answer is not a bearer token"));
    }
    let positive = |number: Option<Whole>, what: &str| match number {
        Some(Whole(seconds)) if seconds <= 0 => {
            Err(AuthError::invalid_answer(format!("the answer's {what} is not a time to come")))
        }
        number => Ok(number),
    };
    let expires_at = Claims::decode(&token).and_then(|claims| claims.expires_at);
    let mut answer = AccessToken::new(token);
    if let Some(Whole(seconds)) = positive(members.expires_in, "expires_in")? {
        answer = answer.with_expires_in(Duration::from_secs(seconds.unsigned_abs()));
    }
    if let Some(Whole(seconds)) = positive(members.expiration, "expiration")? {
        answer = answer.with_expires_at(epoch::date(seconds));
    }
    if let Some(date) = expires_at {
        answer = answer.with_expires_at(date);
    }
    Ok(answer)
}

/// Reads them from the object that is the member `outer` of the body, as [`read_token`] does.
///
/// ```
/// use wml_auth_iam::answer::read_token_within;
///
/// let token = read_token_within("data", br#"{"data":{"token":"abc","expires_in":60}}"#, &["token"])?;
/// assert_eq!(token.secret().expose(), "abc");
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// As [`read_token`]; also when `outer` is not there, or is there twice.
pub fn read_token_within(outer: &str, body: &[u8], names: &[&str]) -> Result<AccessToken, AuthError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let inner = deserializer
        .deserialize_map(Within { outer })
        .and_then(|inner| deserializer.end().map(|()| inner))
        .map_err(|fault| not_readable(body, &fault))?;
    read_token(inner.get().as_bytes(), names)
}

fn not_readable(body: &[u8], fault: &serde_json::Error) -> AuthError {
    if body.trim_ascii_start().first() == Some(&b'<') {
        return AuthError::invalid_answer("a web page came instead of a token")
            .with_hint("a proxy, a firewall or a login page may stand in between; check the endpoint");
    }
    // The fault's own text may repeat a value.
    AuthError::invalid_answer(match fault.classify() {
        serde_json::error::Category::Data => "the answer's JSON is not that of a token",
        serde_json::error::Category::Eof => "the answer's JSON is cut off",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "the answer is not JSON",
    })
}

struct Members<'n> {
    names: &'n [&'n str],
}

#[derive(Default)]
struct Found {
    /// One for each of the names, in their order.
    tokens: Vec<Option<Secret>>,
    token_type: Option<String>,
    expires_in: Option<Whole>,
    expiration: Option<Whole>,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut found = Found { tokens: vec![None; self.names.len()], ..Found::default() };
        let mut seen = Vec::<String>::new();
        while let Some(name) = map.next_key::<String>()? {
            let place = self.names.iter().position(|known| *known == name);
            match (place.and_then(|place| found.tokens.get_mut(place)), name.as_str()) {
                (Some(token), _) => *token = map.next_value::<Option<Text>>()?.map(|Text(secret)| secret),
                (None, "token_type") => found.token_type = map.next_value()?,
                (None, "expires_in") => found.expires_in = map.next_value()?,
                (None, "expiration") => found.expiration = map.next_value()?,
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
struct Within<'o> {
    outer: &'o str,
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
struct Whole(i64);

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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use proptest::prelude::*;

    use super::*;
    use crate::claims::tests::jwt;

    fn read(body: &str) -> Result<AccessToken, AuthError> {
        read_token(body.as_bytes(), &["access_token"])
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn an_answer_of_iam_is_read() {
        let token = jwt(r#"{"exp":1700003600}"#);
        let body = format!(
            r#"{{"access_token":"{}","refresh_token":"not_supported","ims_user_id":1,"token_type":"Bearer","expires_in":3600,"expiration":1700003600,"scope":"ibm openid"}}"#,
            token.expose()
        );
        let answer = read(&body).unwrap();
        assert_eq!(answer.secret(), &token);
        assert_eq!(answer.expires_in(), Some(Duration::from_secs(3600)));
        assert_eq!(answer.expires_at(), Some(at(1_700_003_600)));
    }

    #[test]
    fn the_earlier_of_two_dates_stands() {
        let token = jwt(r#"{"exp":1700000900}"#);
        let body = format!(r#"{{"access_token":"{}","expiration":1700003600}}"#, token.expose());
        assert_eq!(read(&body).unwrap().expires_at(), Some(at(1_700_000_900)));
    }

    #[test]
    fn what_holds_no_usable_token_is_refused() {
        for body in [
            "",
            "null",
            "[]",
            r#"["t",3600]"#,
            "{}",
            "3600",
            "\"t\"",
            r#"{"access_token":"t""#,
            r#"{"access_token":"t"} x"#,
            r#"{"access_token":null,"expires_in":1}"#,
            r#"{"access_token":"","expires_in":1}"#,
            r#"{"access_token":" ","expires_in":1}"#,
            r#"{"access_token":"a\nb","expires_in":1}"#,
            r#"{"access_token":"t ","expires_in":1}"#,
            r#"{"access_token":"té","expires_in":1}"#,
            r#"{"access_token":1,"expires_in":1}"#,
            r#"{"access_token":["t"],"expires_in":1}"#,
            r#"{"access_token":"t","access_token":"u","expires_in":1}"#,
            r#"{"access_token":"t","expires_in":1,"expires_in":2}"#,
            r#"{"token":"t","expires_in":1}"#,
            r#"{"access_token":"t","token_type":"mac","expires_in":1}"#,
            r#"{"access_token":"t","token_type":1,"expires_in":1}"#,
            "<!DOCTYPE html><html></html>",
        ] {
            let error = read(body).unwrap_err();
            assert!(error.is_invalid_answer() && !error.is_retryable(), "{body}: {error}");
        }
    }

    #[test]
    fn a_web_page_is_called_one() {
        assert!(read(" \n<html>").unwrap_err().message().contains("web page"));
    }

    #[test]
    fn a_life_is_read_as_issuers_write_it() {
        let life = |value: &str| read(&format!(r#"{{"access_token":"t","expires_in":{value}}}"#));
        for (value, seconds) in [
            ("3600", 3600),
            ("3600.9", 3600),
            ("\"3600\"", 3600),
            ("1", 1),
            ("18446744073709551615", i64::MAX as u64),
            ("1e300", i64::MAX as u64),
            ("\"99999999999999999999\"", i64::MAX as u64),
        ] {
            assert_eq!(life(value).unwrap().expires_in(), Some(Duration::from_secs(seconds)), "{value}");
        }
        assert_eq!(life("null").unwrap().expires_in(), None);
        for value in ["0", "-1", "-1.5", "0.5", "\"\"", "\"-1\"", "\"1h\"", "true", "[1]", "{}", "1e999"] {
            assert!(life(value).unwrap_err().is_invalid_answer(), "{value}");
        }
    }

    #[test]
    fn a_date_is_read_likewise() {
        let date = |value: &str| read(&format!(r#"{{"access_token":"t","expiration":{value}}}"#));
        assert_eq!(date("1700003600").unwrap().expires_at(), Some(at(1_700_003_600)));
        assert_eq!(date("\"1700003600\"").unwrap().expires_at(), Some(at(1_700_003_600)));
        assert_eq!(date("1e300").unwrap().expires_at(), Some(at(253_402_300_799)));
        assert!(date("0").unwrap_err().is_invalid_answer());
        assert!(date("-5").unwrap_err().is_invalid_answer());
    }

    #[test]
    fn the_first_name_that_is_there_is_taken() {
        let body = br#"{"token":"b","access_token":"a"}"#;
        let read = |names: &[&str]| read_token(body, names).unwrap().secret().expose().to_owned();
        assert_eq!(read(&["access_token", "token"]), "a");
        assert_eq!(read(&["token", "access_token"]), "b");
        assert_eq!(read(&["iam_token", "token"]), "b");
    }

    #[test]
    fn a_bearer_token_has_two_names() {
        for (kind, is_read) in [("jwt", true), ("JWT", true), ("bearer", true), ("mac", false), ("", false)] {
            let body = format!(r#"{{"access_token":"t","token_type":"{kind}"}}"#);
            assert_eq!(read(&body).is_ok(), is_read, "{kind}");
        }
    }

    #[test]
    fn a_token_within_is_read_by_the_same_rules() {
        let read = |body: &str| read_token_within("data", body.as_bytes(), &["token"]);
        let token = read(r#"{"_messageCode_":"200","data":{"token":"t","expires_in":9}}"#).unwrap();
        assert_eq!((token.secret().expose(), token.expires_in()), ("t", Some(Duration::from_secs(9))));
        for body in [
            "",
            "[]",
            "null",
            "{}",
            r#"{"token":"t"}"#,
            r#"{"data":null}"#,
            r#"{"data":"t"}"#,
            r#"{"data":{"token":"t"}"#,
            r#"{"data":{"token":"t"}} x"#,
            r#"{"data":{"token":"t"},"data":{"token":"u"}}"#,
            r#"{"data":{"token":"a\nb"}}"#,
            r#"{"data":{"token":"t","token":"u"}}"#,
        ] {
            assert!(read(body).unwrap_err().is_invalid_answer(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_within_are_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_token_within("data", &body, &["token"]);
        }

        #[test]
        fn any_bytes_are_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_token(&body, &["access_token"]);
        }

        #[test]
        fn no_error_repeats_the_body(secret in "[a-z]{12}", broken in 0_usize..5) {
            let body = match broken {
                0 => format!(r#"{{"access_token":"{secret}\n"}}"#),
                1 => format!(r#"{{"access_token":"t","expires_in":"{secret}"}}"#),
                2 => format!(r#"{{"access_token":["{secret}"]}}"#),
                3 => format!(r#"{{"access_token":"{secret}","token_type":"{secret}"}}"#),
                _ => format!(r#""{secret}""#),
            };
            let error = read(&body).unwrap_err();
            let shown = format!("{error:?} {:?}", error.hint());
            prop_assert!(!shown.contains(&secret));
        }
    }
}
