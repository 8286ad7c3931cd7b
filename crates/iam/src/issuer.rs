//! A service that hands out tokens.

use std::fmt;
use std::sync::Arc;

use http::header::{DATE, HeaderValue};
use http::{HeaderMap, Response};
use wml_auth_core::{AccessToken, AuthError, Transport};

use crate::error_body::ErrorBody;
use crate::refusal::Asked;
use crate::{BaseUrl, Session, TokenRequest, transaction};

/// One token service at one URL. It keeps no token, and asks once for each call.
///
/// Whatever the service is, its answers are judged alike: by the tables in the [crate's description](crate) and in
/// [`answer`](crate::answer). Clones share the transport.
///
/// ```
/// use std::sync::Arc;
/// use wml_auth_core::{AccessToken, AuthError, Secret, Transport};
/// use wml_auth_iam::{BaseUrl, Fields, Issuer, TokenRequest, answer::read_token};
///
/// async fn token(transport: Arc<dyn Transport>, key: &Secret) -> Result<AccessToken, AuthError> {
///     let url = BaseUrl::parse("the badge office's URL", "https://badges.example.com")?;
///     let issuer = Issuer::new(transport, "the badge office", url);
///     let request = TokenRequest::post_json("/v1/badges", Fields::new().secret("pin", key));
///     issuer.token(&request, |body| read_token(body, &["badge"])).await
/// }
/// ```
#[derive(Clone)]
pub struct Issuer {
    transport: Arc<dyn Transport>,
    service: &'static str,
    url: BaseUrl,
}

impl Issuer {
    /// The service at this URL. `service` is what errors call it, in the middle of a sentence.
    pub fn new(transport: Arc<dyn Transport>, service: &'static str, url: BaseUrl) -> Self {
        Self { transport, service, url }
    }

    /// Where it is.
    pub fn url(&self) -> &BaseUrl {
        &self.url
    }

    /// Sends one request. `read` finds the token in the body of an answer with a status of 2xx, as
    /// [`read_token`](crate::answer::read_token) does, and all else that is to be said of it.
    ///
    /// # Errors
    ///
    /// By the table in the [crate's description](crate). What `read` cannot use is an error, too, and so is a token of
    /// which nothing tells the life. An answer of 2xx which says that it is a refusal (`_messageCode_` of Cloud Pak for
    /// Data) is taken for one. Each error names the host and the transaction id, and none holds a secret of the request.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the request up. The service may have issued a token by then, which nobody will ever use.
    pub async fn token(
        &self,
        request: &TokenRequest,
        read: impl FnOnce(&[u8]) -> Result<AccessToken, AuthError> + Send,
    ) -> Result<AccessToken, AuthError> {
        Ok(self.session(request, |body| read(body).map(Session::from)).await?.token)
    }

    /// The same for an answer that holds more than the token.
    pub(crate) async fn session(
        &self,
        request: &TokenRequest,
        read: impl FnOnce(&[u8]) -> Result<Session, AuthError> + Send,
    ) -> Result<Session, AuthError> {
        let transaction_id = transaction::fresh_id();
        let asked = Asked {
            service: self.service,
            host: self.url.host(),
            transaction_id: &transaction_id,
            secrets: request.secrets(),
        };
        let request = request.build(self.url.as_str(), &transaction_id)?;
        let answer = self.transport.send(request).await.map_err(|error| asked.unanswered(error))?;
        if !answer.status().is_success() {
            return Err(asked.refusal(&answer));
        }
        let mut session = read(answer.body())
            .and_then(with_known_life)
            .map_err(|error| unusable(&asked, error, &answer))?;
        if let Some(date) = date(answer.headers()) {
            session.token = session.token.with_server_time(date);
        }
        Ok(session)
    }
}

fn with_known_life(session: Session) -> Result<Session, AuthError> {
    if session.token.expires_in().is_none() && session.token.expires_at().is_none() {
        return Err(AuthError::invalid_answer("the answer does not say how long its token lives"));
    }
    Ok(session)
}

fn unusable(asked: &Asked<'_>, error: AuthError, answer: &Response<Vec<u8>>) -> AuthError {
    let meant = ErrorBody::read(answer.body()).and_then(|body| body.status);
    match meant.filter(|status| status.is_client_error() || status.is_server_error()) {
        Some(status) => {
            let mut refusal = answer.clone();
            *refusal.status_mut() = status;
            asked.refusal(&refusal)
        }
        None => asked.located(error, answer),
    }
}

fn date(headers: &HeaderMap) -> Option<std::time::SystemTime> {
    httpdate::parse_http_date(headers.get(DATE).map(HeaderValue::to_str)?.ok()?).ok()
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("service", &self.service)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use wml_auth_core::Secret;

    use super::*;
    use crate::Fields;
    use crate::answer::read_token;
    use crate::scripted::{Scripted, answer};

    async fn ask(status: u16, body: &str) -> Result<AccessToken, AuthError> {
        let transport = Arc::new(Scripted::new([answer(status, &[], body)]));
        let url = BaseUrl::parse("its URL", "https://cpd.example.com/icp4d-api").unwrap();
        let issuer = Issuer::new(transport, "Cloud Pak for Data", url);
        let fields = Fields::new().secret("password", &Secret::from("pass\"word"));
        issuer
            .token(&TokenRequest::post_json("/v1/authorize", fields), |body| read_token(body, &["token"]))
            .await
    }

    #[tokio::test]
    async fn a_refusal_in_a_good_answer_is_a_refusal() {
        for (code, is_kind) in [
            ("\"401\"", AuthError::is_rejected_credential as fn(&AuthError) -> bool),
            ("401", AuthError::is_rejected_credential),
            ("\"429\"", AuthError::is_retryable),
            ("\"500\"", AuthError::is_retryable),
            ("\"200\"", AuthError::is_invalid_answer),
            ("\"login_failed\"", AuthError::is_invalid_answer),
        ] {
            let error =
                ask(200, &format!(r#"{{"_messageCode_":{code},"message":"No."}}"#)).await.unwrap_err();
            assert!(is_kind(&error) && error.host() == Some("cpd.example.com"), "{code}: {error:?}");
        }
        let error = ask(200, r#"{"_messageCode_":"401","message":"No."}"#).await.unwrap_err();
        assert_eq!((error.status(), error.service_message()), (Some(401), Some("No.")));
    }

    #[tokio::test]
    async fn a_usable_token_counts_whatever_stands_beside_it() {
        let body = r#"{"_messageCode_":"401","message":"No.","token":"t","expires_in":60}"#;
        assert_eq!(ask(200, body).await.unwrap().secret().expose(), "t");
    }

    #[tokio::test]
    async fn the_service_is_named_and_what_it_repeats_is_not() {
        let body = r#"{"message":"bad request: {\"password\":\"pass\\\"word\"} and pass\"word"}"#;
        let error = ask(400, body).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("Cloud Pak for Data refused") && shown.contains("[redacted]"), "{shown}");
        assert!(!shown.contains(r#"pass\"word"#) && !shown.contains("pass\"word"), "{shown}");
    }
}
