//! For each group a provider that is wrong on purpose, and that the suite must find out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Response};
use tokio::runtime::Handle;
use wml_auth_conformance::{Subject, run};
use wml_auth_core::{
    AccessToken, AuthError, AuthProvider, AuthRequest, Authorization, Credentials, Identity, Secret,
    TokenSource, Transport,
};
use wml_auth_mock_iam::MockIam;
use wml_auth_reqwest::ReqwestTransport;

/// How it is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    NotAtAll,
    KeyInUrl,
    LivesForEver,
    RemembersFailure,
    RetriesRefusals,
    TakesAnything,
    NeverRenews,
    TellsTheBody,
    FollowsRedirects,
}

/// A source that does the exchange by hand.
struct Naive {
    url: String,
    key: Secret,
    transport: ReqwestTransport,
    wrong: Wrong,
    remembered: Mutex<Option<Result<AccessToken, AuthError>>>,
}

impl Naive {
    fn new(cloud: &MockIam, wrong: Wrong) -> Result<Self, AuthError> {
        let key = Secret::from(cloud.fixture().api_key.as_str());
        let (url, transport) = (format!("{}/identity/token", cloud.url()), ReqwestTransport::new()?);
        Ok(Self { url, key, transport, wrong, remembered: Mutex::default() })
    }

    async fn post(&self, url: &str) -> Result<Response<Vec<u8>>, AuthError> {
        let form = format!("grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey={}", self.key.expose());
        let request = match self.wrong {
            Wrong::KeyInUrl => Request::post(format!("{url}?{form}")).body(Vec::new()),
            _ => Request::post(url)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("accept", "application/json")
                .header("user-agent", "naive/1")
                .body(form.into_bytes()),
        };
        self.transport.send(request.unwrap()).await
    }

    async fn exchange(&self) -> Result<AccessToken, AuthError> {
        let mut answer = self.post(&self.url).await?;
        if self.wrong == Wrong::RetriesRefusals && answer.status() == 400 {
            answer = self.post(&self.url).await?;
        }
        if self.wrong == Wrong::FollowsRedirects && answer.status().is_redirection() {
            let location = answer.headers()["location"].to_str().unwrap().to_owned();
            answer = self.post(&location).await?;
        }
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        let words =
            if self.wrong == Wrong::TellsTheBody { format!("IAM said {body}") } else { "IAM said no".into() };
        match answer.status().as_u16() {
            200 => {}
            429 => {
                let wait =
                    answer.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
                return Err(AuthError::busy(words).with_retry_after(Duration::from_secs(wait.unwrap_or(0))));
            }
            500.. => return Err(AuthError::busy(words)),
            400 => return Err(AuthError::rejected(words).with_code("BXNIM0415E")),
            _ => return Err(AuthError::invalid_answer(words)),
        }
        let json: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        let life = match self.wrong {
            Wrong::LivesForEver => Some(86_400),
            _ => json["expires_in"].as_u64().filter(|life| *life > 0),
        };
        let token = AccessToken::new(match json["access_token"].as_str() {
            Some(token) => Secret::from(token),
            None if self.wrong == Wrong::TakesAnything => Secret::from("anything"),
            None => return Err(AuthError::invalid_answer(words)),
        });
        let token = match life {
            Some(life) => token.with_expires_in(Duration::from_secs(life)),
            None if self.wrong == Wrong::TakesAnything => token.with_expires_in(Duration::from_secs(3600)),
            None => token,
        };
        let date = json["expiration"].as_u64().filter(|_| self.wrong != Wrong::LivesForEver);
        Ok(match date {
            Some(date) => {
                token.with_expires_at(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(date))
            }
            None => token,
        })
    }
}

