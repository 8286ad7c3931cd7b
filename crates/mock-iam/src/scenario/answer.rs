//! An answer as data.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::ScenarioError;
use crate::answer::{Answer, TokenAnswer};
use crate::delay::Delay;

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerSpec {
    kind: Option<Kind>,
    status: Option<u16>,
    text: Option<String>,
    raw: Option<String>,
    huge: Option<usize>,
    json: Option<Value>,
    redirect: Option<String>,
    iam_error: Option<String>,
    access_token: Option<String>,
    token: Option<Terms>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    header_flood: Option<usize>,
    delay_ms: Option<DelaySpec>,
    body_delay_ms: Option<DelaySpec>,
    chunk: Option<usize>,
    drip: Option<Drip>,
    close_after: Option<usize>,
    reset_after: Option<usize>,
    stall_after: Option<usize>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Normal,
    Close,
    Reset,
    Stall,
    Garbage,
    BadChunk,
    #[serde(rename = "gateway-404")]
    Gateway404,
    #[serde(rename = "gateway-502")]
    Gateway502,
    GzipBomb,
    InvalidUtf8,
    DuplicateMembers,
    WithoutToken,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    lifetime: Option<u64>,
    #[serde(default)]
    issued: i64,
    #[serde(default)]
    without: Vec<String>,
    kid: Option<String>,
    expires_in: Option<i64>,
    expiration: Option<i64>,
    refresh_token: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum DelaySpec {
    Fixed(f64),
    Drawn(Distribution),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Distribution {
    Uniform(f64, f64),
    Lognormal(f64, f64),
    Bimodal(f64, f64, f64),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drip {
    bytes: usize,
    every_ms: f64,
}

impl AnswerSpec {
    pub(crate) fn answer(&self) -> Result<Answer, ScenarioError> {
        let mut answer = self.content()?;
        for (name, value) in &self.headers {
            answer = answer.header(name, value);
        }
        if let Some(count) = self.header_flood {
            answer = answer.header_flood(count);
        }
        if let Some(delay) = self.delay_ms {
            answer = answer.delayed(delay.delay()?);
        }
        if let Some(delay) = self.body_delay_ms {
            answer = answer.body_delayed(delay.delay()?);
        }
        if let Some(bytes) = self.chunk {
            answer = answer.chunked(bytes);
        }
        if let Some(drip) = self.drip {
            answer = answer.dripped(drip.bytes, millis(drip.every_ms)?);
        }
        match (self.close_after, self.reset_after, self.stall_after) {
            (None, None, None) => Ok(answer),
            (Some(bytes), None, None) => Ok(answer.closed_after(bytes)),
            (None, Some(bytes), None) => Ok(answer.reset_after(bytes)),
            (None, None, Some(bytes)) => Ok(answer.stalled_after(bytes)),
            _ => {
                Err(ScenarioError::new("an answer has one of `close_after`, `reset_after` and `stall_after`"))
            }
        }
    }

    fn content(&self) -> Result<Answer, ScenarioError> {
        let own = [self.text.is_some(), self.json.is_some(), self.redirect.is_some()];
        let made = [
            self.kind.is_some(),
            self.iam_error.is_some(),
            self.access_token.is_some(),
            self.token.is_some(),
            self.raw.is_some(),
            self.huge.is_some(),
            self.status.is_some() || own.contains(&true),
        ];
        let count = |given: &[bool]| given.iter().filter(|given| **given).count();
        if count(&made) > 1 || count(&own) > 1 {
            return Err(ScenarioError::new(
                "an answer is one of `kind`, `iam_error`, `access_token`, `token`, `raw`, `huge`, or a `status` with a body",
            ));
        }
        Ok(match self {
            Self { kind: Some(kind), .. } => kind.answer(),
            Self { iam_error: Some(code), .. } => Answer::iam_error(code),
            Self { access_token: Some(token), .. } => Answer::token(token),
            Self { token: Some(terms), .. } => terms.answer(),
            Self { raw: Some(bytes), .. } => Answer::raw(bytes.clone()),
            Self { huge: Some(bytes), .. } => Answer::huge(*bytes),
            Self { text: Some(text), .. } => {
                Answer::bytes(self.status(200), text.clone()).content_type("text/plain; charset=utf-8")
            }
            Self { json: Some(json), .. } => Answer::json(self.status(200), json),
            Self { redirect: Some(location), .. } => Answer::redirect(self.status(307), location),
            Self { status: Some(status), .. } => Answer::status(*status),
            _ => Answer::normal(),
        })
    }

    fn status(&self, otherwise: u16) -> u16 {
        self.status.unwrap_or(otherwise)
    }
}

impl Kind {
    fn answer(self) -> Answer {
        match self {
            Self::Normal => Answer::normal(),
            Self::Close => Answer::close(),
            Self::Reset => Answer::reset(),
            Self::Stall => Answer::stall(),
            Self::Garbage => Answer::garbage(),
            Self::BadChunk => Answer::bad_chunk(),
            Self::Gateway404 => Answer::gateway_404(),
            Self::Gateway502 => Answer::gateway_502(),
            Self::GzipBomb => Answer::gzip_bomb(),
            Self::InvalidUtf8 => Answer::invalid_utf8(),
            Self::DuplicateMembers => Answer::duplicate_members(),
            Self::WithoutToken => Answer::without_token(),
        }
    }
}

impl Terms {
    fn answer(&self) -> Answer {
        TokenAnswer {
            lifetime: self.lifetime.map(Duration::from_secs),
            issued: self.issued,
            without: self.without.clone(),
            kid: self.kid.clone(),
            expires_in: self.expires_in,
            expiration: self.expiration,
            refresh_token: self.refresh_token.clone(),
        }
        .into()
    }
}

impl DelaySpec {
    fn delay(self) -> Result<Delay, ScenarioError> {
        Ok(match self {
            Self::Fixed(time) => Delay::fixed(millis(time)?),
            Self::Drawn(Distribution::Uniform(least, most)) => Delay::uniform(millis(least)?, millis(most)?),
            Self::Drawn(Distribution::Lognormal(median, sigma)) => Delay::lognormal(millis(median)?, sigma),
            Self::Drawn(Distribution::Bimodal(fast, slow, share)) => {
                Delay::bimodal(millis(fast)?, millis(slow)?, share)
            }
        })
    }
}

fn millis(number: f64) -> Result<Duration, ScenarioError> {
    Duration::try_from_secs_f64(number / 1000.0)
        .map_err(|_| ScenarioError::new(format!("{number} is no number of milliseconds")))
}
