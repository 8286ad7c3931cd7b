//! A server on loopback that issues tokens to everybody, however they ask.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::json;
use wml_auth_mock_iam::{Answer, MockIam, Route};

use crate::client::Client;

/// One issuer. It runs until it is dropped.
pub struct Issuer {
    cloud: MockIam,
    client: Client,
    issued: AtomicU64,
}

/// As long as IAM's are.
const TOKEN_LENGTH: usize = 1_100;

const HOUR: Duration = Duration::from_secs(3600);

impl Issuer {
    /// Starts one that issues tokens for an hour, at once.
    pub async fn start() -> Self {
        let cloud = MockIam::start().await.expect("a port on loopback");
        let client = Client::new(cloud.url());
        let issuer = Self { cloud, client, issued: AtomicU64::new(0) };
        issuer.issue(HOUR, Duration::ZERO);
        issuer
    }

    /// From now on issues another token, of this life, and takes this long for it.
    pub fn issue(&self, life: Duration, delay: Duration) {
        let number = self.issued.fetch_add(1, Ordering::SeqCst);
        let expiration = SystemTime::now() + life;
        let expiration = expiration.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // The union of what the contenders expect of their own issuers.
        self.answer(
            Answer::json(
                200,
                json!({
                    "access_token": format!("{number:0>TOKEN_LENGTH$}"),
                    "token_type": "Bearer",
                    "expires_in": life.as_secs(),
                    "ext_expires_in": life.as_secs(),
                    "expiration": expiration.as_secs(),
                }),
            )
            .delayed(delay),
        );
    }

    /// From now on refuses, and takes this long for it. A 400 is for good, a 503 may pass.
    pub fn refuse(&self, status: u16, delay: Duration) {
        let reason =
            json!({ "error": "invalid_grant", "errorCode": "BXNIM0415E", "errorMessage": "no such key" });
        self.answer(Answer::json(status, reason).delayed(delay));
    }

    fn answer(&self, answer: Answer) {
        let everything = || Route::from("/");
        drop(self.cloud.on(everything()).reset().always(answer));
    }

    /// How many requests it got so far.
    pub fn requests(&self) -> usize {
        self.cloud.journal().requests().len()
    }

    /// Empties the journal.
    pub(crate) fn forget_requests(&self) {
        self.cloud.journal().clear();
    }

    /// Its address.
    pub fn url(&self) -> &str {
        self.cloud.url()
    }

    /// A client for it, for contenders that take a source of the caller's.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }
}
