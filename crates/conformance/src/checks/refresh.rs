//! Renewal while the token is still good.

use std::time::Duration;

use wml_auth_mock_iam::Answer;

use super::checks;
use crate::stage::{ANY, Checked, Stage, arrival, expect};

checks! { "refresh":
    "a slow renewal delays nobody", [Source, Exchange], slow;
    "a failing renewal fails nobody", [Source, Exchange], failing;
    "it recovers by itself", [Source, Exchange], recovers;
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

async fn failing(stage: &Stage) -> Checked {
    stage.authorize().await?;
    stage.always(Answer::status(500));
    stage.pass(50 * MINUTE);
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

async fn recovers(stage: &Stage) -> Checked {
    stage.always(Answer::iam_error("BXNIM0415E"));
    stage.fail().await?;
    stage.mend();
    stage.pass(2 * MINUTE);
    stage.authorize().await.map(drop)
}
