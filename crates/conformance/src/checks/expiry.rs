//! How long a token is taken to live.

use std::time::{Duration, SystemTime};

use serde_json::json;
use wml_auth_core::{AuthRequest, Clock};
use wml_auth_mock_iam::Answer;

use super::checks;
use crate::stage::{Checked, Stage, expect, within};

checks! { "expiry":
    "an expired token is not handed out", [Source, Exchange], expired_is_replaced;
    "of a life and a date the earlier holds", [Source, Exchange, OpaqueToken], the_earlier_holds;
    "a life of zero, of less, or none at all is refused", [Source, Exchange, OpaqueToken], absurd_lives;
    "a huge life does no harm", [Source, Exchange, OpaqueToken], huge_life;
    "a minimum that cannot be had is an error", [Source, Exchange], too_long_a_minimum;
    "it says when it expires", [Exchange], says_when;
}

const MINUTE: Duration = Duration::from_secs(60);

fn epoch(stage: &Stage) -> u64 {
    stage.clock.now().wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

async fn expired_is_replaced(stage: &Stage) -> Checked {
    let first = stage.authorize().await?;
    stage.pass(61 * MINUTE);
    let second = stage.authorize().await?;
    expect(second.header_value() != first.header_value(), "it was handed out after an hour")
}

async fn the_earlier_holds(stage: &Stage) -> Checked {
    for (life, date) in [(3600, 600), (600, 3600)] {
        let answer = json!({
            stage.member: "opaque", "token_type": "Bearer", "expires_in": life, "expiration": epoch(stage) + date,
        });
        stage.always(Answer::json(200, answer));
        stage.authorize().await?;
        let before = stage.exchanges();
        stage.pass(11 * MINUTE);
        stage.mend();
        stage.authorize().await?;
        expect(
            stage.exchanges() > before,
            format!("a life of {life} s and a date in {date} s outlasted 11 minutes"),
        )?;
        stage.pass(120 * MINUTE);
    }
    Ok(())
}

async fn absurd_lives(stage: &Stage) -> Checked {
    for life in [json!(0), json!(-1), json!(-9_000_000_000_i64), json!(null)] {
        stage.always(Answer::json(200, json!({ stage.member: "opaque", "expires_in": life })));
        stage.fail().await?;
        stage.pass(120 * MINUTE);
    }
    Ok(())
}

async fn huge_life(stage: &Stage) -> Checked {
    for life in [json!(u64::MAX), json!(1e300), json!(4_102_444_800_u64)] {
        stage.always(Answer::json(200, json!({ stage.member: "opaque", "expires_in": life })));
        // Either is fine, as long as it ends.
        let _ = stage.outcome().await?;
        stage.pass(48 * 60 * MINUTE);
    }
    Ok(())
}

async fn too_long_a_minimum(stage: &Stage) -> Checked {
    let day = AuthRequest::new().with_min_lifetime(24 * 60 * MINUTE);
    let outcome = within(stage.credentials.authorize(&day)).await?;
    expect(outcome.is_err(), "it handed out less than was asked for")
}

async fn says_when(stage: &Stage) -> Checked {
    let authorization = stage.authorize().await?;
    let expires_at = authorization.expires_at().ok_or("it does not")?;
    let left = expires_at.duration_since(stage.clock.now().wall).unwrap_or_default();
    expect((50 * MINUTE..=61 * MINUTE).contains(&left), format!("it says in {} s", left.as_secs()))
}