#[async_trait]
impl TokenSource for Naive {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let remembered = self.remembered.lock().unwrap().clone();
        if let Some(outcome) = remembered {
            return outcome;
        }
        let outcome = self.exchange().await;
        let remembers = match self.wrong {
            Wrong::RemembersFailure => outcome.is_err(),
            Wrong::NeverRenews => outcome.is_ok(),
            _ => false,
        };
        if remembers {
            *self.remembered.lock().unwrap() = Some(outcome.clone());
        }
        outcome
    }

    fn identity(&self) -> Identity {
        Identity::new("naive", &self.url, &[("key", self.key.expose())])
    }
}

/// A provider without an engine.
struct Bare {
    source: Naive,
    /// Set while a call is under way, and left set by one that is dropped.
    busy: Option<AtomicBool>,
    /// The first runtime it is used on, for good.
    home: Option<OnceLock<Handle>>,
    first: Mutex<Option<Authorization>>,
}

#[async_trait]
impl AuthProvider for Bare {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        if let Some(home) = &self.home {
            let gone = |_| AuthError::internal("the runtime has gone");
            home.get_or_init(Handle::current).spawn(async {}).await.map_err(gone)?;
        }
        if self.busy.as_ref().is_some_and(|busy| busy.swap(true, Ordering::SeqCst)) {
            return Err(AuthError::busy("somebody else is at it"));
        }
        let token = self.source.fetch().await?;
        if let Some(busy) = &self.busy {
            busy.store(false, Ordering::SeqCst);
        }
        let authorization = Authorization::from_token(&token)?;
        if self.busy.is_some() || self.home.is_some() {
            return Ok(self.first.lock().unwrap().get_or_insert(authorization).clone());
        }
        Ok(authorization)
    }
}

/// The groups in which a subject fails.
async fn failing(subject: Subject) -> Vec<&'static str> {
    let report = run(&subject).await;
    println!("{report}");
    let mut groups: Vec<_> = report.failed().map(|entry| entry.group).collect();
    groups.dedup();
    groups
}

fn naive(wrong: Wrong) -> Subject {
    Subject::source("naive", move |cloud| Naive::new(cloud, wrong))
}

fn bare(busy: bool, home: bool) -> Subject {
    Subject::provider("bare", move |cloud| {
        let (busy, home) = (busy.then(AtomicBool::default), home.then(OnceLock::new));
        let source = Naive::new(cloud, Wrong::NotAtAll)?;
        Ok(Credentials::new(Bare { source, busy, home, first: Mutex::default() }))
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_naive_source_is_fine_as_long_as_nothing_is_wrong_with_it() {
    assert_eq!(failing(naive(Wrong::NotAtAll)).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_wrong_is_found_in_its_group() {
    for (wrong, group) in [
        (Wrong::KeyInUrl, "wire"),
        (Wrong::LivesForEver, "expiry"),
        (Wrong::RemembersFailure, "refresh"),
        (Wrong::RetriesRefusals, "retries"),
        (Wrong::TakesAnything, "faults"),
        (Wrong::NeverRenews, "rejection"),
        (Wrong::TellsTheBody, "secrecy"),
        (Wrong::FollowsRedirects, "security"),
    ] {
        let groups = failing(naive(wrong)).await;
        assert!(groups.contains(&group), "{group} is green: {groups:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_without_an_engine_is_found_out() {
    let groups = failing(bare(false, false)).await;
    assert!(groups.contains(&"caching"), "{groups:?}");
    let groups = failing(bare(true, false)).await;
    assert!(groups.contains(&"cancellation"), "{groups:?}");
    let groups = failing(bare(false, true)).await;
    assert!(groups.contains(&"concurrency"), "{groups:?}");
}

#[tokio::test]
async fn nothing_to_check_is_not_a_pass() {
    use wml_auth_conformance::Capability;
    let broken =
        Subject::source("unmade", |_| Err::<Arc<dyn TokenSource>, _>(AuthError::misconfigured("no")));
    let report = run(&broken.without(Capability::Exchange)).await;
    assert!(!report.passed() && report.to_json()["report"]["subject"] == "unmade", "{report}");
}
