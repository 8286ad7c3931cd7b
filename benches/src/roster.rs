//! Who takes part.

use crate::contenders::{floors, ours};
use crate::rows::warm::Round;
use crate::rows::{allocations, early, failure, herd, instructions, memory, outage, parallel, warm};
use crate::{Contender, Kind, Outcome, Sample};

/// A contender with its type forgotten: what each row asks of it.
pub struct Entry {
    /// Its name in the tables.
    pub name: &'static str,
    /// Its part.
    pub kind: Kind,
    rows: &'static [&'static str],
    /// Makes it ready for rounds of warm calls.
    pub warm: fn() -> Box<dyn Round>,
    /// Makes it ready for rounds of parallel calls on this many worker threads.
    pub parallel: fn(workers: usize) -> Box<dyn Round>,
    /// This many warm calls, for something outside to count.
    pub instructions: fn(calls: usize),
    /// Allocations in a warm call.
    pub allocations: fn() -> f64,
    /// Many tasks, a cold cache.
    pub herd: fn() -> Outcome,
    /// Many tasks, a cold cache, an issuer that refuses.
    pub failure: fn() -> Outcome,
    /// Callers during a slow early refresh.
    pub early: fn() -> Outcome,
    /// Callers during an outage of the issuer.
    pub outage: fn() -> Outcome,
    /// What one of many weighs.
    pub memory: fn() -> f64,
}

impl Entry {
    /// Whether it takes part in a row.
    pub fn takes_part_in(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.contains(&row)
    }

    /// What it showed in a row.
    pub fn sample(&self, row: &'static str, outcome: Outcome) -> Sample {
        Sample::new(row, self.name, self.kind, outcome)
    }
}

fn entry<C: Contender>() -> Entry {
    Entry {
        name: C::NAME,
        kind: C::KIND,
        rows: C::ROWS,
        warm: warm::prepare::<C>,
        parallel: parallel::prepare::<C>,
        instructions: instructions::run::<C>,
        allocations: allocations::run::<C>,
        herd: herd::run::<C>,
        failure: failure::run::<C>,
        early: early::run::<C>,
        outage: outage::run::<C>,
        memory: memory::run::<C>,
    }
}

/// Everybody, in the order of the tables.
pub fn roster() -> Vec<Entry> {
    let floors = [
        entry::<floors::BareArcSwap>(),
        entry::<floors::ClockedArcSwap>(),
        entry::<floors::Watch>(),
        entry::<floors::Locked>(),
        entry::<floors::Once>(),
    ];
    std::iter::once(entry::<ours::Ours>()).chain(peers()).chain(floors).collect()
}

#[cfg(feature = "peers")]
fn peers() -> Vec<Entry> {
    use crate::contenders::peers::*;

    vec![
        entry::<google::Google>(),
        entry::<google::GoogleTagged>(),
        entry::<azure::Azure>(),
        entry::<aws::Aws>(),
        entry::<reqsign::Reqsign>(),
        entry::<gcp_auth::GcpAuth>(),
        entry::<yup_oauth2::YupOauth2>(),
        #[cfg(feature = "openssl-peers")]
        entry::<ibmcloud_iam::IbmcloudIam>(),
    ]
}

#[cfg(not(feature = "peers"))]
fn peers() -> Vec<Entry> {
    Vec::new()
}

/// Those who take part in a row.
pub fn takers(row: &'static str) -> impl Iterator<Item = Entry> {
    roster().into_iter().filter(move |entry| entry.takes_part_in(row))
}

/// Peers that were not built into this program, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    #[cfg(not(feature = "openssl-peers"))]
    ("ibmcloud-iam", "it does not build without the headers of OpenSSL"),
];
