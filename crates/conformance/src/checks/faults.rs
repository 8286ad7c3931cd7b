//! Whatever comes back.

use wml_auth_mock_iam::Answer;

use super::checks;
use crate::stage::{Checked, Stage};

checks! { "faults":
    "a page in place of a token", [Exchange], |s| refused(s, Answer::html(200, "<title>Sign in</title>"));
    "an empty body", [Exchange], |s| refused(s, Answer::status(200));
    "an empty object", [Exchange], |s| refused(s, Answer::bytes(200, "{}"));
    "null", [Exchange], |s| refused(s, Answer::bytes(200, "null"));
    "half an object", [Exchange], half_an_object;
    "bytes that are not UTF-8", [Exchange], |s| refused(s, Answer::bytes(200, vec![0xff, 0xfe, 0, 1]));
    "a number for a token", [Exchange], a_number;
    "everything but the token", [Exchange], |s| refused(s, Answer::without_token());
    "an empty token", [Exchange], |s| refused(s, Answer::token(""));
    "a token with a line break", [Exchange], |s| refused(s, Answer::token("ab\r\ncd"));
    "a token with NUL", [Exchange], |s| refused(s, Answer::token("ab\0cd"));
    "ten megabytes", [Exchange], |s| refused(s, Answer::huge(10 * 1024 * 1024));
    "a gateway's 404", [Exchange], |s| refused(s, Answer::html(404, "<h1>An 404 error occurred</h1>"));
    "a gateway's 502", [Exchange], |s| refused(s, Answer::html(502, "<!DOCTYPE html>"));
    "a closed connection", [Exchange], |s| refused(s, Answer::close());
    "a reset connection", [Exchange], |s| refused(s, Answer::reset());
}

async fn half_an_object(stage: &Stage) -> Checked {
    refused(stage, Answer::bytes(200, format!(r#"{{"{}":"ab"#, stage.member))).await
}

async fn a_number(stage: &Stage) -> Checked {
    refused(stage, Answer::bytes(200, format!(r#"{{"{}":1,"expires_in":9}}"#, stage.member))).await
}

/// An error, in time, without a secret in it; and afterwards it works again.
async fn refused(stage: &Stage, answer: Answer) -> Checked {
    stage.always(answer);
    let error = stage.fail().await?;
    let shown = format!("{error} {error:?} {:?}", error.hint());
    stage.without_secrets("the error", &shown)?;
    stage.mend();
    stage.pass(std::time::Duration::from_secs(120));
    // A finished provider goes by its own clock, and may still remember the failure.
    if stage.sets_the_clock { stage.authorize().await.map(drop) } else { Ok(()) }
}
