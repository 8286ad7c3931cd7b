//! Any runtime, and more than one.

use std::thread;

use tokio::runtime::{Builder, Runtime};
use wml_auth_core::{AuthError, Credentials};

use super::checks;
use crate::stage::{ANY, Checked, Stage};

checks! { "concurrency":
    "it works on a runtime of one thread, and of several", [], any_runtime;
    "it works on a second runtime after the first has gone", [Renewal], second_runtime;
}

fn runtime(threads: usize) -> Result<Runtime, String> {
    let mut builder = if threads == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.worker_threads(threads.max(1)).enable_all().build().map_err(|error| error.to_string())
}

/// Calls on a runtime of its own, on a thread of its own, both of which are gone afterwards.
async fn elsewhere(threads: usize, credentials: &Credentials, reject: bool) -> Checked {
    let credentials = credentials.clone();
    let call = async move {
        let first = credentials.authorize(&ANY).await?;
        if reject {
            credentials.reject(&first);
            credentials.authorize(&ANY).await?;
        }
        Ok::<_, AuthError>(())
    };
    let runtime = runtime(threads)?;
    let run = thread::spawn(move || runtime.block_on(call));
    let outcome = tokio::task::spawn_blocking(move || run.join()).await.map_err(|error| error.to_string())?;
    outcome.map_err(|_| "it panicked")?.map_err(|error| format!("on a runtime of {threads}: {error}"))
}

async fn any_runtime(stage: &Stage) -> Checked {
    elsewhere(1, &stage.credentials, false).await?;
    elsewhere(2, &stage.credentials, false).await
}

async fn second_runtime(stage: &Stage) -> Checked {
    elsewhere(1, &stage.credentials, false).await?;
    elsewhere(1, &stage.credentials, true).await?;
    elsewhere(2, &stage.credentials, false).await
}
