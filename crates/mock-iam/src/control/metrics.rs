//! What Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::route::Route;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn answer(cloud: &Cloud) -> Answer {
    let mut counts = BTreeMap::<(&str, String), usize>::new();
    for seen in cloud.journal.requests() {
        let status = seen.status().map_or_else(|| "none".to_owned(), |status| status.to_string());
        *counts.entry((Route::name_of(seen.path()), status)).or_default() += 1;
    }
    let mut text = String::new();
    let mut family = |name: &str, kind: &str, help: &str, samples: &[(String, usize)]| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let requests = counts
        .into_iter()
        .map(|((route, status), count)| (format!("{{route=\"{route}\",status=\"{status}\"}}"), count))
        .collect::<Vec<_>>();
    family(
        "wml_auth_mock_requests_total",
        "counter",
        "Requests since the journal was cleared; without a status those that wait or were cut off.",
        &requests,
    );
    let journal = &cloud.journal;
    family(
        "wml_auth_mock_in_flight",
        "gauge",
        "Requests in flight.",
        &[(String::new(), journal.in_flight())],
    );
    family(
        "wml_auth_mock_peak_in_flight",
        "gauge",
        "The most requests that were in flight at once.",
        &[(String::new(), journal.peak_in_flight())],
    );
    family(
        "wml_auth_mock_api_keys",
        "gauge",
        "API keys that exist.",
        &[(String::new(), cloud.world().api_keys.len())],
    );
    Answer::bytes(200, text).content_type(CONTENT_TYPE)
}
