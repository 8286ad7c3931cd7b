//! A caller may leave at any await point.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use super::checks;
use crate::stage::{ANY, Checked, Stage, arrival, expect, settle};

checks! { "cancellation":
    "whenever a caller leaves, the next one is served", [], leaves_at_any_point;
    "a caller who leaves takes nothing from those who wait", [Exchange], others_stay;
}

async fn leaves_at_any_point(stage: &Stage) -> Checked {
    for polls in 0..12 {
        {
            let mut leaving = pin!(stage.credentials.authorize(&ANY));
            for _ in 0..polls {
                let polled =
                    std::future::poll_fn(|context| Poll::Ready(leaving.as_mut().poll(context))).await;
                if polled.is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        stage.authorize().await.map_err(|error| format!("after a caller left at poll {polls}: {error}"))?;
    }
    Ok(())
}

async fn others_stay(stage: &Stage) -> Checked {
    let barrier = stage.cloud.hold(stage.issuer.clone());
    let call = || {
        let credentials = stage.credentials.clone();
        tokio::spawn(async move { credentials.authorize(&ANY).await.map(drop) })
    };
    // It is the one who asked that leaves.
    let leaves = call();
    arrival(&barrier).await?;
    let stays = call();
    settle().await;
    leaves.abort();
    let _ = leaves.await;
    barrier.release();
    let outcome = stage.within(stays).await?.map_err(|error| error.to_string())?;
    outcome.map_err(|error| format!("the other caller was failed: {error}"))?;
    expect(stage.exchanges() == 1, format!("there were {} exchanges", stage.exchanges()))
}
