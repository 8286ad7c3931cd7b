//! Renewal while the token is still good.

use std::time::Duration;

use wml_auth_mock_iam::Answer;

use super::checks;
use crate::stage::{ANY, Checked, Stage, arrival, expect};

checks! { "refresh":
    "a slow renewal delays nobody", [Source, Exchange], slow;
    "a failing renewal fails nobody", [Source, Exchange], failing;
    "a renewal without a usable token leaves the good one in place", [Source, Exchange], useless;
    "it recovers by itself", [Source, Exchange], recovers;
}

const MINUTE: Duration = Duration::from_secs(60);

async fn slow(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    stage.pass(50 * MINUTE);
    let barrier = stage.hold();
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

/// Where IBM's own clients lose the token, send nothing in its place, or end the process.
async fn useless(stage: &Stage) -> Checked {
    for answer in [
        Answer::bytes(200, "{}"),
        Answer::bytes(200, "null"),
        Answer::html(200, "<title>Sign in</title>"),
        Answer::without_token(),
        Answer::token(""),
        Answer::bytes(200, r#"{"access_token":"opaque"}"#),
    ] {
        let first = stage.authorize().await?;
        stage.pass(50 * MINUTE);
        stage.always(answer);
        let barrier = stage.hold();
        stage.authorize().await?;
        arrival(&barrier).await?;
        barrier.release();
        for _ in 0..20 {
            let next = stage.authorize().await?;
            expect(next.header_value() == first.header_value(), "what came was taken for a token")?;
            crate::stage::settle().await;
        }
        stage.mend();
        stage.pass(120 * MINUTE);
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
