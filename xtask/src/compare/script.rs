//! One row for one contender: a fresh cloud, things go wrong in it, and callers come.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use wml_auth_mock_iam::{Answer, MockIam, TokenAnswer, Trap};

use super::contender::Contender;
use super::outcome::Outcome;
use super::rows::{DUE_AFTER, Login, Row};
use crate::process::finish_within;

/// The same ids, keys and draws for everybody.
const SEED: u64 = 1;

/// Where Python's core takes a failed fetch for one under way, each caller waits for a minute, one after the other; the
/// longest row takes 20 s besides.
const LIMIT: Duration = Duration::from_secs(120);

pub(super) fn play(row: &Row, contender: &Contender) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().context("cannot start a runtime")?;
    let cloud = runtime
        .block_on(MockIam::builder().seed(SEED).admin(true).start())
        .context("cannot start the mock")?;
    let trap = runtime.block_on(Trap::start()).context("cannot start the other host")?;
    (row.script)(&cloud, &trap, first_token(contender));

    let fixture = cloud.fixture();
    let mut command = contender.command()?;
    let plan = json!({
        "url": cloud.url(),
        "path": format!("/ml/v4/deployments/{}/predictions?version=2026-10-14", fixture.deployment_id),
        "body": r#"{"input_data":[{"fields":["height","width"],"values":[[1.5,0.5],[3.0,2.0]]}]}"#,
        "rules_url": format!("{}/rules", cloud.admin_url().unwrap_or_default()),
        "steps": row.steps,
    });
    command.env("COMPARE_PLAN", plan.to_string()).env("COMPARE_AUTH_URL", cloud.url());
    let secret = match row.login {
        Login::ApiKey => {
            command.env("COMPARE_AUTH_TYPE", "iam").env("COMPARE_APIKEY", &fixture.api_key);
            &fixture.api_key
        }
        Login::Container => {
            let file = contender.folder().join("cr-token");
            fs::write(&file, format!("{}\n", fixture.cr_token))
                .with_context(|| format!("cannot write {}", file.display()))?;
            command.env("COMPARE_AUTH_TYPE", "container").env("COMPARE_CR_TOKEN_FILENAME", &file);
            command.env("COMPARE_IAM_PROFILE_ID", &fixture.profile_id);
            &fixture.cr_token
        }
    };
    let finished = finish_within(&mut command, LIMIT)?;
    Ok(Outcome::of(row, contender, &finished, &cloud, &trap, secret))
}

/// Nobody can set the clock of IBM's cores: where a token has to be old, they are given an old one. wml-auth takes a clock,
/// which the plan moves.
fn first_token(contender: &Contender) -> Answer {
    match contender {
        Contender::Ours { .. } => Answer::normal(),
        Contender::Ibm { .. } => {
            TokenAnswer::new().issued(i64::try_from(DUE_AFTER).map_or(0, |seconds| -seconds)).into()
        }
    }
}
