//! Who is wrong, and which checks find it out.

use std::collections::BTreeSet;
use std::sync::Arc;

use wml_auth_conformance::{Subject, run};
use wml_auth_core::{AuthError, TokenSource};

use crate::wrong::Wrong;
use crate::{bare, naive};

/// Checks that no provider fails which hands out anything at all, and why.
const UNFAILABLE: &[(&str, &str, &str)] = &[(
    "secrecy",
    "its header is marked sensitive",
    "`Authorization` marks each of its headers itself, and offers no other way to make one",
)];

/// A test for each mutant, that the suite finds these checks red; and the list of all of them.
macro_rules! mutants {
    ($($name:ident: $subject:expr => { $($group:literal: [$($check:literal),* $(,)?]),* $(,)? })*) => {
        const RED: &[(&str, &str)] = &[$($($(($group, $check),)*)*)*];
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                is_found($subject, &[$($(($group, $check),)*)*]).await;
            }
        )*
    };
}

mutants! {
    one_that_asks_by_get: naive(Wrong::AsksByGet) => {
        "wire": ["a token is asked for by POST, with a body that says what it is"],
    }
    one_that_puts_the_key_into_the_url: naive(Wrong::KeyInUrl) => {
        "wire": ["no secret stands in a URL"],
    }
    one_that_does_not_say_who_it_is: naive(Wrong::SaysNothing) => {
        "wire": ["it says who sends it, and that it wants JSON"],
    }
    one_that_is_known_by_its_key: naive(Wrong::NamesItsKey) => {
        "secrecy": ["what is handed out prints nothing of itself"],
    }
    one_that_repeats_what_it_is_told: naive(Wrong::TellsTheBody) => {
        "secrecy": ["an error does not repeat what the server repeats"],
    }
    one_that_goes_where_it_is_sent: naive(Wrong::FollowsRedirects) => {
        "security": [
            "a redirect to another host is not followed",
            "a redirect to another path is not followed",
            "a redirect to itself is not followed",
            "a redirect from https to http is not followed",
        ],
    }
    one_that_believes_in_ten_years: naive(Wrong::LivesForEver) => {
        "expiry": [
            "an expired token is not handed out",
            "of a life and a date the earlier holds",
            "a life of zero, of less, or none at all is refused",
            "a life of seconds is not outlived",
            "a token that had ended when it came is refused",
            "a minimum that cannot be had is an error",
            "it says when it expires",
        ],
    }
    one_that_believes_in_half_a_life: naive(Wrong::CutsLives) => {
        "refresh": [
            "a slow renewal delays nobody",
            "a failing renewal fails nobody",
            "a renewal that hangs fails nobody",
            "a renewal that is refused fails nobody",
        ],
        "expiry": ["it says when it expires"],
    }
    one_that_does_not_look_into_the_token: naive(Wrong::IgnoresClaims) => {
        "expiry": ["a token that ends before its answer says is not outlived"],
    }
    one_that_trusts_no_other_clock: naive(Wrong::DistrustsClocks) => {
        "expiry": ["a server's clock that is five minutes off does no harm"],
    }
    one_that_waits_for_a_millisecond: naive(Wrong::GivesUpAtOnce) => {
        "faults": [
            "an answer that is late is waited for",
            "a body that is late is waited for",
            "an answer in drops is put together",
        ],
    }
    one_that_keeps_its_first_token: naive(Wrong::NeverRenews) => {
        "expiry": [
            "an expired token is not handed out",
            "a token that does not tell its end has one",
            "a huge life does no harm",
        ],
        "rejection": [
            "a refused token is replaced",
            "a token signed by a key of nobody's is replaced once it is refused",
        ],
    }
    one_that_keeps_its_first_failure: naive(Wrong::RemembersFailure) => {
        "refresh": ["it recovers by itself", "a credential that is not known everywhere yet is taken once it is"],
    }
    one_that_tries_a_refused_key_again: naive(Wrong::RetriesRefusals) => {
        "retries": ["a refused credential is not tried again"],
    }
    one_that_takes_a_refusal_for_an_outage: naive(Wrong::CallsRefusalsBusy) => {
        "retries": ["a refused credential is not tried again", "refused once, it is not asked for at every call"],
    }
    one_that_takes_a_prohibition_for_an_outage: naive(Wrong::CallsForbiddenBusy) => {
        "retries": ["a 401 and a 403 are not tried again"],
    }
    one_that_takes_an_outage_for_a_refusal: naive(Wrong::CallsOutagesFinal) => {
        "retries": [
            "a 503 and a closed connection are tried again",
            "a reset, half an answer and a gateway's 502 are tried again",
        ],
    }
    one_that_does_not_hear_retry_after: naive(Wrong::IgnoresRetryAfter) => {
        "retries": [
            "a long Retry-After is told and not waited for",
            "a rate limit's Retry-After in seconds is told and kept to",
            "a rate limit's Retry-After as a date is told and kept to",
        ],
    }
    one_that_stumbles_over_retry_after: naive(Wrong::StumblesOverRetryAfter) => {
        "retries": ["a Retry-After that makes no sense does no harm"],
    }
    one_that_cannot_do_without_retry_after: naive(Wrong::NeedsRetryAfter) => {
        "retries": ["a rate limit without a Retry-After is told as what may pass"],
    }
    one_that_does_not_look_at_the_status: naive(Wrong::IgnoresStatus) => {
        "faults": ["a gateway's 404", "a gateway's 502", "nothing, and a status that says so"],
    }
    one_that_finds_a_token_everywhere: naive(Wrong::TakesAnything) => {
        "faults": [
            "a page in place of a token",
            "an empty body",
            "an empty object",
            "an array",
            "null",
            "half an object",
            "an object with more behind it",
            "bytes that are not UTF-8",
            "a number for a token",
            "everything but the token",
            "an empty token",
        ],
    }
    one_that_takes_the_last_of_two: naive(Wrong::TakesTheLast) => {
        "faults": ["two tokens under one name"],
    }
    one_that_mends_what_it_reads: naive(Wrong::MendsText) => {
        "faults": ["a token that is not UTF-8", "a token with a line break, NUL or a space around it"],
    }
    one_that_is_content_with_half: naive(Wrong::TakesHalves) => {
        "faults": [
            "a body closed anywhere before its end",
            "a body reset anywhere before its end",
            "an answer in chunks of a byte is put together",
        ],
    }
    one_that_has_no_measure: naive(Wrong::TakesTooMuch) => {
        "faults": [
            "ten megabytes",
            "ten megabytes of which the head says nothing",
            "32 megabytes, packed into a thousandth of that",
        ],
    }
    one_that_does_not_connect_again: naive(Wrong::NeverReconnects) => {
        "faults": [
            "two megabytes of headers",
            "a closed connection",
            "a reset connection",
            "bytes that are not HTTP",
            "half a head",
            "a chunk that does not say how long it is",
            "a body in chunks without the last",
        ],
    }
    one_that_sulks: naive(Wrong::SulksOverTypes) => {
        "faults": ["a token in an answer that says to be something else"],
    }
    one_that_is_lost_in_silence: naive(Wrong::StaysBusy) => {
        "faults": [
            "silence in place of an answer",
            "silence after the head",
            "silence in the middle of the body",
            "an answer in drops that takes for ever",
        ],
        "refresh": ["a renewal that hangs fails nobody"],
    }
    one_without_an_engine: bare(false, false) => {
        "caching": [
            "call after call gives the same authorization",
            "twenty calls one after another make one exchange",
            "a hundred calls at once make one exchange",
            "after a call one is at hand without waiting",
        ],
        "rejection": [
            "a late report about an old token does nothing",
            "a flood of refusals does not become a flood of requests",
        ],
        "cancellation": ["a caller who leaves takes nothing from those who wait"],
    }
    one_whose_callers_may_not_leave: bare(true, false) => {
        "cancellation": ["whenever a caller leaves, the next one is served"],
    }
    one_that_has_one_runtime: bare(false, true) => {
        "concurrency": [
            "it works on a runtime of one thread, and of several",
            "it works on a second runtime after the first has gone",
        ],
    }
}

async fn is_found(subject: Subject, checks: &[(&str, &str)]) {
    let report = run(&subject).await;
    for (group, name) in checks {
        let is_red = report.failed().any(|entry| (entry.group, entry.name) == (*group, *name));
        assert!(is_red, "{group}: {name} is not red:\n{report}");
    }
    // Who fails in everything has not shown that any single check can tell right from wrong.
    assert!(report.counts()[0] > 0, "{report}");
}

#[tokio::test]
async fn there_is_a_mutant_for_every_check() {
    let unmade =
        Subject::source("unmade", |_| Err::<Arc<dyn TokenSource>, _>(AuthError::misconfigured("no")));
    let report = run(&unmade).await;
    let all: BTreeSet<_> = report.entries.iter().map(|entry| (entry.group, entry.name)).collect();
    let red: BTreeSet<_> = RED.iter().copied().collect();
    let excepted: BTreeSet<_> = UNFAILABLE.iter().map(|(group, name, _)| (*group, *name)).collect();
    assert_eq!(
        all.difference(&red).copied().collect::<BTreeSet<_>>(),
        excepted,
        "without a mutant, or excepted"
    );
    assert_eq!(red.difference(&all).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "no such check");
}
