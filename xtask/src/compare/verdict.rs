//! Where wml-auth is not at least as good as the others.

use super::Line;
use super::contender::Tries;
use super::outcome::{Leak, Outcome, Wait};
use super::rows::{NONE, Patience};
use crate::problem::Problem;

/// What a machine that does other things besides may add to a caller's time.
const NOISE_MS: u64 = 250;

pub(super) fn problems(lines: &[Line]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for Line { row, outcomes } in lines {
        for (ours, tries) in outcomes.iter().filter_map(|outcome| Some((outcome, outcome.ours?))) {
            for theirs in outcomes.iter().filter(|outcome| outcome.ours.is_none()) {
                let worth_it = tries == Tries::AsShipped && (row.hopeless || ours.failed() < theirs.failed());
                let patience = if worth_it { row.patience } else { NONE };
                problems.extend(behind(ours, theirs, patience).map(|what| {
                    Problem::new(
                        format!("{} ({})", row.title, row.name),
                        format!("{}: {what}, beside {}", ours.client, theirs.client),
                        "see what the callers' program wrote with `--only`, and mend wml-auth",
                    )
                }));
            }
        }
    }
    problems
}

/// To try again takes some requests and some time: that is allowed where fewer calls failed for it, and where nothing could
/// have helped. A leak is worth nothing.
fn behind(ours: &Outcome, theirs: &Outcome, patience: Patience) -> Option<String> {
    if ours.leak > Leak::Nowhere {
        return Some("a secret leaked".to_owned());
    }
    if ours.failed() > theirs.failed() {
        return Some(format!("{} calls failed, and not {}", ours.failed(), theirs.failed()));
    }
    if ours.requests > theirs.requests.max(patience.requests) {
        return Some(format!("{} token requests, and not {}", ours.requests, theirs.requests));
    }
    match (ours.slowest, theirs.slowest) {
        (Wait::Ms(ours), Wait::Ms(theirs)) if ours > theirs.max(patience.ms).saturating_add(NOISE_MS) => {
            Some(format!("the slowest caller waited {ours} ms, and not {theirs}"))
        }
        (Wait::Ms(_), _) => None,
        (Wait::Beyond(_) | Wait::Unknown, _) => Some("the callers did not come to their end".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Leak, Outcome, Patience, Wait, behind};

    fn outcome() -> Outcome {
        Outcome {
            client: "a".to_owned(),
            ours: None,
            requests: 1,
            slowest: Wait::Ms(300),
            calls: 2,
            answered: 2,
            errors: BTreeMap::from([("HTTP 500".to_owned(), 1)]),
            leak: Leak::AnotherHost,
        }
    }

    #[test]
    fn every_measure_counts() {
        let patience = Patience { requests: 2, ms: 1000 };
        let good = Outcome { leak: Leak::Nowhere, ..outcome() };
        assert_eq!(behind(&good, &outcome(), patience), None);
        let better =
            Outcome { errors: BTreeMap::new(), requests: 2, slowest: Wait::Ms(1200), ..good.clone() };
        assert_eq!(behind(&better, &outcome(), patience), None);
        for (worse, what) in [
            (Outcome { leak: Leak::Output, ..good.clone() }, "leaked"),
            (Outcome { errors: BTreeMap::from([("x".to_owned(), 2)]), ..good.clone() }, "2 calls failed"),
            (Outcome { requests: 3, ..good.clone() }, "3 token requests"),
            (Outcome { slowest: Wait::Ms(1300), ..good.clone() }, "waited 1300 ms"),
            (Outcome { slowest: Wait::Unknown, ..good.clone() }, "did not come to their end"),
        ] {
            let found = behind(&worse, &outcome(), patience);
            assert!(found.as_deref().is_some_and(|found| found.contains(what)), "{what}: {found:?}");
        }
    }
}
