//! Every defect that was found in IBM's SDK cores, and the tests that show wml-auth without it.
//!
//! The numbers are those of the notes on the cores. The cores themselves are played beside wml-auth by `cargo xtask compare`,
//! whose rows are among the proofs.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;

use wml_auth::AuthRequest;
use wml_auth_mock_iam::{Answer, Route};
use wml_auth_tests::Rig;

/// What goes wrong in a core, and where it is shown to go right here: a file, and a test, case or row in it.
struct Defect {
    number: u32,
    core: &'static str,
    what: &'static str,
    shown: &'static [(&'static str, &'static str)],
}

const RENEWAL: &str = "crates/engine/tests/renewal.rs";
const FLIGHT: &str = "crates/engine/tests/single_flight.rs";
const EXPIRY: &str = "crates/conformance/src/checks/expiry.rs";
const REFRESH: &str = "crates/conformance/src/checks/refresh.rs";
const ANSWERS: &str = "tests/bad_answers.rs";
const ROWS: &str = "xtask/src/compare/rows.rs";
const RULES: &str = "crates/config/tests/rules/main.rs";
const CASES: &str = "crates/engine/tests/cases/refresh";
const HERE: &str = "tests/core_defects.rs";

const fn defect(
    number: u32,
    core: &'static str,
    what: &'static str,
    shown: &'static [(&'static str, &'static str)],
) -> Defect {
    Defect { number, core, what, shown }
}

