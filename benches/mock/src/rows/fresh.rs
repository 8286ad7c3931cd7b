//! A token that nobody had before, beside its signature alone.

use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use super::{NO_COUNT, per_token};
use crate::client::Client;
use crate::processor;
use crate::sample::{Kind, Outcome, Sample, median};
use crate::servers::{mock, runtime};
use crate::settings::Settings;

/// The mock's own.
const KEY: &[u8] = include_bytes!("../../../../crates/mock-iam/src/signing/202410011011.der");
/// What is signed of a token: header and claims.
const LENGTH: usize = 1_100;
const EACH: u32 = 200;

pub(super) fn run(settings: &Settings) -> Vec<Sample> {
    let runtime = runtime();
    let cloud = mock(&runtime, false);
    let mut client = Client::new(cloud.url(), &cloud.fixture().api_key);
    let key = RsaKeyPair::from_pkcs8(KEY).expect("a key");
    client.token();
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..settings.pick(15, 3) {
        ours.extend(per_token(&mut client, EACH));
        floor.extend(per_signature(&key, EACH));
        cloud.journal().clear();
    }
    let outcome = |numbers: Vec<f64>| -> Outcome {
        if numbers.is_empty() { Err(NO_COUNT.to_owned()) } else { Ok([("us", median(numbers))].into()) }
    };
    vec![
        Sample::new("mock-fresh", "wml-auth-mock-iam", Kind::Ours, outcome(ours)),
        Sample::new("mock-fresh", "the signature alone", Kind::Floor, outcome(floor)),
    ]
}

fn per_signature(key: &RsaKeyPair, count: u32) -> Option<f64> {
    let (random, message) = (SystemRandom::new(), vec![b'a'; LENGTH]);
    let mut signature = vec![0; key.public().modulus_len()];
    let before = processor::of_this()?;
    for _ in 0..count {
        key.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).expect("a signature");
    }
    Some((processor::of_this()? - before) as f64 / f64::from(count) / 1e3)
}
