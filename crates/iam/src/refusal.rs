//! From an answer that is not a success to the error that says what to do.

use std::borrow::Cow;

use http::{Response, StatusCode, header::LOCATION};
use secrecy::zeroize::Zeroizing;
use url::Url;
use wml_auth_core::{AuthError, Secret};

use crate::codes::{self, Verdict};
use crate::error_body::ErrorBody;
use crate::retry_after::retry_after;

/// What is known of a request when its answer is read.
pub(crate) struct Asked<'a> {
    /// Who was asked, for the sentence: `IAM`.
    pub(crate) service: &'static str,
    pub(crate) host: &'a str,
    /// The transaction id that was sent.
    pub(crate) transaction_id: &'a str,
    /// What was sent and must not come back in an error.
    pub(crate) secrets: &'a [Secret],
}

impl Asked<'_> {
    /// Adds to a transport's error what the transport cannot know.
    pub(crate) fn unanswered(&self, error: AuthError) -> AuthError {
        let error = match error.host() {
            Some(_) => error,
            None => error.with_host(self.host),
        };
        error.with_transaction_id(self.transaction_id)
    }

    /// Adds to an error about an answer where that came from.
    pub(crate) fn located(&self, error: AuthError, answer: &Response<Vec<u8>>) -> AuthError {
        let sent = Some(Cow::Borrowed(self.transaction_id));
        let known = ["transaction-id", "x-correlation-id", "x-request-id", "x-global-transaction-id"]
            .iter()
            .find_map(|name| answer.headers().get(*name)?.to_str().ok())
            .map(|id| self.without_secrets(id))
            .filter(|id| !id.trim().is_empty());
        let error = error.with_host(self.host).with_status(answer.status().as_u16());
        match known.or(sent) {
            Some(id) => error.with_transaction_id(&id),
            None => error,
        }
    }

    /// The error for an answer of a status other than 2xx.
    pub(crate) fn refusal(&self, answer: &Response<Vec<u8>>) -> AuthError {
        let status = answer.status();
        let body = ErrorBody::read(answer.body());
        let is_readable = body.is_some();
        let body = body.unwrap_or_default();
        let known = body.code.as_deref().and_then(codes::find);
        let error = if status.is_redirection() {
            self.redirected(answer)
        } else if is_busy(status) {
            self.busy(status)
        } else if let Some(known) = known {
            let error = match known.verdict {
                Verdict::Rejected => AuthError::rejected(known.meaning),
                Verdict::Busy => AuthError::busy(known.meaning),
                Verdict::Misconfigured => AuthError::misconfigured(known.meaning),
            };
            error.with_hint(known.hint.replace("{host}", self.host))
        } else {
            self.by_status(status, is_readable)
        };
        self.quoted(error, body, answer)
    }

    /// The error for an answer whose meaning is known: it is completed by what the service says.
    pub(crate) fn refusal_meaning(&self, answer: &Response<Vec<u8>>, meaning: AuthError) -> AuthError {
        self.quoted(meaning, ErrorBody::read(answer.body()).unwrap_or_default(), answer)
    }

    fn quoted(&self, error: AuthError, body: ErrorBody, answer: &Response<Vec<u8>>) -> AuthError {
        let error = match retry_after(answer.headers()) {
            Some(wait) if error.is_retryable() => error.with_retry_after(wait),
            _ => error,
        };
        let error = match &body.code {
            Some(code) => error.with_code(&self.without_secrets(code)),
            None => error,
        };
        let error = match &body.message {
            Some(words) => error.with_service_message(&self.without_secrets(words)),
            None => error,
        };
        let error = self.located(error, answer);
        match (answer.headers().get("transaction-id"), &body.transaction_id) {
            (None, Some(id)) => error.with_transaction_id(&self.without_secrets(id)),
            _ => error,
        }
    }

    fn redirected(&self, answer: &Response<Vec<u8>>) -> AuthError {
        let target = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        let target = target.and_then(|location| Url::parse(location).ok());
        let elsewhere = target.as_ref().and_then(Url::host_str).unwrap_or("another path of the same host");
        let elsewhere = self.without_secrets(elsewhere);
        AuthError::invalid_answer(format!(
            "{} redirects to {elsewhere}, where the credential is not sent",
            self.service
        ))
        .with_hint("check the endpoint; a proxy or a login page may stand in between")
    }

    fn busy(&self, status: StatusCode) -> AuthError {
        let service = self.service;
        match status {
            StatusCode::TOO_MANY_REQUESTS => AuthError::busy(format!("{service} asks for fewer requests"))
                .with_hint("share one provider among all that use the same credential"),
            _ => AuthError::busy(format!("{service} cannot serve now")),
        }
    }

    fn by_status(&self, status: StatusCode, is_readable: bool) -> AuthError {
        let service = self.service;
        match status.as_u16() {
            407 => AuthError::misconfigured("the proxy asks for a login of its own")
                .with_hint("put the proxy's user name and password into its URL"),
            404 | 405 | 410 | 421 if is_readable => {
                AuthError::misconfigured(format!("{service} knows nothing under this address"))
                    .with_hint("check the address and the ids in it")
            }
            404 | 405 | 410 | 421 => {
                AuthError::misconfigured(format!("there is no {service} at this address"))
                    .with_hint("check the endpoint")
            }
            _ if is_readable => AuthError::rejected(format!("{service} refused the request")),
            _ => AuthError::rejected(format!("the request was refused, and not in the way of {service}"))
                .with_hint("a proxy or a firewall may stand in between; check the endpoint as well"),
        }
    }

    /// `text` without any of the secrets, as they are or as a form or JSON encodes them.
    fn without_secrets<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for secret in self.secrets {
            let encoded: Zeroizing<String> =
                Zeroizing::new(form_urlencoded::byte_serialize(secret.expose().as_bytes()).collect());
            let quoted = Zeroizing::new(serde_json::to_string(secret.expose()).unwrap_or_default());
            let escaped =
                quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default();
            for known in [secret, &Secret::from(encoded.as_str()), &Secret::from(escaped)] {
                if let Cow::Owned(redacted) = known.redact(&text) {
                    text = Cow::Owned(redacted);
                }
            }
        }
        text
    }
}

/// Contract of the error: 429 and 5xx are worth another try. So is 408, by which a server gives up waiting.
fn is_busy(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}
