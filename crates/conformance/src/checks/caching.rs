//! One exchange for any number of calls.

use super::checks;
use crate::stage::{ANY, Checked, Stage, arrival, expect};

checks! { "caching":
    "call after call gives the same authorization", [], the_same_again;
    "twenty calls one after another make one exchange", [Exchange], one_after_another;
    "a hundred calls at once make one exchange", [Exchange], at_once;
    "after a call one is at hand without waiting", [], is_at_hand;
}

async fn the_same_again(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    for _ in 0..20 {
        let next = stage.credentials.clone();
        let next = stage.within(next.authorize(&ANY)).await?.map_err(|error| error.to_string())?;
        expect(next.header_value() == first.header_value(), "it changed without need")?;
        expect(next.generation() == first.generation(), "its generation changed without need")?;
    }
    Ok(())
}

async fn one_after_another(stage: &Stage) -> Checked {
    for _ in 0..20 {
        stage.authorize().await?;
    }
    expect(stage.exchanges() == 1, format!("there were {}", stage.exchanges()))
}

async fn at_once(stage: &Stage) -> Checked {
    let barrier = stage.cloud.hold(stage.issuer.clone());
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let credentials = stage.credentials.clone();
            tokio::spawn(async move { credentials.authorize(&ANY).await.map(drop) })
        })
        .collect();
    arrival(&barrier).await?;
    crate::stage::settle().await;
    barrier.release();
    for call in calls {
        let outcome = stage.within(call).await?.map_err(|error| format!("a call panicked: {error}"))?;
        outcome.map_err(|error| format!("a call failed: {error}"))?;
    }
    expect(stage.exchanges() == 1, format!("there were {}", stage.exchanges()))
}

async fn is_at_hand(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    match stage.credentials.ready(&ANY) {
        Some(ready) => expect(ready.header_value() == first.header_value(), "another one is at hand"),
        None => Err("none is".into()),
    }
}
