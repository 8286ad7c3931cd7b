//! How long a token is taken to live.

use std::time::{Duration, SystemTime};

use serde_json::json;
use wml_auth_core::{AuthRequest, Clock};
use wml_auth_mock_iam::{Answer, TokenAnswer};

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "expiry":
    "an expired token is not handed out", [Source, Exchange], expired_is_replaced;
    "of a life and a date the earlier holds", [Source, Exchange, OpaqueToken], the_earlier_holds;
    "a life of zero, of less, or none at all is refused", [Source, Exchange, OpaqueToken], absurd_lives;
    "a life of seconds is not outlived", [Source, Exchange], short_life;
    "a token that ends before its answer says is not outlived", [Source, Exchange, Claims], ends_before_it_is_said;
    "a token that had ended when it came is refused", [Source, Exchange, Claims], ended_when_it_came;
    "a token that does not tell its end has one", [Source, Exchange], without_an_end;
    "a server's clock that is five minutes off does no harm", [Source, Exchange, Claims], clock_off;
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

/// After this time there is another token than the one that comes now.
async fn is_replaced_after(stage: &Stage, time: Duration) -> Checked {
    let first = stage.authorize().await?;
    stage.pass(time);
    stage.mend();
    let second = stage.authorize().await?;
    let replaced = second.header_value() != first.header_value();
    expect(replaced, format!("it was handed out {} s later", time.as_secs()))
}

async fn short_life(stage: &Stage) -> Checked {
    stage.always(TokenAnswer::new().lifetime(MINUTE / 2));
    is_replaced_after(stage, MINUTE / 2).await
}

async fn ends_before_it_is_said(stage: &Stage) -> Checked {
    let in_an_hour = i64::try_from(epoch(stage) + 3600).map_err(|error| error.to_string())?;
    stage.always(TokenAnswer::new().lifetime(10 * MINUTE).expires_in(3600).expiration(in_an_hour));
    is_replaced_after(stage, 11 * MINUTE).await
}

async fn ended_when_it_came(stage: &Stage) -> Checked {
    stage.always(TokenAnswer::new().issued(-3600));
    stage.fail().await.map(drop)
}

/// The answer may tell it, and else nobody knows.
async fn without_an_end(stage: &Stage) -> Checked {
    stage.always(TokenAnswer::new().without_claim("exp").without_claim("iat"));
    match stage.outcome().await? {
        Ok(_) => is_replaced_after(stage, 25 * 60 * MINUTE).await,
        Err(_) => Ok(()),
    }
}

async fn clock_off(stage: &Stage) -> Checked {
    for seconds in [-300, 300] {
        stage.cloud.clock().set_skew(seconds);
        let first = stage.authorize().await?;
        stage.pass(30 * MINUTE);
        let second = stage.authorize().await?;
        expect(second.header_value() == first.header_value(), format!("by {seconds} s: it did not last"))?;
        let replaced = is_replaced_after(stage, 31 * MINUTE).await;
        replaced.map_err(|why| format!("by {seconds} s: {why}"))?;
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
        let before = stage.exchanges();
        stage.mend();
        // Whatever it logs in with may have ended in two days; but it has to ask.
        let _ = stage.outcome().await?;
        expect(stage.exchanges() > before, format!("a life of {life} lasted for two days"))?;
        stage.pass(48 * 60 * MINUTE);
    }
    Ok(())
}

async fn too_long_a_minimum(stage: &Stage) -> Checked {
    // No more than an issuer may be believed to give, or who believes too much would go unseen.
    let too_long = AuthRequest::new().with_min_lifetime(120 * MINUTE);
    let outcome = stage.within(stage.credentials.authorize(&too_long)).await?;
    expect(outcome.is_err(), "it handed out less than was asked for")
}

async fn says_when(stage: &Stage) -> Checked {
    let authorization = stage.authorize().await?;
    let expires_at = authorization.expires_at().ok_or("it does not")?;
    let left = expires_at.duration_since(stage.clock.now().wall).unwrap_or_default();
    expect((50 * MINUTE..=61 * MINUTE).contains(&left), format!("it says in {} s", left.as_secs()))
}
