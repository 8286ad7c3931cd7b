//! Renewal while the token is still good.

use std::time::Duration;

use wml_auth_mock_iam::Answer;

use super::checks;
use crate::stage::{ANY, Checked, Stage, arrival, expect};

checks! { "refresh":
    "a slow renewal delays nobody", [Source, Exchange], slow;
    "a failing renewal fails nobody", [Source, Exchange], failing;
    "a renewal that hangs fails nobody", [Source, Exchange], hanging;
    "a renewal that is refused fails nobody", [Source, Exchange], refused;
    "it recovers by itself", [Source, Exchange], recovers;
    "a credential that is not known everywhere yet is taken once it is", [Source, Exchange], not_known_yet;
}

const MINUTE: Duration = Duration::from_secs(60);

async fn slow(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    stage.pass(50 * MINUTE);
    let barrier = stage.cloud.hold(stage.issuer.clone());
    for _ in 0..20 {
        let next = stage.credentials.ready(&ANY).ok_or("a caller had to wait")?;
        expect(next.header_value() == first.header_value(), "another token came from nowhere")?;
    }
    arrival(&barrier).await?;
    expect(stage.credentials.ready(&ANY).is_some(), "a caller had to wait for the renewal")?;
    barrier.release();
    expect(stage.exchanges() == 2, format!("there were {} exchanges", stage.exchanges()))
}

/// Callers go on with the good token in hand while renewals come to nothing.
async fn go_on(stage: &Stage) -> Checked {
    for _ in 0..5 {
        stage
            .authorize()
            .await
            .map_err(|error| format!("a caller was failed with a good token in hand: {error}"))?;
        crate::stage::settle().await;
        stage.pass(MINUTE);
    }
    Ok(())
}

async fn failing(stage: &Stage) -> Checked {
    stage.authorize().await?;
    stage.always(Answer::status(500));
    stage.pass(50 * MINUTE);
    go_on(stage).await
}

/// A server that has not heard of a key answers as if there were none.
async fn refused(stage: &Stage) -> Checked {
    stage.authorize().await?;
    stage.always(Answer::iam_error("BXNIM0415E"));
    stage.pass(50 * MINUTE);
    go_on(stage).await
}

async fn hanging(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    stage.cloud.on(stage.issuer.clone()).reset().then(Answer::normal().stalled_after(0));
    stage.pass(50 * MINUTE);
    stage.credentials.ready(&ANY).ok_or("a caller had to wait")?;
    stage.answered(2).await?;
    stage.authorize().await.map_err(|error| format!("while it hung: {error}"))?;
    stage.run_out();
    stage.authorize().await.map_err(|error| format!("once it had hung: {error}"))?;
    stage.pass(15 * MINUTE);
    // Whoever comes before the renewal has quite ended may share its error.
    let _ = stage.outcome().await?;
    stage.pass(2 * MINUTE);
    let second = stage.authorize().await?;
    expect(second.header_value() != first.header_value(), "it was not renewed afterwards")
}

async fn recovers(stage: &Stage) -> Checked {
    stage.always(Answer::iam_error("BXNIM0415E"));
    stage.fail().await?;
    stage.mend();
    stage.pass(2 * MINUTE);
    stage.authorize().await.map(drop)
}

async fn not_known_yet(stage: &Stage) -> Checked {
    let unknown = || Answer::iam_error("BXNIM0415E");
    stage.cloud.on(stage.issuer.clone()).then(unknown()).then(unknown());
    for _ in 0..2 {
        stage.fail().await?;
        stage.pass(2 * MINUTE);
    }
    stage.authorize().await.map(drop)
}
