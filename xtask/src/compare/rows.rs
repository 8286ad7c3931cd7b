//! What goes wrong, and who calls meanwhile.

use std::time::Duration;

use serde::Serialize;
use wml_auth_mock_iam::{Answer, MockIam, Route, TokenAnswer, Trap};

/// One thing that goes wrong.
pub(crate) struct Row {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) login: Login,
    /// Makes it go wrong. The answer is for the first token: one that is due to be renewed where a row begins with that.
    pub(crate) script: fn(&MockIam, &Trap, Answer),
    pub(crate) steps: &'static [Step],
    /// What wml-auth may take where it tries again before it gives up, and the others do not.
    pub(crate) patience: Patience,
    /// Whether what goes wrong goes on for longer than anybody tries, so that trying again only costs. There wml-auth is
    /// played a second time, and tries once, as the others do.
    pub(crate) hopeless: bool,
}

/// How everybody logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    ApiKey,
    /// With a compute resource token in a file whose last line ends, as every editor leaves it.
    Container,
}

/// So many callers at once, and what happens before they come.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) callers: usize,
    pub(crate) after_ms: u64,
    /// How much older the token in hand has become.
    pub(crate) aged_s: u64,
    /// Whether nothing is wrong any more.
    pub(crate) well_again: bool,
}

/// Bounds for being at least as good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) requests: usize,
    pub(crate) ms: u64,
}

/// It has nothing to try again.
pub(super) const NONE: Patience = Patience { requests: 0, ms: 0 };
/// As the engine's policy has it: four attempts, with pauses of up to 1.4 s between them all.
const RETRIES: Patience = Patience { requests: 4, ms: 1500 };

const ONE: Step = Step { callers: 1, after_ms: 0, aged_s: 0, well_again: false };
const TWENTY: Step = Step { callers: 20, ..ONE };
/// A token that has lived through 50 of its 60 minutes is due to be renewed, and good for ten more.
const LATER: Step = Step { aged_s: DUE_AFTER, ..ONE };
pub(crate) const DUE_AFTER: u64 = 3000;

const MS: Duration = Duration::from_millis(1);

/// In the order of a day.
pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "cold",
        title: "Cold start, 20 callers, a token takes 300 ms",
        login: Login::ApiKey,
        script: |cloud, _, _| drop(cloud.on(Route::Token).always(Answer::normal().delayed(300 * MS))),
        steps: &[TWENTY],
        patience: NONE,
        hopeless: false,
    },
    Row {
        name: "first-fails",
        title: "First fetch answered 500, then a second call",
        login: Login::ApiKey,
        script: |cloud, _, _| drop(cloud.on(Route::Token).then(Answer::status(500))),
        steps: &[ONE, ONE],
        patience: RETRIES,
        hopeless: false,
    },
    Row {
        name: "failing",
        title: "Every fetch answered 500 after 300 ms, 20 callers",
        login: Login::ApiKey,
        script: |cloud, _, _| drop(cloud.on(Route::Token).always(Answer::status(500).delayed(300 * MS))),
        steps: &[TWENTY],
        patience: Patience { ms: RETRIES.ms + 3 * 300, ..RETRIES },
        hopeless: true,
    },
    Row {
        name: "renewal-fails",
        title: "Renewal due, answered 500",
        login: Login::ApiKey,
        script: |cloud, _, first| drop(cloud.on(Route::Token).nth(1, first).always(Answer::status(500))),
        steps: &[ONE, LATER, Step { after_ms: 500, ..ONE }],
        patience: NONE,
        hopeless: false,
    },
    Row {
        name: "renewal-slow",
        title: "Renewal due, takes 2 s",
        login: Login::ApiKey,
        script: |cloud, _, first| {
            drop(cloud.on(Route::Token).nth(1, first).always(Answer::normal().delayed(2000 * MS)));
        },
        steps: &[ONE, LATER, Step { after_ms: 2500, ..ONE }],
        patience: NONE,
        hopeless: false,
    },
    Row {
        name: "renewal-empty",
        title: "Renewal due, answered 200 `{}`",
        login: Login::ApiKey,
        script: |cloud, _, first| {
            let empty = Answer::json(200, serde_json::json!({}));
            drop(cloud.on(Route::Token).nth(1, first).nth(2, empty));
        },
        steps: &[ONE, LATER, Step { after_ms: 500, ..ONE }],
        patience: NONE,
        hopeless: false,
    },
    Row {
        name: "opaque",
        title: "A token that is no JWT, with its life beside it",
        login: Login::ApiKey,
        script: |cloud, _, _| {
            cloud.on(Route::Token).always(Answer::token("opaque-0123456789"));
            // The mock's own service takes only what it can read.
            cloud.on(Route::Predictions).always(Answer::json(200, serde_json::json!({ "predictions": [] })));
        },
        steps: &[ONE, ONE],
        patience: NONE,
        hopeless: false,
    },
    Row {
        name: "clock-ahead",
        title: "Own clock two hours ahead, three calls",
        login: Login::ApiKey,
        script: |cloud, _, _| cloud.clock().set_skew(-7200),
        steps: &[ONE, ONE, ONE],
        patience: NONE,
        hopeless: false,
    },
    Row {
        name: "too-many",
        title: "429 with `Retry-After: 1`, then a second call",
        login: Login::ApiKey,
        script: |cloud, _, _| {
            drop(cloud.on(Route::Token).then(Answer::status(429).header("Retry-After", "1")));
        },
        steps: &[ONE, ONE],
        patience: Patience { requests: 2, ms: 1500 },
        hopeless: false,
    },
    Row {
        name: "redirect",
        title: "Token request redirected (307) to another host",
        login: Login::ApiKey,
        script: |cloud, trap, _| drop(cloud.on(Route::Token).always(Answer::redirect(307, trap.url()))),
        steps: &[ONE],
        patience: NONE,
        hopeless: false,
    },
    Row {
        name: "revoked",
        title: "Token refused by the service with 401, two calls",
        login: Login::ApiKey,
        script: |cloud, _, _| drop(cloud.on(Route::Token).nth(1, TokenAnswer::new().unknown_kid())),
        steps: &[ONE, ONE],
        patience: Patience { requests: 2, ms: 500 },
        hopeless: false,
    },
    Row {
        name: "outage",
        title: "Token of 15 s expires in an outage of 20 s, three calls",
        login: Login::ApiKey,
        script: |cloud, _, _| {
            let short = TokenAnswer::new().lifetime(Duration::from_secs(15));
            drop(cloud.on(Route::Token).nth(1, short).always(Answer::status(503)));
        },
        steps: &[ONE, Step { after_ms: 16_000, ..ONE }, Step { after_ms: 4000, well_again: true, ..ONE }],
        patience: Patience { requests: 6, ..RETRIES },
        hopeless: true,
    },
    Row {
        name: "newline",
        title: "Compute resource token in a file that ends with a newline",
        login: Login::Container,
        script: |_, _, _| {},
        steps: &[ONE],
        patience: NONE,
        hopeless: false,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ROWS;

    #[test]
    fn a_name_means_one_row_and_every_row_has_somebody_who_calls() {
        let names = ROWS.iter().map(|row| row.name).collect::<BTreeSet<_>>();
        assert_eq!(names.len(), ROWS.len());
        for row in ROWS {
            assert!(row.steps.iter().all(|step| step.callers > 0), "{}", row.name);
            assert!(!row.title.contains('|'), "{} would break its table", row.name);
        }
    }
}
