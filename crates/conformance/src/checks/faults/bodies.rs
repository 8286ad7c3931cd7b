//! Answers that came well, and hold no token that anybody should take.

use wml_auth_mock_iam::Answer;

use super::{each_refused, refused, survived};
use crate::checks::checks;
use crate::stage::{Checked, Stage};

checks! { "faults":
    "a page in place of a token", [Exchange], |s| refused(s, Answer::html(200, "<title>Sign in</title>"));
    "a gateway's 404", [Exchange], |s| refused(s, Answer::gateway_404());
    "a gateway's 502", [Exchange], |s| refused(s, Answer::gateway_502());
    "an empty body", [Exchange], |s| refused(s, Answer::status(200));
    "nothing, and a status that says so", [Exchange], |s| refused(s, Answer::status(204));
    "an empty object", [Exchange], |s| refused(s, Answer::bytes(200, "{}"));
    "an array", [Exchange], |s| refused(s, Answer::bytes(200, "[]"));
    "null", [Exchange], |s| refused(s, Answer::bytes(200, "null"));
    "half an object", [Exchange], half_an_object;
    "an object with more behind it", [Exchange], more_behind;
    "bytes that are not UTF-8", [Exchange], |s| refused(s, Answer::bytes(200, vec![0xff, 0xfe, 0, 1]));
    "a token that is not UTF-8", [Exchange], not_utf8;
    "two tokens under one name", [Exchange], two_tokens;
    "a number for a token", [Exchange], a_number;
    "everything but the token", [Exchange], |s| refused(s, Answer::without_token());
    "an empty token", [Exchange], an_empty_token;
    "a token with a line break, NUL or a space around it", [Exchange], unfit_for_a_header;
    "a token in an answer that says to be something else", [Exchange], |s| {
        survived(s, Answer::normal().content_type("application/octet-stream"))
    };
}

/// An answer of this text; in it, `TOKEN` stands for the name of the token's member.
fn body(stage: &Stage, text: &str) -> Answer {
    Answer::bytes(200, text.replace("TOKEN", stage.member)).content_type("application/json")
}

async fn half_an_object(stage: &Stage) -> Checked {
    refused(stage, body(stage, r#"{"TOKEN":"ab"#)).await
}

async fn more_behind(stage: &Stage) -> Checked {
    refused(stage, body(stage, r#"{"TOKEN":"ab","expires_in":3600}{"TOKEN":"cd"}"#)).await
}

async fn not_utf8(stage: &Stage) -> Checked {
    let [head, tail] = [format!(r#"{{"{}":"ab"#, stage.member), r#"cd","expires_in":3600}"#.to_owned()];
    refused(stage, Answer::bytes(200, [head.as_bytes(), b"\xff", tail.as_bytes()].concat())).await
}

/// Whoever takes one of them may take another one than a box in between has looked at.
async fn two_tokens(stage: &Stage) -> Checked {
    refused(stage, body(stage, r#"{"TOKEN":"first","TOKEN":"second","expires_in":3600}"#)).await
}

async fn a_number(stage: &Stage) -> Checked {
    refused(stage, body(stage, r#"{"TOKEN":1,"expires_in":3600}"#)).await
}

async fn an_empty_token(stage: &Stage) -> Checked {
    refused(stage, body(stage, r#"{"TOKEN":"","expires_in":3600}"#)).await
}

async fn unfit_for_a_header(stage: &Stage) -> Checked {
    let tokens = [r"ab\r\nx-more: 1", r"ab\n", r"ab\u0000cd", " ab"];
    let answers = tokens
        .map(|token| (token.to_owned(), body(stage, &format!(r#"{{"TOKEN":"{token}","expires_in":3600}}"#))));
    each_refused(stage, answers).await
}
