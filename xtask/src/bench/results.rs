//! What was measured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The part of a contender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Ours,
    Peer,
    Floor,
}

/// What one contender showed in one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) row: String,
    pub(crate) contender: String,
    pub(crate) kind: Kind,
    pub(crate) values: BTreeMap<String, f64>,
    pub(crate) not_run: Option<String>,
}

/// Everything, in the order in which it came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results(Vec<Sample>);

impl Results {
    /// Adds samples. Two programs may have something to say about one contender in one row.
    pub(crate) fn extend(&mut self, samples: Vec<Sample>) {
        for sample in samples {
            let same = |old: &&mut Sample| old.row == sample.row && old.contender == sample.contender;
            match self.0.iter_mut().find(same) {
                Some(old) => old.values.extend(sample.values),
                None => self.0.push(sample),
            }
        }
    }

    pub(crate) fn row<'a>(&'a self, row: &'a str) -> impl Iterator<Item = &'a Sample> {
        self.0.iter().filter(move |sample| sample.row == row)
    }

    /// Our own number.
    pub(crate) fn ours(&self, row: &str, value: &str) -> Option<f64> {
        let ours = self.row(row).find(|sample| sample.kind == Kind::Ours)?;
        ours.values.get(value).copied()
    }

    /// The number of a contender by name.
    pub(crate) fn of(&self, row: &str, contender: &str, value: &str) -> Option<f64> {
        self.row(row).find(|sample| sample.contender == contender)?.values.get(value).copied()
    }

    /// The numbers of all peers.
    pub(crate) fn peers(&self, row: &str, value: &str) -> Vec<f64> {
        let peers = self.row(row).filter(|sample| sample.kind == Kind::Peer);
        peers.filter_map(|sample| sample.values.get(value).copied()).collect()
    }
}

#[cfg(test)]
pub(crate) fn sample(row: &str, contender: &str, kind: Kind, values: &[(&str, f64)]) -> Sample {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    Sample { row: row.to_owned(), contender: contender.to_owned(), kind, values, not_run: None }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Results, sample};

    #[test]
    fn what_two_programs_say_of_one_contender_is_one_line() {
        let mut results = Results::default();
        results.extend(vec![sample("warm", "a", Kind::Ours, &[("ns", 5.0)])]);
        results.extend(vec![sample("warm", "a", Kind::Ours, &[("allocations", 0.0)])]);
        assert_eq!(results.row("warm").count(), 1);
        assert_eq!((results.ours("warm", "ns"), results.ours("warm", "allocations")), (Some(5.0), Some(0.0)));
    }
}
