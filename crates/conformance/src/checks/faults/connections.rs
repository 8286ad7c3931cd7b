//! Answers that break off, and what is no answer at all.

use serde_json::json;
use wml_auth_mock_iam::Answer;

use super::{each_refused, refused};
use crate::checks::checks;
use crate::stage::{Checked, Stage};

checks! { "faults":
    "a closed connection", [Exchange], |s| refused(s, Answer::close());
    "a reset connection", [Exchange], |s| refused(s, Answer::reset());
    "bytes that are not HTTP", [Exchange], |s| refused(s, Answer::garbage());
    "half a head", [Exchange], |s| refused(s, Answer::raw("HTTP/1.1 200 OK\r\nContent-Ty"));
    "a body closed anywhere before its end", [Exchange], closed_early;
    "a body reset anywhere before its end", [Exchange], reset_early;
    "a chunk that does not say how long it is", [Exchange], |s| refused(s, Answer::bad_chunk());
    "a body in chunks without the last", [Exchange], |s| refused(s, Answer::normal().chunked(16).closed_after(64));
}

/// A good answer, and at which bytes to cut it: the last is where only the bracket is missing.
fn whole(stage: &Stage) -> (Answer, [usize; 4]) {
    let body = json!({ stage.member: "opaque", "token_type": "Bearer", "expires_in": 3600 });
    let length = body.to_string().len();
    (Answer::json(200, body), [0, 1, length / 2, length.saturating_sub(1)])
}

async fn closed_early(stage: &Stage) -> Checked {
    let (answer, places) = whole(stage);
    let cut = places.map(|place| (format!("at byte {place}"), answer.clone().closed_after(place)));
    each_refused(stage, cut).await
}

async fn reset_early(stage: &Stage) -> Checked {
    let (answer, places) = whole(stage);
    let cut = places.map(|place| (format!("at byte {place}"), answer.clone().reset_after(place)));
    each_refused(stage, cut).await
}
