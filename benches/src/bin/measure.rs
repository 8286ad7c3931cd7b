//! Times everybody in turn and prints what they showed, as JSON.

use std::collections::BTreeSet;

use wml_auth_benches::roster::{Entry, LEFT_OUT, takers};
use wml_auth_benches::rows::warm::Round;
use wml_auth_benches::{Kind, Outcome, Sample, Settings, Values, median};

fn main() {
    let settings = Settings::from_arguments();
    let mut samples = Vec::new();
    if settings.wants("warm") {
        let rounds = settings.pick(25, 5);
        samples.extend(in_turn("warm", rounds, |entry| vec![(entry.warm)()], |ns| [("ns", ns[0])].into()));
    }
    if settings.wants("parallel") {
        let rounds = settings.pick(15, 3);
        let ready = |entry: &Entry| vec![(entry.parallel)(1), (entry.parallel)(2)];
        samples.extend(in_turn("parallel", rounds, ready, |ns| {
            [("mops_1", 1e3 / ns[0]), ("mops_2", 1e3 / ns[1])].into()
        }));
    }
    if settings.wants("herd") {
        let middle = |numbers, _: &str| median(numbers);
        samples.extend(repeated("herd", settings.pick(7, 1), |entry| (entry.herd)(), middle));
    }
    if settings.wants("failure") {
        samples.extend(repeated("failure", settings.pick(3, 1), |entry| (entry.failure)(), worst));
    }
    if settings.wants("early") {
        samples.extend(repeated("early", settings.pick(2, 1), |entry| (entry.early)(), worst));
    }
    if settings.wants("outage") {
        samples.extend(repeated("outage", settings.pick(2, 1), |entry| (entry.outage)(), worst));
    }
    println!("{}", serde_json::to_string(&samples).expect("plain numbers"));
}

/// Rounds A B C A B C …, so that what disturbs the machine disturbs everybody.
fn in_turn(
    row: &'static str,
    rounds: usize,
    ready: impl Fn(&Entry) -> Vec<Box<dyn Round>>,
    values: impl Fn(&[f64]) -> Values,
) -> Vec<Sample> {
    eprintln!("{row}: {rounds} rounds");
    let mut all: Vec<_> = takers(row)
        .map(|entry| {
            let ready = ready(&entry);
            let times: Vec<Vec<f64>> = ready.iter().map(|_| Vec::new()).collect();
            (entry, ready, times)
        })
        .collect();
    for _ in 0..rounds {
        for (_, ready, times) in &mut all {
            for (round, times) in ready.iter_mut().zip(times) {
                times.push(round.run());
            }
        }
    }
    let measured = all.into_iter().map(|(entry, _, times)| {
        let medians: Vec<_> = times.into_iter().map(median).collect();
        entry.sample(row, Ok(values(&medians)))
    });
    measured.chain(left_out(row)).collect()
}

/// The same experiment again and again, in turn, and what is made of the rounds.
fn repeated(
    row: &'static str,
    rounds: usize,
    run: impl Fn(&Entry) -> Outcome,
    sum_up: fn(Vec<f64>, &str) -> f64,
) -> Vec<Sample> {
    eprintln!("{row}: {rounds} rounds");
    let mut all: Vec<_> = takers(row).map(|entry| (entry, Vec::new())).collect();
    for _ in 0..rounds {
        for (entry, outcomes) in &mut all {
            eprintln!("  {}", entry.name);
            outcomes.push(run(entry));
        }
    }
    let measured = all.into_iter().map(|(entry, outcomes)| {
        let outcomes: Outcome =
            outcomes.into_iter().collect::<Result<Vec<_>, _>>().map(|rounds| each(rounds, sum_up));
        entry.sample(row, outcomes)
    });
    measured.chain(left_out(row)).collect()
}

/// Sums up each number over the rounds.
fn each(rounds: Vec<Values>, sum_up: fn(Vec<f64>, &str) -> f64) -> Values {
    let names: BTreeSet<_> = rounds.iter().flat_map(|values| values.keys().copied()).collect();
    let of = |name| sum_up(rounds.iter().filter_map(|values| values.get(name).copied()).collect(), name);
    names.into_iter().map(|name| (name, of(name))).collect()
}

/// For what is a matter of luck: what a caller may meet, not what it mostly meets.
fn worst(numbers: Vec<f64>, name: &str) -> f64 {
    let pick = if name == "heals" { f64::min } else { f64::max };
    numbers.into_iter().reduce(pick).unwrap_or(f64::NAN)
}

fn left_out(row: &'static str) -> impl Iterator<Item = Sample> {
    LEFT_OUT.iter().map(move |(name, why)| Sample::new(row, name, Kind::Peer, Err((*why).to_owned())))
}
