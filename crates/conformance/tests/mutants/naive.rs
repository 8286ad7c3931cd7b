//! A source that does the exchange by hand, and can be wrong.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::{Request, Response};
use wml_auth_core::{AccessToken, AuthError, Clock, Identity, Secret, SystemClock, TokenSource, Transport};
use wml_auth_iam::Claims;
use wml_auth_mock_iam::MockIam;
use wml_auth_reqwest::ReqwestTransport;

use crate::half_deaf::HalfDeaf;
use crate::hasty::Hasty;
use crate::wrong::Wrong;

pub(crate) struct Naive {
    url: String,
    key: Secret,
    transport: Box<dyn Transport>,
    wrong: Wrong,
    remembered: Mutex<Option<Result<AccessToken, AuthError>>>,
    busy: AtomicBool,
    /// It will never ask again.
    broken: AtomicBool,
}

impl Naive {
    pub(crate) fn new(cloud: &MockIam, wrong: Wrong) -> Result<Self, AuthError> {
        let key = Secret::from(cloud.fixture().api_key.as_str());
        let url = format!("{}/identity/token", cloud.tls_url().unwrap_or(cloud.url()));
        let mut transport = ReqwestTransport::builder();
        if let Some(pem) = cloud.ca_pem() {
            transport = transport.ca_certificate(pem.as_bytes());
        }
        let transport: Box<dyn Transport> = match wrong {
            Wrong::TakesHalves | Wrong::TakesTooMuch => Box::new(HalfDeaf),
            Wrong::GivesUpAtOnce => Box::new(Hasty),
            _ => Box::new(transport.build()?),
        };
        let (busy, broken) = Default::default();
        Ok(Self { url, key, transport, wrong, remembered: Mutex::default(), busy, broken })
    }

    async fn post(&self, url: &str) -> Result<Response<Vec<u8>>, AuthError> {
        let form = format!("grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey={}", self.key.expose());
        let request = Request::builder()
            .method(if self.wrong == Wrong::AsksByGet { "GET" } else { "POST" })
            .header("content-type", "application/x-www-form-urlencoded");
        let request = match self.wrong {
            Wrong::SaysNothing => request,
            _ => request.header("accept", "application/json").header("user-agent", "naive/1"),
        };
        let request = match self.wrong {
            Wrong::KeyInUrl => request.uri(format!("{url}?{form}")).body(Vec::new()),
            _ => request.uri(url).body(form.into_bytes()),
        };
        if self.broken.load(Ordering::SeqCst) {
            return Err(AuthError::unreachable("the connection is broken"));
        }
        let answer = self.transport.send(request.unwrap()).await;
        if self.wrong == Wrong::NeverReconnects && answer.is_err() {
            self.broken.store(true, Ordering::SeqCst);
        }
        match self.wrong {
            Wrong::CallsOutagesFinal => answer.map_err(|_| AuthError::invalid_answer("there is no answer")),
            _ => answer,
        }
    }

    async fn answer(&self) -> Result<Response<Vec<u8>>, AuthError> {
        let mut answer = self.post(&self.url).await?;
        if self.wrong == Wrong::RetriesRefusals && answer.status() == 400 {
            answer = self.post(&self.url).await?;
        }
        for _ in 0..10 {
            if self.wrong != Wrong::FollowsRedirects || !answer.status().is_redirection() {
                break;
            }
            let mut location = answer.headers()["location"].to_str().unwrap().to_owned();
            if location.starts_with('/') {
                location = self.url.replace("/identity/token", &location);
            }
            answer = self.post(&location).await?;
        }
        Ok(answer)
    }

    async fn exchange(&self) -> Result<AccessToken, AuthError> {
        let answer = self.answer().await?;
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        let words =
            if self.wrong == Wrong::TellsTheBody { format!("IAM said {body}") } else { "IAM said no".into() };
        match answer.status().as_u16() {
            _ if self.wrong == Wrong::IgnoresStatus => self.token(&answer, &body, words),
            200 => self.token(&answer, &body, words),
            429 => {
                let error = AuthError::busy(words.clone());
                match self.retry_after(&answer) {
                    Some(wait) => Err(error.with_retry_after(wait)),
                    None if self.wrong == Wrong::NeedsRetryAfter => Err(AuthError::rejected(words)),
                    None => Err(error),
                }
            }
            500.. if self.wrong == Wrong::CallsOutagesFinal => Err(AuthError::invalid_answer(words)),
            500.. => Err(AuthError::busy(words)),
            400 if self.wrong == Wrong::CallsRefusalsBusy => Err(AuthError::busy(words)),
            400 => Err(AuthError::rejected(words).with_code("BXNIM0415E")),
            401 | 403 if self.wrong == Wrong::CallsForbiddenBusy => Err(AuthError::busy(words)),
            _ => Err(AuthError::invalid_answer(words)),
        }
    }

