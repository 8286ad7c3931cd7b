//! One request for a token.

use std::fmt;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request};
use wml_auth_core::{AuthError, Authorization, Secret};

use crate::Fields;
use crate::segment::percent_encoded;

/// What a token service is sent: a path below its URL, a body, and headers that prove who asks.
///
/// ```
/// use wml_auth_core::Secret;
/// use wml_auth_iam::{Fields, TokenRequest};
///
/// let fields = Fields::new().secret("apikey", &Secret::from("k3y"));
/// let request = TokenRequest::post_json("/api/2.0/apikeys/token", fields).with_query("includeRoles", "true");
/// ```
#[derive(Clone)]
pub struct TokenRequest {
    method: Method,
    path: String,
    query: String,
    body: Body,
    headers: HeaderMap,
    secrets: Vec<Secret>,
}

#[derive(Clone)]
enum Body {
    Nothing,
    Form(Fields),
    Json(Fields),
    /// None, but said to be JSON.
    NoJson,
}

impl TokenRequest {
    /// A `GET`. `path` begins with a slash and is encoded already; see [`path_segment`](crate::path_segment).
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path.into(), Body::Nothing)
    }

    /// A `POST` of a form.
    pub fn post_form(path: impl Into<String>, fields: Fields) -> Self {
        Self::new(Method::POST, path.into(), Body::Form(fields))
    }

    /// A `POST` of a JSON object.
    pub fn post_json(path: impl Into<String>, fields: Fields) -> Self {
        Self::new(Method::POST, path.into(), Body::Json(fields))
    }

    /// A `PUT` of a JSON object.
    pub fn put_json(path: impl Into<String>, fields: Fields) -> Self {
        Self::new(Method::PUT, path.into(), Body::Json(fields))
    }

    /// A `POST` of no body at all, which is said to be JSON: how some services are asked for what is usual.
    pub fn post_no_json(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path.into(), Body::NoJson)
    }

    fn new(method: Method, path: String, body: Body) -> Self {
        let secrets = match &body {
            Body::Nothing | Body::NoJson => Vec::new(),
            Body::Form(fields) | Body::Json(fields) => fields.secrets().cloned().collect(),
        };
        Self { method, path, query: String::new(), body, headers: HeaderMap::new(), secrets }
    }

    /// Adds to the query. Both are encoded here; neither may be secret.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(&percent_encoded(name));
        self.query.push('=');
        self.query.push_str(&percent_encoded(value));
        self
    }

    /// Adds a header. It may not be secret.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Adds the headers that prove who asks. `secret` is what they were made from: it is kept out of every error, and
    /// so is what became of it.
    #[must_use]
    pub fn with_authorization(mut self, authorization: &Authorization, secret: &Secret) -> Self {
        authorization.apply(&mut self.headers);
        self.secrets.extend([secret.clone(), Secret::from(authorization.expose_token())]);
        self
    }

    /// What must not come back in an error.
    pub(crate) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The request itself, of the service at this URL.
    pub(crate) fn build(&self, base_url: &str, transaction_id: &str) -> Result<Request<Vec<u8>>, AuthError> {
        let (content_type, body) = match &self.body {
            Body::Nothing => (None, Vec::new()),
            Body::NoJson => (Some("application/json"), Vec::new()),
            Body::Form(fields) => (Some("application/x-www-form-urlencoded"), fields.to_form()),
            Body::Json(fields) => (Some("application/json"), fields.to_json()?),
        };
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("{base_url}{}{}", self.path, self.query))
            .header(ACCEPT, "application/json")
            .header("transaction-id", transaction_id);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        if matches!(self.body, Body::NoJson) {
            // Clients leave it out of a request without a body; IBM's own send it.
            request = request.header(CONTENT_LENGTH, "0");
        }
        let mut request = request
            .body(body)
            .map_err(|_| AuthError::misconfigured("the token service's URL is not one that can be asked"))?;
        request.headers_mut().extend(self.headers.clone());
        Ok(request)
    }
}

/// Says nothing of its headers.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TokenRequest");
        shown.field("method", &self.method).field("path", &self.path).field("query", &self.query);
        if let Body::Form(fields) | Body::Json(fields) = &self.body {
            shown.field("body", fields);
        }
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_encoded_and_a_header_is_sensitive() {
        let password = Secret::from("pässwörd");
        let basic = Authorization::basic("ada", &password).unwrap();
        let request = TokenRequest::get("/v1/service_token")
            .with_query("display_name", "Ada & Co/é")
            .with_query("expiration_time", "60")
            .with_authorization(&basic, &password);
        assert!(request.secrets().contains(&Secret::from(basic.expose_token())));
        let built = request.build("https://example.com/zen", "t1").unwrap();
        assert_eq!(
            built.uri(),
            "https://example.com/zen/v1/service_token?display_name=Ada%20%26%20Co%2F%C3%A9&expiration_time=60"
        );
        assert!(built.headers()["authorization"].is_sensitive());
        assert_eq!(built.headers()["transaction-id"], "t1");
        assert!(built.headers().get("content-type").is_none() && built.body().is_empty());
        let shown = format!("{request:?}");
        assert!(!shown.contains(basic.expose_token()) && !shown.contains("pässwörd"), "{shown}");
    }

    #[test]
    fn a_url_that_cannot_be_asked_is_an_error() {
        assert!(TokenRequest::get("/a b").build("https://example.com", "t").unwrap_err().is_misconfigured());
    }
}
