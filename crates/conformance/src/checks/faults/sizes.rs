//! Answers that are too much.

use wml_auth_mock_iam::Answer;

use super::{refused, survived};
use crate::checks::checks;

const TEN_MEGABYTES: usize = 10 * 1024 * 1024;

checks! { "faults":
    "ten megabytes", [Exchange], |s| refused(s, Answer::huge(TEN_MEGABYTES));
    "ten megabytes of which the head says nothing", [Exchange], |s| {
        refused(s, Answer::huge(TEN_MEGABYTES).chunked(64 * 1024))
    };
    "32 megabytes, packed into a thousandth of that", [Exchange], |s| refused(s, Answer::gzip_bomb());
    "two megabytes of headers", [Exchange], |s| survived(s, Answer::normal().header_flood(20_000));
}