const DEFECTS: &[Defect] = &[
    defect(
        1,
        "Python",
        "a first fetch that fails keeps the next call waiting for a minute",
        &[
            (FLIGHT, "a_hundred_callers_share_one_failure_and_the_next_tries_again"),
            (REFRESH, "recovers"),
            (ROWS, "first-fails"),
        ],
    ),
    defect(
        2,
        "Python",
        "a failing renewal fails the call, though the token is good",
        &[
            (RENEWAL, "a_failing_renewal_fails_nobody_until_the_token_ends"),
            (REFRESH, "failing"),
            (ROWS, "renewal-fails"),
        ],
    ),
    defect(
        3,
        "Python",
        "a renewal keeps the caller waiting",
        &[(RENEWAL, "a_slow_renewal_delays_nobody"), (REFRESH, "slow"), (ROWS, "renewal-slow")],
    ),
    defect(
        4,
        "Python",
        "a renewal answered without a token replaces the good one by `None`",
        &[
            (RENEWAL, "an_unsound_token_is_refused_and_replaces_nothing"),
            (ROWS, "renewal-empty"),
            (ROWS, "opaque"),
        ],
    ),
    defect(
        5,
        "Python",
        "a clock that is ahead makes every call two token requests",
        &[(EXPIRY, "clock_off"), (ROWS, "clock-ahead")],
    ),
    defect(
        6,
        "Python",
        "`.netrc` overrides the token",
        &[("crates/cli/tests/netrc.rs", "a_netrc_file_means_nothing")],
    ),
    defect(
        7,
        "Node",
        "a renewal answered without a token ends the process",
        &[(RENEWAL, "an_unsound_token_is_refused_and_replaces_nothing"), (ROWS, "renewal-empty")],
    ),
    defect(
        8,
        "Node",
        "a token file that is missing makes the next calls hang",
        &[(
            "crates/providers/container/tests/exchange.rs",
            "a_file_that_is_not_there_is_told_and_fails_nobody_later",
        )],
    ),
    defect(
        9,
        "Node",
        "an exchange has no time limit, and after a minute a second one starts beside it",
        &[
            (RENEWAL, "a_source_that_never_answers_is_given_up"),
            (RENEWAL, "a_renewal_that_hangs_is_given_up_after_fifteen_seconds"),
            ("crates/adapters/reqwest/src/tests.rs", "a_slow_body_runs_out_of_time"),
        ],
    ),
    defect(
        10,
        "Node",
        "a token whose end nobody knows is kept under the end of the old one",
        &[
            (ANSWERS, "a_200_that_is_no_token_is_an_invalid_answer"),
            (EXPIRY, "without_an_end"),
            (ROWS, "opaque"),
        ],
    ),
    defect(
        11,
        "Node",
        "a late TLS switch is ignored, IAM's words are masked, `VPC_IMS_VERSION` and `CP4D_ACCOUNT_ID` are dropped",
        &[
            ("tests/certificates.rs", "the_switch_of_the_token_service_is_for_token_requests_alone"),
            (HERE, "iams_own_words_are_told_whatever_the_status"),
            (RULES, "vpc-version"),
            (RULES, "cp4d-account"),
        ],
    ),
    defect(
        12,
        "Go",
        "callers of a failing server try one after another",
        &[
            (FLIGHT, "a_hundred_callers_share_one_failure_and_the_next_tries_again"),
            ("tests/stampede.rs", "a_hundred_tasks_on_a_failing_one_make_one_and_each_has_the_error"),
            (ROWS, "failing"),
        ],
    ),
    defect(
        13,
        "Go",
        "unrelated credentials wait for each other",
        &[
            ("tests/stampede.rs", "two_identities_do_not_wait_for_each_other"),
            (FLIGHT, "each_engine_has_a_flight_of_its_own"),
        ],
    ),
    defect(
        14,
        "Go",
        "a failing renewal at Cloud Pak for Data throws the good token away, and may panic",
        &[
            ("crates/providers/cp4d/tests/conformance.rs", "a_user_with_a_password"),
            (REFRESH, "failing"),
            (RENEWAL, "a_failing_renewal_fails_nobody_until_the_token_ends"),
        ],
    ),
    defect(
        15,
        "Go",
        "a renewal answered without a token replaces the good one by nothing",
        &[(RENEWAL, "an_unsound_token_is_refused_and_replaces_nothing")],
    ),
    defect(
        16,
        "Go",
        "an answer without a refresh token erases the one that is configured",
        &[("crates/providers/refresh-token/tests/rotation.rs", "no_answer_takes_the_refresh_token_away")],
    ),
    defect(
        17,
        "Go",
        "a metadata service that answers without a token or an end makes it panic",
        &[("crates/providers/vpc/tests/metadata.rs", "an_answer_without_a_token_or_a_life_is_an_error")],
    ),
    defect(18, "Go", "an incomplete `basic` or `bearerToken` makes it panic", &[(RULES, "basic-incomplete")]),
    defect(
        19,
        "Go",
        "what is wrong with an answer is not told",
        &[
            (ANSWERS, "a_200_that_is_no_token_is_an_invalid_answer"),
            ("crates/iam/src/answer/tests.rs", "what_holds_no_usable_token_is_refused"),
        ],
    ),
    defect(
        20,
        "Go",
        "a token of MCSP that cannot be read is fetched anew by every call",
        &[
            (
                "crates/providers/mcsp/src/tests.rs",
                "an_answer_without_a_usable_token_says_what_is_wrong_with_it",
            ),
            ("crates/conformance/src/checks/retries.rs", "does_not_hammer"),
        ],
    ),
    defect(
        21,
        "Go, Java",
        "quotes in keys and profiles break the JSON that is sent",
        &[
            ("crates/providers/mcsp/src/tests.rs", "a_key_is_escaped"),
            ("crates/providers/vpc/tests/metadata.rs", "a_profile_is_named_in_one_of_three_ways"),
        ],
    ),
    defect(
        22,
        "Java",
        "a failing renewal replaces the good token by an error",
        &[(RENEWAL, "a_failing_renewal_fails_nobody_until_the_token_ends"), (REFRESH, "refused")],
    ),
    defect(
        23,
        "Java",
        "an answer without a token is good for ever, and requests go out without a header",
        &[(ANSWERS, "a_200_that_is_no_token_is_an_invalid_answer")],
    ),
    defect(
        24,
        "Java",
        "an `aud` that is a list breaks logins, and each request has a thread of its own",
        &[(HERE, "an_audience_may_be_a_list"), (FLIGHT, "no_runtime_is_needed_at_all")],
    ),
    defect(
        25,
        "all",
        "a clock that is off means a fetch for every call, or dead tokens; and a 401 changes nothing",
        &[
            (EXPIRY, "clock_off"),
            ("crates/engine/tests/time.rs", "either_clock_alone_ends_a_warm_call"),
            (CASES, "wall-clock-set-forward"),
            (CASES, "wall-clock-set-back"),
            ("tests/rejection.rs", "a_revoked_token_costs_one_more_request_and_no_failure"),
            (ROWS, "revoked"),
        ],
    ),
    defect(
        26,
        "all",
        "during an outage every request is a token request",
        &[
            (FLIGHT, "a_refusal_heals_by_itself"),
            (CASES, "refusal-is-remembered-then-asked-again"),
            (RENEWAL, "an_outage_is_not_multiplied_by_all_engines_of_an_issuer"),
            (ROWS, "outage"),
        ],
    ),
    // A cache between processes is something that wml-auth does not have either, and says so in its README.
    defect(
        27,
        "all",
        "a restart fetches anew, and nothing is shared",
        &[
            (HERE, "clones_share_one_token"),
            ("crates/config/tests/providers.rs", "a_new_refresh_token_is_written_where_the_old_one_stands"),
        ],
    ),
    defect(
        28,
        "all",
        "secrets are texts that can be printed, and setters change them while they are in use",
        &[
            ("tests/canary.rs", "no_secret_is_written_anywhere"),
            ("crates/core/src/secret.rs", "debug_shows_nothing_of_the_text"),
        ],
    ),
];

