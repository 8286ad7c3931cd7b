//! What happens when the service refuses the token.

use std::time::Duration;

use wml_auth_mock_iam::TokenAnswer;

use super::checks;
use crate::stage::{ANY, Checked, Stage, expect};

checks! { "rejection":
    "a refused token is replaced", [Renewal], is_replaced;
    "a token signed by a key of nobody's is replaced once it is refused", [Source, Exchange, Renewal], unknown_key;
    "a late report about an old token does nothing", [Renewal], late_report;
    "a flood of refusals does not become a flood of requests", [Exchange, Renewal], flood;
}

async fn is_replaced(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    stage.credentials.reject(&first);
    let second = stage.authorize().await?;
    expect(second.generation() > first.generation(), "the same generation was handed out again")
}

/// Whoever looks at the signature may refuse it at once.
async fn unknown_key(stage: &Stage) -> Checked {
    stage.always(TokenAnswer::new().unknown_kid());
    let first = stage.outcome().await?.ok();
    stage.mend();
    match &first {
        Some(first) => stage.credentials.reject(first),
        None => stage.pass(Duration::from_secs(120)),
    }
    let second = stage.authorize().await?;
    let again = first.is_some_and(|first| first.header_value() == second.header_value());
    expect(!again, "it was handed out again")
}

async fn late_report(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    stage.credentials.reject(&first);
    let second = stage.authorize().await?;
    stage.credentials.reject(&first);
    let third = stage.credentials.ready(&ANY).ok_or("the new token was dropped")?;
    expect(third.generation() == second.generation(), "the new token was replaced")
}

async fn flood(stage: &Stage) -> Checked {
    for _ in 0..50 {
        let refused = stage.authorize().await?;
        stage.credentials.reject(&refused);
    }
    expect(stage.exchanges() <= 10, format!("50 refusals made {} requests", stage.exchanges()))
}
