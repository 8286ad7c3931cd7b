//! What happens when the service refuses the token.

use super::checks;
use crate::stage::{ANY, Checked, Stage, expect};

checks! { "rejection":
    "a refused token is replaced", [Renewal], is_replaced;
    "a late report about an old token does nothing", [Renewal], late_report;
    "a flood of refusals does not become a flood of requests", [Exchange, Renewal], flood;
}

async fn is_replaced(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    stage.credentials.reject(&first);
    let second = stage.authorize().await?;
    expect(second.generation() > first.generation(), "the same generation was handed out again")
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