/// The number up to which there are defects.
const LAST: u32 = 28;

#[test]
fn every_defect_is_shown_to_be_none_here() {
    let numbers: Vec<_> = DEFECTS.iter().map(|defect| defect.number).collect();
    assert_eq!(numbers, (1..=LAST).collect::<Vec<_>>());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for Defect { number, core, what, shown } in DEFECTS {
        assert!(!shown.is_empty(), "{number} ({core}: {what}) is shown nowhere");
        for (file, name) in *shown {
            let path = root.join(file);
            let is_there = match path.is_dir() {
                true => path.join(format!("{name}.toml")).is_file(),
                false => {
                    let text = fs::read_to_string(&path).unwrap_or_default();
                    let forms =
                        [format!("fn {name}("), format!("(\"{name}\", "), format!("name: \"{name}\"")];
                    forms.iter().any(|form| text.contains(form))
                }
            };
            assert!(is_there, "{number} ({core}: {what}): there is no {name} in {file}");
        }
    }
}

/// Node's core puts its own words in the place of IAM's at 401 and 403, and wherever IAM names its address.
#[tokio::test]
async fn iams_own_words_are_told_whatever_the_status() {
    for status in [400, 401, 403] {
        let rig = Rig::start().await;
        let body = r#"{"errorCode":"BXNIM0436E","errorMessage":"The user is suspended.",
            "context":{"url":"https://iam.cloud.ibm.com","requestId":"r-1"}}"#;
        rig.cloud.on(Route::Token).always(Answer::bytes(status, body));
        let error =
            rig.api_key(&rig.cloud.fixture().api_key).authorize(&AuthRequest::new()).await.unwrap_err();
        assert_eq!(error.service_message(), Some("The user is suspended."), "{status}");
        assert_eq!((error.code(), error.status()), (Some("BXNIM0436E"), Some(status)), "{status}");
    }
}

#[tokio::test]
async fn an_audience_may_be_a_list() {
    let rig = Rig::start().await;
    // {"alg":"RS256"} . {"aud":["DSX","x"],"iat":4000000000,"exp":4000003600} . a signature, which nobody checks here
    let token =
        "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOlsiRFNYIiwieCJdLCJpYXQiOjQwMDAwMDAwMDAsImV4cCI6NDAwMDAwMzYwMH0.c2ln";
    let answer = serde_json::json!({ "_messageCode_": "200", "message": "success", "token": token });
    rig.cloud.on("/v1/authorize").always(Answer::json(200, answer));
    let user = rig.cloud.fixture();
    let credentials = rig
        .from_environment(&[
            ("WATSONX_AI_AUTH_TYPE", "cp4d"),
            ("WATSONX_AI_AUTH_URL", rig.cloud.url()),
            ("WATSONX_AI_USERNAME", &user.username),
            ("WATSONX_AI_PASSWORD", &user.password),
        ])
        .unwrap();
    assert_eq!(credentials.authorize(&AuthRequest::new()).await.unwrap().expose_token(), token);
}

#[tokio::test]
async fn clones_share_one_token() {
    let rig = Rig::start().await;
    let credentials = rig.api_key(&rig.cloud.fixture().api_key);
    for user in [credentials.clone(), credentials.clone(), credentials] {
        user.authorize(&AuthRequest::new()).await.unwrap();
    }
    assert_eq!(rig.cloud.journal().token_requests(), 1);
}
