//! One request, read completely.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, header};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::route;

/// A request as the APIs see it: no socket, no stream.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The body was larger than the server reads; what is in `body` is nothing.
    pub(crate) too_large: bool,
    /// The base URL by which the client reached the server.
    pub(crate) origin: Arc<str>,
    pub(crate) connection: u64,
    pub(crate) arrived: Timestamp,
    /// The client's `Transaction-Id`, or one made up for it.
    pub(crate) transaction_id: String,
    /// A UUID of the server's own, for `x-request-id`.
    pub(crate) request_id: String,
}

/// What an `Authorization` header holds.
pub(crate) enum Authorization {
    Bearer(String),
    Basic {
        user: String,
        password: String,
    },
    /// User and API key of Cloud Pak for Data, which need no token.
    ZenApiKey {
        user: String,
        key: String,
    },
    Other,
}

impl Request {
    pub(crate) fn segments(&self) -> Vec<&str> {
        route::segments(&self.path)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn user_agent(&self) -> &str {
        self.header("user-agent").unwrap_or("")
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_deref()?.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The body as JSON, or why not.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_slice(&self.body).map_err(|error| error.to_string())
    }

    /// The same where it has to be an object. A derived reader would take the members of an array for those of one.
    pub(crate) fn json_object<T: DeserializeOwned>(&self) -> Result<T, String> {
        match self.body.trim_ascii_start().first() {
            Some(b'[') => Err("invalid type: sequence, expected an object".to_owned()),
            _ => self.json(),
        }
    }

    /// The API key that the request carries openly: in the form or the JSON object that is its body, in the header made
    /// for it, or in its credentials.
    pub(crate) fn api_key(&self) -> Option<String> {
        let in_form = form_urlencoded::parse(&self.body).find(|(name, _)| name == "apikey");
        in_form
            .map(|(_, value)| value.into_owned())
            .or_else(|| self.api_key_in_json())
            .or_else(|| self.header("iam-apikey").map(str::to_owned))
            .or_else(|| match self.authorization() {
                Some(Authorization::Basic { user, password }) if user == "apikey" => Some(password),
                Some(Authorization::ZenApiKey { key, .. }) => Some(key),
                _ => None,
            })
    }

    fn api_key_in_json(&self) -> Option<String> {
        let body: Value = self.body.starts_with(b"{").then(|| serde_json::from_slice(&self.body).ok())??;
        ["apikey", "api_key"].iter().find_map(|name| body.get(name)?.as_str().map(str::to_owned))
    }

    pub(crate) fn authorization(&self) -> Option<Authorization> {
        let value = self.headers.get(header::AUTHORIZATION)?;
        Some(value.to_str().ok().and_then(parse_authorization).unwrap_or(Authorization::Other))
    }
}

fn parse_authorization(value: &str) -> Option<Authorization> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Authorization::Bearer(rest.to_owned()));
    }
    let pair = || {
        let decoded = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
        decoded.split_once(':').map(|(user, secret)| (user.to_owned(), secret.to_owned()))
    };
    if scheme.eq_ignore_ascii_case("basic") {
        return pair().map(|(user, password)| Authorization::Basic { user, password });
    }
    if scheme.eq_ignore_ascii_case("zenapikey") {
        return pair().map(|(user, key)| Authorization::ZenApiKey { user, key });
    }
    None
}
