//! What we want of ourselves, as ratios within one run wherever time is concerned.

use super::results::Results;

/// A goal, and how it came out.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) row: &'static str,
    pub(crate) goal: &'static str,
    pub(crate) measured: f64,
    pub(crate) holds: bool,
}

struct Goal {
    row: &'static str,
    goal: &'static str,
    measure: fn(&Results) -> Option<f64>,
    bound: Bound,
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

const GOALS: &[Goal] = &[
    Goal {
        row: "warm",
        goal: "at most 2 times a bare arc-swap load and clone",
        measure: |r| Some(r.ours("warm", "ns")? / r.of("warm", "arc-swap, clone", "ns")?),
        bound: Bound::AtMost(2.0),
    },
    Goal {
        row: "warm",
        goal: "at least 3 times ahead of the best peer",
        measure: |r| Some(least(r.peers("warm", "ns"))? / r.ours("warm", "ns")?),
        bound: Bound::AtLeast(3.0),
    },
    Goal {
        row: "warm",
        goal: "no allocation",
        measure: |r| r.ours("warm", "allocations"),
        bound: Bound::AtMost(0.0),
    },
    Goal {
        row: "instructions",
        goal: "at most 340 through `dyn`",
        measure: |r| r.ours("instructions", "instructions"),
        bound: Bound::AtMost(340.0),
    },
    Goal {
        row: "parallel",
        goal: "at least 3 times the best peer",
        measure: |r| Some(r.ours("parallel", "mops_2")? / most(r.peers("parallel", "mops_2"))?),
        bound: Bound::AtLeast(3.0),
    },
    Goal {
        row: "parallel",
        goal: "faster on 2 threads than on 1 (ratio above 1)",
        measure: |r| Some(r.ours("parallel", "mops_2")? / r.ours("parallel", "mops_1")?),
        bound: Bound::AtLeast(1.0),
    },
    Goal {
        row: "herd",
        goal: "1 request",
        measure: |r| r.ours("herd", "requests"),
        bound: Bound::AtMost(1.0),
    },
    Goal {
        row: "herd",
        goal: "at most 1.06 times a once-cell",
        measure: |r| Some(r.ours("herd", "ms")? / r.of("herd", "tokio OnceCell", "ms")?),
        bound: Bound::AtMost(1.06),
    },
    Goal {
        row: "failure",
        goal: "1 request",
        measure: |r| r.ours("failure", "requests"),
        bound: Bound::AtMost(1.0),
    },
    Goal {
        row: "failure",
        goal: "all know within 1.5 times the issuer's 20 ms",
        measure: |r| Some(r.ours("failure", "ms")? / 20.0),
        bound: Bound::AtMost(1.5),
    },
    Goal {
        row: "failure",
        goal: "heals",
        measure: |r| r.ours("failure", "heals"),
        bound: Bound::AtLeast(1.0),
    },
    Goal {
        row: "early",
        goal: "no caller waits (ms of the slowest)",
        measure: |r| r.ours("early", "ms"),
        bound: Bound::AtMost(NO_WAIT_MS),
    },
    Goal {
        row: "outage",
        goal: "no error",
        measure: |r| r.ours("outage", "errors"),
        bound: Bound::AtMost(0.0),
    },
    Goal {
        row: "outage",
        goal: "no caller waits (ms of the slowest)",
        measure: |r| r.ours("outage", "ms"),
        bound: Bound::AtMost(NO_WAIT_MS),
    },
    Goal {
        row: "outage",
        goal: "at most 6 requests",
        measure: |r| r.ours("outage", "requests"),
        bound: Bound::AtMost(6.0),
    },
    Goal {
        row: "outage",
        goal: "renewed within 2 s of recovery",
        measure: |r| r.ours("outage", "renewed_s"),
        bound: Bound::AtMost(2.0),
    },
    Goal {
        row: "memory",
        goal: "under 8 KiB",
        measure: |r| r.ours("memory", "bytes"),
        bound: Bound::AtMost(8191.0),
    },
    Goal {
        row: "cold",
        goal: "ahead of curl (ratio below 1)",
        measure: |r| Some(r.ours("cold", "ms")? / r.of("cold", "curl", "ms")?),
        bound: Bound::AtMost(1.0),
    },
    Goal {
        row: "cold",
        goal: "at most 1.5 times bare reqwest",
        measure: |r| Some(r.ours("cold", "ms")? / r.of("cold", "bare reqwest", "ms")?),
        bound: Bound::AtMost(1.5),
    },
    Goal {
        row: "mock-start",
        goal: "under 2 ms",
        measure: |r| r.ours("mock-start", "ms"),
        bound: Bound::AtMost(2.0),
    },
    Goal {
        row: "mock-fresh",
        goal: "at most 1.1 times the signature alone",
        measure: |r| r.ours("mock-fresh", "ratio"),
        bound: Bound::AtMost(1.1),
    },
    Goal {
        row: "mock-known",
        goal: "at most 2 times a constant answer of the same stack",
        measure: |r| r.ours("mock-known", "ratio"),
        bound: Bound::AtMost(2.0),
    },
    Goal {
        row: "mock-held",
        goal: "as many as were tried",
        measure: |r| r.ours("mock-held", "share"),
        bound: Bound::AtLeast(1.0),
    },
];

/// Nobody waits for an issuer that takes 500 ms or more; a scheduler may let a task wait this long.
const NO_WAIT_MS: f64 = 50.0;

/// How each goal came out whose row was run.
pub(crate) fn verdicts(results: &Results) -> Vec<Verdict> {
    let judge = |goal: &Goal| {
        let measured = (goal.measure)(results)?;
        let holds = match goal.bound {
            Bound::AtMost(most) => measured <= most,
            Bound::AtLeast(least) => measured >= least,
        };
        Some(Verdict { row: goal.row, goal: goal.goal, measured, holds })
    };
    GOALS.iter().filter_map(judge).collect()
}

fn least(numbers: Vec<f64>) -> Option<f64> {
    numbers.into_iter().min_by(f64::total_cmp)
}

fn most(numbers: Vec<f64>) -> Option<f64> {
    numbers.into_iter().max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::{GOALS, verdicts};
    use crate::bench::results::{Kind, Results, sample};
    use crate::bench::rows::ROWS;

    #[test]
    fn a_goal_is_held_against_the_best_peer() {
        let mut results = Results::default();
        results.extend(vec![
            sample("warm", "us", Kind::Ours, &[("ns", 50.0), ("allocations", 0.0)]),
            sample("warm", "slow", Kind::Peer, &[("ns", 900.0)]),
            sample("warm", "fast", Kind::Peer, &[("ns", 100.0)]),
            sample("warm", "arc-swap, clone", Kind::Floor, &[("ns", 30.0)]),
        ]);
        let holds: Vec<_> = verdicts(&results).into_iter().map(|verdict| verdict.holds).collect();
        assert_eq!(holds, [true, false, true]);
    }

    #[test]
    fn every_goal_is_of_a_row_that_there_is() {
        assert!(GOALS.iter().all(|goal| ROWS.iter().any(|row| row.name == goal.row)));
    }
}
