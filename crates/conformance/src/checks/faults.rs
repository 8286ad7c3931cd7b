//! Whatever comes back, and however.

mod bodies;
mod connections;
mod pace;
mod sizes;

use std::time::Duration;

use wml_auth_core::AuthError;
use wml_auth_mock_iam::Answer;

use crate::stage::{Checked, Stage};
use crate::suite::Check;

pub(super) fn checks() -> Vec<Check> {
    let files = [bodies::checks(), sizes::checks(), connections::checks(), pace::checks()];
    files.into_iter().flatten().collect()
}

/// An error, in time, without a secret in it; and afterwards it works again.
async fn refused(stage: &Stage, answer: Answer) -> Checked {
    stage.always(answer);
    let error = stage.fail().await?;
    tells_no_secret(stage, &error)?;
    recovers(stage).await
}

/// The same for each of these, one after another.
async fn each_refused(stage: &Stage, answers: impl IntoIterator<Item = (String, Answer)>) -> Checked {
    for (which, answer) in answers {
        refused(stage, answer).await.map_err(|why| format!("{which}: {why}"))?;
        // Past the end of the token that it recovered with.
        stage.pass(Duration::from_secs(2 * 3600));
    }
    Ok(())
}

/// An authorization or an error, in time, without a secret in it; and afterwards it works again.
async fn survived(stage: &Stage, answer: Answer) -> Checked {
    stage.always(answer);
    if let Err(error) = stage.outcome().await? {
        tells_no_secret(stage, &error)?;
    }
    recovers(stage).await
}

/// An authorization.
async fn taken(stage: &Stage, answer: Answer) -> Checked {
    stage.always(answer);
    stage.authorize().await.map(drop)
}

fn tells_no_secret(stage: &Stage, error: &AuthError) -> Checked {
    let shown = format!("{error} {error:?} {:?} {:?}", error.hint(), error.service_message());
    stage.without_secrets("the error", &shown)
}

async fn recovers(stage: &Stage) -> Checked {
    stage.mend();
    stage.pass(Duration::from_secs(120));
    // A finished provider goes by its own clock, and may still remember the failure.
    if !stage.sets_the_clock {
        return Ok(());
    }
    stage.authorize().await.map(drop).map_err(|why| format!("afterwards: {why}"))
}