    fn retry_after(&self, answer: &Response<Vec<u8>>) -> Option<Duration> {
        let text = answer.headers().get("retry-after")?.to_str().ok()?;
        match self.wrong {
            Wrong::IgnoresRetryAfter => return None,
            Wrong::StumblesOverRetryAfter => return Some(Duration::from_secs(text.parse().unwrap())),
            _ => {}
        }
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        httpdate::parse_http_date(text).ok()?.duration_since(date(answer)?).ok()
    }

    fn token(&self, answer: &Response<Vec<u8>>, body: &str, words: String) -> Result<AccessToken, AuthError> {
        let is_json = answer.headers().get("content-type").is_some_and(|kind| kind == "application/json");
        if self.wrong == Wrong::SulksOverTypes && !is_json {
            self.broken.store(true, Ordering::SeqCst);
            return Err(AuthError::invalid_answer(words));
        }
        let is_off = |date: SystemTime| {
            let now = SystemClock.now().wall;
            let apart = now.duration_since(date).or(date.duration_since(now));
            apart.is_ok_and(|apart| apart > Duration::from_secs(60))
        };
        if self.wrong == Wrong::DistrustsClocks && date(answer).is_some_and(is_off) {
            return Err(AuthError::invalid_answer(words));
        }
        let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        let is_double = body.matches("\"access_token\"").count() > 1;
        let anything = self.wrong.takes_anything().then_some("anything");
        let fit = |letter: &char| letter.is_ascii_graphic();
        let secret =
            match json["access_token"].as_str().filter(|token| anything.is_none() || !token.is_empty()) {
                Some(_) if is_double && self.wrong != Wrong::TakesTheLast => {
                    return Err(AuthError::invalid_answer(words));
                }
                Some(token) if self.wrong == Wrong::MendsText => {
                    Secret::from(token.chars().filter(fit).collect::<String>())
                }
                Some(token) => Secret::from(token),
                None => Secret::from(anything.ok_or_else(|| AuthError::invalid_answer(words))?),
            };
        let told = json["expires_in"].as_u64().filter(|life| *life > 0);
        let life = match self.wrong {
            Wrong::LivesForEver => Some(10 * 365 * 86_400),
            Wrong::CutsLives => told.map(|life| life / 2),
            _ => told.or(anything.map(|_| 3600)),
        };
        let epoch = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let [told, claimed] = [json["expiration"].as_u64().map(epoch), expires_at(&secret)];
        let told = told.filter(|_| self.wrong != Wrong::LivesForEver);
        let claimed = claimed.filter(|_| ![Wrong::LivesForEver, Wrong::IgnoresClaims].contains(&self.wrong));
        let mut token = AccessToken::new(secret);
        if let Some(life) = life {
            token = token.with_expires_in(Duration::from_secs(life));
        }
        for end in [told, claimed].into_iter().flatten() {
            token = token.with_expires_at(end);
        }
        Ok(match date(answer) {
            Some(date) => token.with_server_time(date),
            None => token,
        })
    }
}

fn expires_at(token: &Secret) -> Option<SystemTime> {
    Claims::decode(token)?.expires_at
}

fn date(answer: &Response<Vec<u8>>) -> Option<SystemTime> {
    httpdate::parse_http_date(answer.headers().get("date")?.to_str().ok()?).ok()
}

#[async_trait]
impl TokenSource for Naive {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        if self.busy.swap(self.wrong == Wrong::StaysBusy, Ordering::SeqCst) {
            return Err(AuthError::busy("somebody else is at it"));
        }
        let remembered = self.remembered.lock().unwrap().clone();
        if let Some(outcome) = remembered {
            return outcome;
        }
        let outcome = self.exchange().await;
        self.busy.store(false, Ordering::SeqCst);
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
        let issuer = if self.wrong == Wrong::NamesItsKey { self.key.expose() } else { &self.url };
        Identity::new("naive", issuer, &[("key", self.key.expose())])
    }
}
