//! The token endpoint.

use std::fmt;
use std::sync::Arc;

use wml_auth_core::{AccessToken, AuthError, Authorization, Secret, Transport};

use crate::{Endpoint, Grant, Issuer, Session, TokenRequest, answer};

/// Asks one IAM for tokens. It keeps none, and asks once for each call.
///
/// Clones share the transport.
#[derive(Clone)]
pub struct IamClient {
    issuer: Issuer,
    endpoint: Endpoint,
    client: Option<(Secret, Authorization)>,
}

impl IamClient {
    /// Asks this endpoint, as no client in particular: IAM calls it `default`.
    pub fn new(transport: Arc<dyn Transport>, endpoint: Endpoint) -> Self {
        Self { issuer: Issuer::new(transport, "IAM", endpoint.base().clone()), endpoint, client: None }
    }

    /// Asks as a registered client, by HTTP Basic. IBM raises the rate limit of some registered clients.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when id or secret is empty (neither works without the other), has a control
    /// character in it, or the id a colon.
    pub fn with_client(mut self, id: &str, secret: Secret) -> Result<Self, AuthError> {
        let authorization = match (id.is_empty(), secret.is_empty()) {
            (true, _) => Err(AuthError::misconfigured("the client secret has no client id beside it")),
            (_, true) => Err(AuthError::misconfigured("the client id has no client secret beside it")),
            _ => Authorization::basic(id, &secret).map_err(|_| {
                AuthError::misconfigured("the client id or secret has a character in it that cannot be sent")
            }),
        }?;
        self.client = Some((secret, authorization));
        Ok(self)
    }

    /// Where it asks.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Exchanges a grant for a token. One request; see [`answer`] for how the answer is read.
    ///
    /// # Errors
    ///
    /// By the table in the [crate's description](crate). Each names the host and the transaction id, and none holds
    /// anything secret that was sent.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the request up. IAM may have issued a token by then, which nobody will ever use.
    pub async fn token(&self, grant: &Grant) -> Result<AccessToken, AuthError> {
        // What it says of refresh tokens is not looked at.
        self.issuer.token(&self.request(grant), |body| answer::read_token(body, &["access_token"])).await
    }

    /// Exchanges a grant for a token and whatever refresh tokens come with it. One request.
    ///
    /// # Errors
    ///
    /// As [`token`](Self::token).
    ///
    /// # Cancel safety
    ///
    /// As [`token`](Self::token). What was offered may be used up by then, as a passcode is.
    pub async fn session(&self, grant: &Grant) -> Result<Session, AuthError> {
        self.issuer.session(&self.request(grant), answer::read_session).await
    }

    fn request(&self, grant: &Grant) -> TokenRequest {
        let request = TokenRequest::post_form("/identity/token", grant.fields().clone());
        match &self.client {
            Some((secret, authorization)) => request.with_authorization(authorization, secret),
            None => request,
        }
    }
}

