//! One call of a JSON API, and its answer.

use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use serde::{Deserialize, Serialize, Serializer};
use wml_auth_core::{AuthError, Authorization, BodyLimit, Secret, Transport};

use crate::base_url::BaseUrl;
use crate::refusal::Asked;
use crate::transaction;

/// Descriptions list whatever people attached to them, and lists are long.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Which API is called, and how.
#[derive(Clone, Copy)]
pub(crate) struct Api<'a> {
    /// Its name, for the sentence: `IAM`.
    pub(crate) service: &'static str,
    pub(crate) base: &'a BaseUrl,
    pub(crate) transport: &'a dyn Transport,
}

/// A request that is being put together.
pub(crate) struct Call<'a> {
    api: Api<'a>,
    request: Request<Vec<u8>>,
    transaction_id: String,
    secrets: Vec<Secret>,
}

/// What came back.
pub(crate) struct Answered<'a> {
    api: Api<'a>,
    answer: Response<Vec<u8>>,
    transaction_id: String,
    secrets: Vec<Secret>,
}

impl<'a> Api<'a> {
    /// Begins a call of `path`, which is encoded already.
    pub(crate) fn call(
        self,
        method: Method,
        path: &str,
        authorization: &Authorization,
    ) -> Result<Call<'a>, AuthError> {
        let transaction_id = transaction::fresh_id();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base.as_str()))
            .header(ACCEPT, "application/json")
            .header("transaction-id", transaction_id.as_str())
            .body(Vec::new())
            .map_err(|_| {
                AuthError::misconfigured(format!("the URL of {} is not one that can be asked", self.service))
            })?;
        request.extensions_mut().insert(BodyLimit(LONGEST_ANSWER));
        authorization.apply(request.headers_mut());
        let secrets = vec![Secret::from(authorization.expose_token())];
        Ok(Call { api: self, request, transaction_id, secrets })
    }
}

impl<'a> Call<'a> {
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Sends a secret in a header, and keeps it out of every error.
    pub(crate) fn with_secret_header(mut self, name: HeaderName, secret: &Secret) -> Result<Self, AuthError> {
        // A key may have letters beyond ASCII; its bytes are what the header takes.
        let mut value = HeaderValue::from_bytes(secret.expose().as_bytes())
            .map_err(|_| AuthError::misconfigured("the secret has a control character in it"))?;
        value.set_sensitive(true);
        self.secrets.push(secret.clone());
        Ok(self.with_header(name, value))
    }

    /// Sends a JSON body. `secrets` are those in it, which no error may repeat.
    pub(crate) fn with_json(
        mut self,
        body: &impl Serialize,
        secrets: impl IntoIterator<Item = Secret>,
    ) -> Result<Self, AuthError> {
        // Room for all of it, so that growing leaves no copy of a secret behind.
        let mut text = Vec::with_capacity(16 * 1024);
        serde_json::to_writer(&mut text, body)
            .map_err(|_| AuthError::internal("a request could not be written as JSON"))?;
        *self.request.body_mut() = text;
        self.secrets.extend(secrets);
        Ok(self.with_header(CONTENT_TYPE, HeaderValue::from_static("application/json")))
    }

    pub(crate) async fn send(self) -> Result<Answered<'a>, AuthError> {
        let Self { api, request, transaction_id, secrets } = self;
        match api.transport.send(request).await {
            Ok(answer) => Ok(Answered { api, answer, transaction_id, secrets }),
            Err(error) => Err(asked(api, &transaction_id, &secrets).unanswered(error)),
        }
    }
}

impl Answered<'_> {
    pub(crate) fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// The error for a refusal, by what the service says and by its status.
    pub(crate) fn refusal(&self) -> AuthError {
        self.asked().refusal(&self.answer)
    }

    /// The error for a refusal whose meaning the caller knows better than the status tells it.
    pub(crate) fn refusal_meaning(&self, meaning: AuthError) -> AuthError {
        self.asked().refusal_meaning(&self.answer, meaning)
    }

    pub(crate) fn located(&self, error: AuthError) -> AuthError {
        self.asked().located(error, &self.answer)
    }

    /// The entity that a good answer describes.
    pub(crate) fn read<T: for<'de> Deserialize<'de>>(&self, what: &str) -> Result<T, AuthError> {
        if !self.status().is_success() {
            return Err(self.refusal());
        }
        let is_object = self.answer.body().trim_ascii_start().first() == Some(&b'{');
        serde_json::from_slice(self.answer.body()).ok().filter(|_| is_object).ok_or_else(|| {
            self.located(AuthError::invalid_answer(format!("the answer does not describe {what}")))
        })
    }

    /// That something was done, and there is nothing to be read.
    pub(crate) fn done(&self) -> Result<(), AuthError> {
        if self.status().is_success() { Ok(()) } else { Err(self.refusal()) }
    }

    fn asked(&self) -> Asked<'_> {
        asked(self.api, &self.transaction_id, &self.secrets)
    }
}

fn asked<'s>(api: Api<'s>, transaction_id: &'s str, secrets: &'s [Secret]) -> Asked<'s> {
    Asked { service: api.service, host: api.base.host(), transaction_id, secrets }
}

/// Writes a secret into a body that is sent.
pub(crate) fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}
