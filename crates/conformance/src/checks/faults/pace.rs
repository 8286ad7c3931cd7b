//! Answers that take their time, and those that take for ever.

use std::time::Duration;

use wml_auth_mock_iam::{Answer, Delay};

use super::{recovers, taken, tells_no_secret};
use crate::checks::checks;
use crate::stage::{ANY, Checked, Stage, arrival, expect};

const MS: fn(u64) -> Duration = Duration::from_millis;

checks! { "faults":
    "an answer that is late is waited for", [Exchange], |s| {
        taken(s, Answer::normal().delayed(Delay::lognormal(MS(10), 0.5)))
    };
    "a body that is late is waited for", [Exchange], |s| {
        taken(s, Answer::normal().body_delayed(Delay::bimodal(MS(1), MS(40), 0.5)))
    };
    "an answer in drops is put together", [Exchange], |s| taken(s, Answer::normal().dripped(64, MS(1)));
    "an answer in chunks of a byte is put together", [Exchange], |s| taken(s, Answer::normal().chunked(1));
    "silence in place of an answer", [Exchange], |s| given_up(s, Answer::stall());
    "silence after the head", [Exchange], |s| given_up(s, Answer::normal().stalled_after(0));
    "silence in the middle of the body", [Exchange], |s| given_up(s, Answer::normal().stalled_after(40));
    "an answer in drops that takes for ever", [Exchange], |s| {
        given_up(s, Answer::normal().dripped(1, Duration::from_secs(60)))
    };
}

/// An error once the deadline has passed, which is that of the suite's engine or a finished provider's own; and
/// afterwards it works again.
async fn given_up(stage: &Stage, answer: Answer) -> Checked {
    stage.always(answer);
    let barrier = stage.cloud.hold(stage.issuer.clone());
    let credentials = stage.credentials.clone();
    let call = tokio::spawn(async move { credentials.authorize(&ANY).await });
    arrival(&barrier).await?;
    barrier.release();
    stage.run_out();
    let outcome = stage.within(call).await?.map_err(|error| format!("the call panicked: {error}"))?;
    let Err(error) = outcome else { return Err("it took silence for a token".into()) };
    expect(error.is_retryable(), format!("it is not told as what may pass: {error:?}"))?;
    tells_no_secret(stage, &error)?;
    recovers(stage).await
}
