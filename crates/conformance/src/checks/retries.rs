//! What is tried again, and what is not.

use std::time::Duration;

use serde_json::json;
use wml_auth_core::AuthError;
use wml_auth_mock_iam::{Answer, RateLimit, RetryAfter};

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "retries":
    "a 503 and a closed connection are tried again", [Source, Exchange], may_pass;
    "a reset, half an answer and a gateway's 502 are tried again", [Source, Exchange], on_the_way;
    "a refused credential is not tried again", [Exchange], will_not_pass;
    "a 401 and a 403 are not tried again", [Source, Exchange], forbidden;
    "refused once, it is not asked for at every call", [Source, Exchange], does_not_hammer;
    "a long Retry-After is told and not waited for", [Exchange], tells_retry_after;
    "a rate limit's Retry-After in seconds is told and kept to", [Exchange, Renewal, SameCaller], |s| limited(s, RetryAfter::Seconds);
    "a rate limit's Retry-After as a date is told and kept to", [Exchange, Renewal, SameCaller, Claims], |s| limited(s, RetryAfter::Date);
    "a rate limit without a Retry-After is told as what may pass", [Exchange, Renewal, SameCaller], limited_without;
    "a Retry-After that makes no sense does no harm", [Source, Exchange], senseless;
}

async fn may_pass(stage: &Stage) -> Checked {
    stage.cloud.on(stage.issuer.clone()).then(Answer::status(503)).then(Answer::close());
    stage.authorize().await?;
    expect(stage.exchanges() == 3, format!("there were {} requests", stage.exchanges()))
}

async fn on_the_way(stage: &Stage) -> Checked {
    let half = Answer::normal().closed_after(20);
    stage.cloud.on(stage.issuer.clone()).then(Answer::reset()).then(half).then(Answer::gateway_502());
    stage.authorize().await?;
    expect(stage.exchanges() == 4, format!("there were {} requests", stage.exchanges()))
}

async fn forbidden(stage: &Stage) -> Checked {
    for status in [401, 403] {
        let before = stage.exchanges();
        stage.always(Answer::json(status, json!({ "errorCode": "NO", "errorMessage": "No." })));
        let error = stage.fail().await?;
        expect(!error.is_retryable(), format!("a {status} is told as what may pass: {error:?}"))?;
        let times = stage.exchanges() - before;
        expect(times == 1, format!("a {status} made {times} requests"))?;
        stage.pass(Duration::from_secs(120));
    }
    Ok(())
}

async fn will_not_pass(stage: &Stage) -> Checked {
    stage.always(Answer::iam_error("BXNIM0415E"));
    let error = stage.fail().await?;
    expect(error.is_rejected_credential(), format!("it is not told as a refusal: {error:?}"))?;
    expect(error.code() == Some("BXNIM0415E"), "the issuer's code is lost")?;
    expect(stage.exchanges() == 1, format!("there were {} requests", stage.exchanges()))
}

async fn does_not_hammer(stage: &Stage) -> Checked {
    stage.always(Answer::iam_error("BXNIM0415E"));
    for _ in 0..50 {
        stage.fail().await?;
    }
    expect(stage.exchanges() <= 2, format!("50 calls made {} requests", stage.exchanges()))
}

async fn tells_retry_after(stage: &Stage) -> Checked {
    stage.always(Answer::status(429).header("Retry-After", "1000"));
    let error = stage.fail().await?;
    is_told(&error)?;
    expect(stage.exchanges() == 1, format!("there were {} requests", stage.exchanges()))
}

fn is_told(error: &AuthError) -> Checked {
    expect(error.is_retryable(), format!("a 429 is not told as one that may pass: {error:?}"))?;
    let told = error.retry_after().ok_or("Retry-After is lost")?;
    expect(told.as_secs() > 200, format!("it is told as {} s", told.as_secs()))
}

/// The error of a second exchange at a token service that allows one in a quarter of an hour.
async fn second_exchange(stage: &Stage, retry_after: RetryAfter) -> Result<AuthError, String> {
    let limit = RateLimit::new(1, Duration::from_secs(15 * 60)).retry_after(retry_after);
    stage.cloud.on(stage.issuer.clone()).reset().limited(limit);
    let first = stage.authorize().await?;
    stage.credentials.reject(&first);
    stage.fail().await
}

async fn limited(stage: &Stage, retry_after: RetryAfter) -> Checked {
    is_told(&second_exchange(stage, retry_after).await?)?;
    expect(stage.exchanges() == 2, format!("there were {} requests", stage.exchanges()))?;
    stage.pass(Duration::from_secs(15 * 60));
    // A finished provider goes by its own clock.
    if stage.sets_the_clock { stage.authorize().await.map(drop) } else { Ok(()) }
}

async fn limited_without(stage: &Stage) -> Checked {
    let error = second_exchange(stage, RetryAfter::Absent).await?;
    expect(error.is_retryable(), format!("it is not told as such: {error:?}"))?;
    expect(stage.exchanges() <= 6, format!("there were {} requests", stage.exchanges()))
}

async fn senseless(stage: &Stage) -> Checked {
    let past = "Mon, 02 Sep 2024 08:42:00 GMT";
    for value in [past, "soon", "", "-1", "1.5", "18446744073709551615", "99999999999999999999999"] {
        let before = stage.exchanges();
        stage.always(Answer::status(429).header("Retry-After", value));
        let error = stage.fail().await?;
        expect(error.is_retryable(), format!("`{value}`: it is not told as what may pass: {error:?}"))?;
        let times = stage.exchanges() - before;
        expect(times <= 4, format!("`{value}` made {times} requests"))?;
        stage.mend();
        stage.pass(Duration::from_secs(10 * 60));
        stage.authorize().await.map_err(|why| format!("`{value}`, ten minutes later: {why}"))?;
        stage.pass(Duration::from_secs(2 * 3600));
    }
    Ok(())
}
