//! What is asked, and how the answers are shown.

/// One question.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// The first is the one that the chart shows and ratios are taken of.
    pub(crate) columns: &'static [Column],
    pub(crate) better: Better,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) value: &'static str,
    pub(crate) header: &'static str,
    pub(crate) digits: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Lower,
    Higher,
}

const fn column(value: &'static str, header: &'static str, digits: usize) -> Column {
    Column { value, header, digits }
}

/// In the order of the tables.
pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "warm",
        title: "A warm call, to a header value ready to send",
        columns: &[column("ns", "ns", 0), column("allocations", "allocations", 1)],
        better: Better::Lower,
    },
    Row {
        name: "instructions",
        title: "The same in instructions",
        columns: &[column("instructions", "instructions", 0)],
        better: Better::Lower,
    },
    Row {
        name: "parallel",
        title: "The same by 64 tasks",
        columns: &[column("mops_2", "M calls/s, 2 threads", 1), column("mops_1", "M calls/s, 1 thread", 1)],
        better: Better::Higher,
    },
    Row {
        name: "herd",
        title: "10,000 tasks, a cold cache, an issuer that takes 50 ms",
        columns: &[column("ms", "ms until all are served", 1), column("requests", "requests", 0)],
        better: Better::Lower,
    },
    Row {
        name: "failure",
        title: "100 tasks, a cold cache, an issuer that refuses after 20 ms",
        columns: &[
            column("ms", "ms until the last one knows", 1),
            column("requests", "requests", 0),
            column("heals", "heals (1: yes)", 0),
            column("heals_s", "s until it has", 1),
        ],
        better: Better::Lower,
    },
    Row {
        name: "early",
        title: "Callers while an early renewal takes 500 ms",
        columns: &[column("ms", "ms, slowest call", 1), column("errors", "errors", 0)],
        better: Better::Lower,
    },
    Row {
        name: "outage",
        title: "Callers while the issuer is down for 3 s and the token is still valid",
        columns: &[
            column("ms", "ms, slowest call", 1),
            column("errors", "errors", 0),
            column("requests", "requests meanwhile", 0),
            column("renewed_s", "s from recovery to a new token", 1),
        ],
        better: Better::Lower,
    },
    Row {
        name: "memory",
        title: "Memory of one identity that has a token, among many",
        columns: &[column("bytes", "bytes", 0)],
        better: Better::Lower,
    },
    Row {
        name: "cold",
        title: "One token from a process that has just been started",
        columns: &[column("ms", "ms from start to end", 1)],
        better: Better::Lower,
    },
    Row {
        name: "mock-start",
        title: "The mock: from nothing to a server that listens",
        columns: &[column("ms", "ms", 2), column("first_ms", "ms, the first in the process", 2)],
        better: Better::Lower,
    },
    Row {
        name: "mock-fresh",
        title: "The mock: a token that nobody had before, processor time of the server",
        columns: &[column("us", "us", 1), column("ratio", "times the floor, round by round", 2)],
        better: Better::Lower,
    },
    Row {
        name: "mock-known",
        title: "The mock: the token of an identity that had one in this second (`reuse_tokens`)",
        columns: &[column("us", "us", 1), column("ratio", "times the floor, round by round", 2)],
        better: Better::Lower,
    },
    Row {
        name: "mock-held",
        title: "The mock: connections that stay open, each of which had a token",
        columns: &[
            column("ms", "ms for one more token", 2),
            column("connections", "connections", 0),
            column("kib", "KiB each, the server's end", 1),
        ],
        better: Better::Lower,
    },
];