impl fmt::Debug for IamClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IamClient")
            .field("endpoint", &self.endpoint)
            .field("has_client", &self.client.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use proptest::prelude::*;

    use super::*;
    use crate::ApiKey;
    use crate::claims::tests::jwt;
    use crate::scripted::{Scripted, answer};

    const KEY: &str = "s3cr3t+key/with&odd%chars";

    fn grant() -> Grant {
        Grant::api_key(&ApiKey::parse(Secret::from(KEY)).unwrap())
    }

    fn client(transport: &Arc<Scripted>) -> IamClient {
        let transport: Arc<dyn Transport> = transport.clone();
        IamClient::new(transport, Endpoint::public())
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    fn ask(status: u16, headers: &[(&str, &str)], body: &str) -> Result<AccessToken, AuthError> {
        let transport = Arc::new(Scripted::new([answer(status, headers, body)]));
        block_on(client(&transport).token(&grant()))
    }

    fn refusal(status: u16, headers: &[(&str, &str)], body: &str) -> AuthError {
        ask(status, headers, body).unwrap_err()
    }

    const NOT_FOUND: &str = r#"{
      "errorCode": "BXNIM0415E",
      "errorMessage": "Provided API key could not be found.",
      "context": {
        "requestId": "NmM4c3o-0f3a0f3a0f3a0f3a0f3a0f3a0f3a0f3a",
        "requestType": "incoming.Identity_Token",
        "userAgent": "wml-auth/0.1.0",
        "url": "https://iam.cloud.ibm.com",
        "instanceId": "iamid-11-5-5390-a968904-68bd454f74-6c8sz",
        "threadId": "1f3bd",
        "elapsedTime": "15",
        "locale": "en_US",
        "clusterName": "iam-id-prod-eu-de-fra05"
      }
    }"#;

    #[test]
    fn the_request_is_the_one_that_iam_expects() {
        let body = r#"{"access_token":"t","expires_in":3600}"#;
        let transport = Arc::new(Scripted::new([answer(200, &[], body), answer(200, &[], body)]));
        let client = client(&transport);
        block_on(client.token(&grant())).unwrap();
        block_on(client.with_client("bx", Secret::from("bx")).unwrap().token(&grant())).unwrap();
        let [first, second] = <[_; 2]>::try_from(transport.asked()).unwrap();
        assert_eq!(first.method(), "POST");
        assert_eq!(first.uri(), "https://iam.cloud.ibm.com/identity/token");
        assert_eq!(first.headers()["content-type"], "application/x-www-form-urlencoded");
        assert_eq!(first.headers()["accept"], "application/json");
        assert!(first.headers().get("authorization").is_none());
        assert_eq!(second.headers()["authorization"], "Basic Yng6Yng=");
        assert_ne!(first.headers()["transaction-id"], second.headers()["transaction-id"]);
        assert_eq!(first.body(), &grant().fields().to_form());
    }

    #[test]
    fn a_session_is_the_token_with_its_refresh_tokens() {
        let body = r#"{"access_token":"t","refresh_token":"r","expires_in":3600}"#;
        let date = [("date", "Tue, 14 Nov 2023 22:13:20 GMT")];
        let odd = r#"{"access_token":"t","refresh_token":7,"expires_in":3600}"#;
        let script =
            [answer(200, &date, body), answer(200, &[], odd), answer(200, &[], odd), answer(200, &[], "{}")];
        let client = client(&Arc::new(Scripted::new(script)));
        let session = block_on(client.session(&grant())).unwrap();
        assert_eq!((session.token.secret().expose(), session.refresh_token.unwrap().expose()), ("t", "r"));
        assert!(session.token.server_time().is_some());
        assert!(block_on(client.session(&grant())).unwrap_err().is_invalid_answer());
        block_on(client.token(&grant())).unwrap();
        assert!(block_on(client.session(&grant())).unwrap_err().is_invalid_answer());
    }

    #[test]
    fn a_client_is_a_pair() {
        let client = || client(&Arc::new(Scripted::default()));
        for (id, secret) in [("", "s"), ("i", ""), ("", ""), ("a:b", "s"), ("i", "a\nb")] {
            let error = client().with_client(id, Secret::from(secret)).unwrap_err();
            assert!(error.is_misconfigured(), "{id:?} {secret:?}");
        }
    }

    #[test]
    fn an_answer_carries_life_date_and_the_servers_clock() {
        let token = jwt(r#"{"exp":1700003500}"#);
        let body = format!(
            r#"{{"access_token":"{}","token_type":"Bearer","expires_in":3600,"expiration":1700003600}}"#,
            token.expose()
        );
        let token = ask(200, &[("date", "Tue, 14 Nov 2023 22:13:20 GMT")], &body).unwrap();
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(token.expires_in(), Some(Duration::from_secs(3600)));
        assert_eq!(token.expires_at(), at(1_700_003_500));
        assert_eq!(token.server_time(), at(1_700_000_000));
        let token = ask(200, &[("date", "yesterday")], &body).unwrap();
        assert_eq!(token.server_time(), None);
    }

    #[test]
    fn a_token_without_any_life_is_of_no_use() {
        assert!(refusal(200, &[], r#"{"access_token":"opaque"}"#).is_invalid_answer());
        let token = jwt(r#"{"sub":"x"}"#);
        let body = format!(r#"{{"access_token":"{}"}}"#, token.expose());
        assert!(refusal(200, &[], &body).is_invalid_answer());
    }

    #[test]
    fn an_unknown_key_is_explained() {
        let error = refusal(400, &[], NOT_FOUND);
        assert!(error.is_rejected_credential() && !error.is_retryable());
        assert_eq!(error.code(), Some("BXNIM0415E"));
        assert_eq!(error.service_message(), Some("Provided API key could not be found."));
        assert_eq!((error.status(), error.host()), (Some(400), Some("iam.cloud.ibm.com")));
        assert_eq!(error.transaction_id(), Some("NmM4c3o-0f3a0f3a0f3a0f3a0f3a0f3a0f3a0f3a"));
        assert!(error.hint().unwrap().contains("sent to iam.cloud.ibm.com"), "{:?}", error.hint());
    }

    #[test]
    fn each_failure_says_what_to_do_about_it() {
        let code = |code: &str| format!(r#"{{"errorCode":"{code}","errorMessage":"words"}}"#);
        for (status, body, kind) in [
            (400, code("BXNIM0415E"), "rejected"),
            (401, code("BXNIM0462E"), "rejected"),
            (400, code("BXNIM0109E"), "misconfigured"),
            (405, code("BXNIM0060E"), "misconfigured"),
            (401, code("BXNIM0308E"), "misconfigured"),
            (400, code("BXNIM0050E"), "busy"),
            (400, code("BXNIM9999E"), "rejected"),
            (401, code("BXNIM9999E"), "rejected"),
            (403, code("BXNIM9999E"), "rejected"),
            (500, code("BXNIM0415E"), "busy"),
            (429, code("BXNIM0415E"), "busy"),
            (429, String::new(), "busy"),
            (429, r#"{"errors":[{"code":"too_many_requests","message":"slow down"}]}"#.into(), "busy"),
            (408, String::new(), "busy"),
            (502, "<!DOCTYPE html><h1>Bad Gateway</h1>".into(), "busy"),
            (503, String::new(), "busy"),
            (
                404,
                "<html><title>Error</title>An 404 error occurred in iam-gateway.</html>".into(),
                "misconfigured",
            ),
            (407, "<html>".into(), "misconfigured"),
            (403, "<html>blocked</html>".into(), "rejected"),
            (401, String::new(), "rejected"),
            (422, code("BXNIM9999E"), "rejected"),
            (200, "<html>log in</html>".into(), "invalid answer"),
            (204, String::new(), "invalid answer"),
        ] {
            let error = refusal(status, &[], &body);
            let found = [
                (error.is_rejected_credential(), "rejected"),
                (error.is_misconfigured(), "misconfigured"),
                (error.is_retryable(), "busy"),
                (error.is_invalid_answer(), "invalid answer"),
            ];
            let found: Vec<_> = found.iter().filter(|(is, _)| *is).map(|(_, kind)| *kind).collect();
            assert_eq!(found, [kind], "{status} {body}: {error}");
            assert_eq!(error.status(), Some(status));
            assert!(error.transaction_id().is_some());
        }
    }

    #[test]
    fn a_redirect_is_named_and_not_followed() {
        for (location, named) in [
            ("https://login.example.com/sso?token=x", "login.example.com"),
            ("/elsewhere", "another path of the same host"),
        ] {
            let transport = Arc::new(Scripted::new([answer(307, &[("location", location)], "")]));
            let error = block_on(client(&transport).token(&grant())).unwrap_err();
            assert!(error.is_invalid_answer() && error.message().contains(named), "{error}");
            assert!(!error.to_string().contains("sso"), "{error}");
            assert_eq!(transport.asked().len(), 1);
        }
    }

    #[test]
    fn retry_after_is_passed_on_where_trying_again_helps() {
        let wait = |status, headers: &[(&str, &str)]| refusal(status, headers, "").retry_after();
        assert_eq!(wait(429, &[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(wait(503, &[("retry-after", "soon")]), None);
        assert_eq!(wait(401, &[("retry-after", "7")]), None);
        let date =
            [("retry-after", "Tue, 14 Nov 2023 22:13:30 GMT"), ("date", "Tue, 14 Nov 2023 22:13:20 GMT")];
        assert_eq!(wait(503, &date), Some(Duration::from_secs(10)));
    }

    #[test]
    fn a_request_can_be_named_even_if_nobody_answers() {
        let transport = Arc::new(Scripted::new([
            Err(AuthError::unreachable("the connection was refused")),
            answer(500, &[("transaction-id", "theirs")], ""),
            answer(500, &[], ""),
        ]));
        let client = client(&transport);
        let errors = [(); 3].map(|()| block_on(client.token(&grant())).unwrap_err());
        let sent: Vec<_> = transport.asked().iter().map(|r| r.headers()["transaction-id"].clone()).collect();
        assert!(errors[0].is_unreachable());
        assert_eq!(errors[0].host(), Some("iam.cloud.ibm.com"));
        assert_eq!(errors[0].transaction_id(), sent[0].to_str().ok());
        assert_eq!(errors[1].transaction_id(), Some("theirs"));
        assert_eq!(errors[2].transaction_id(), sent[2].to_str().ok());
    }

    #[test]
    fn a_server_that_repeats_the_key_does_not_get_it_into_an_error() {
        let encoded: String = form_urlencoded::byte_serialize(KEY.as_bytes()).collect();
        let body = serde_json::json!({
            "errorCode": KEY, "errorMessage": format!("no key {KEY} here"), "errorDetails": format!("apikey={encoded}"),
            "context": { "requestId": KEY },
        });
        let error = refusal(400, &[("transaction-id", KEY)], &body.to_string());
        let shown = format!("{error:?} {:?}", error.hint());
        assert!(!shown.contains(KEY) && !shown.contains(&encoded), "{shown}");
        assert!(shown.contains("[redacted]"), "{shown}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_answer_makes_it_panic_or_leak(
            status in 200_u16..600,
            before in ".{0,10}",
            member in prop::sample::select(vec!["errorCode", "errorMessage", "error", "message", "id", "access_token"]),
            raw in any::<bool>(),
        ) {
            let body = if raw { format!("{before}{KEY}") } else { serde_json::json!({ member: format!("{before}{KEY}") }).to_string() };
            let transport = Arc::new(Scripted::new([answer(status, &[("location", KEY)], &body)]));
            if let Err(error) = block_on(client(&transport).token(&grant())) {
                let shown = format!("{error} {error:?} {:?}", error.hint());
                prop_assert!(!shown.contains(KEY), "{}", shown);
            }
        }
    }
}
