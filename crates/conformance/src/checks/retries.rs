//! What is tried again, and what is not.

use wml_auth_mock_iam::Answer;

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "retries":
    "a 503 and a closed connection are tried again", [Source, Exchange], may_pass;
    "a refused credential is not", [Exchange], will_not_pass;
    "refused once, it is not asked for at every call", [Source, Exchange], does_not_hammer;
    "a long Retry-After is told and not waited for", [Exchange], tells_retry_after;
}

async fn may_pass(stage: &Stage) -> Checked {
    stage.cloud.on(stage.issuer.clone()).then(Answer::status(503)).then(Answer::close());
    stage.authorize().await?;
    expect(stage.exchanges() == 3, format!("there were {} requests", stage.exchanges()))
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
    expect(error.is_retryable(), format!("a 429 is not told as one that may pass: {error:?}"))?;
    let told = error.retry_after().ok_or("Retry-After is lost")?;
    expect(told.as_secs() > 200, format!("it is told as {} s", told.as_secs()))?;
    expect(stage.exchanges() == 1, format!("there were {} requests", stage.exchanges()))
}
