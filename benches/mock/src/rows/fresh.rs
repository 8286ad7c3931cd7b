//! A token that nobody had before, beside its signature alone.

use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use super::{outcome, per_token};
use crate::client::Client;
use crate::processor;
use crate::sample::{Kind, Sample};
use crate::servers::{mock, runtime};
use crate::settings::Settings;

/// The mock's own.
const KEY: &[u8] = include_bytes!("../../../../crates/mock-iam/src/signing/202410011011.der");
/// What is signed of a token: header and claims.
const LENGTH: usize = 1_100;
/// Few, and often in turn with the signatures: a machine that slows down for a while then does so for both.
const EACH: u32 = 20;

pub(super) fn run(settings: &Settings) -> Vec<Sample> {
    let runtime = runtime();
    let cloud = mock(&runtime, false);
    let mut client = Client::new(cloud.url(), &cloud.fixture().api_key);
    let key = RsaKeyPair::from_pkcs8(KEY).expect("a key");
    client.token();
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..settings.pick(151, 31) {
        ours.push(per_token(&mut client, EACH));
        floor.push(per_signature(&key, EACH));
        cloud.journal().clear();
    }
    vec![
        Sample::new("mock-fresh", "wml-auth-mock-iam", Kind::Ours, outcome(&ours, &floor)),
        Sample::new("mock-fresh", "the signature alone", Kind::Floor, outcome(&floor, &floor)),
    ]
}

fn per_signature(key: &RsaKeyPair, count: u32) -> f64 {
    let (random, message) = (SystemRandom::new(), vec![b'a'; LENGTH]);
    let mut signature = vec![0; key.public().modulus_len()];
    let before = processor::of_this();
    for _ in 0..count {
        key.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).expect("a signature");
    }
    (processor::of_this() - before) as f64 / f64::from(count) / 1e3
}
