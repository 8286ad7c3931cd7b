//! Identifiers and secrets drawn from one number, so that a run can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

/// A SplitMix64 sequence behind `&self`: each draw is one atomic addition.
///
/// Predictable on purpose, and therefore of no use outside a mock.
#[derive(Debug)]
pub(crate) struct Seed(AtomicU64);

const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Seed {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Begins anew.
    pub(crate) fn restart(&self, seed: u64) {
        self.0.store(seed, Ordering::Relaxed);
    }

    pub(crate) fn number(&self) -> u64 {
        let mut z = self.0.fetch_add(GOLDEN_GAMMA, Ordering::Relaxed).wrapping_add(GOLDEN_GAMMA);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, but not including, 1.
    pub(crate) fn fraction(&self) -> f64 {
        // 53 bits are what the type holds exactly.
        (self.number() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Yes, with this probability.
    pub(crate) fn chance(&self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// 32 hexadecimal digits.
    pub(crate) fn hex32(&self) -> String {
        let mut text = String::with_capacity(32);
        push_hex(&mut text, self.number(), 16);
        push_hex(&mut text, self.number(), 16);
        text
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&self) -> String {
        let (high, low) = (self.number(), self.number());
        let mut text = String::with_capacity(36);
        push_hex(&mut text, high >> 32, 8);
        text.push('-');
        push_hex(&mut text, high >> 16, 4);
        text.push_str("-4");
        push_hex(&mut text, high, 3);
        text.push('-');
        push_hex(&mut text, 0x8000 | (low >> 48) & 0x3fff, 4);
        text.push('-');
        push_hex(&mut text, low, 12);
        text
    }

    /// Text of the alphabet `[A-Za-z0-9_-]`.
    pub(crate) fn url_safe(&self, length: usize) -> String {
        (0..length)
            .filter_map(|_| usize::try_from(self.number() % 64).ok().and_then(|i| URL_SAFE.get(i)))
            .map(|byte| char::from(*byte))
            .collect()
    }

    /// An API key value as IBM Cloud generates them: 44 characters.
    pub(crate) fn api_key(&self) -> String {
        self.url_safe(44)
    }
}

/// The last so many hexadecimal digits of a number. By hand, since every request gets three such texts, and formatting takes
/// several times as long.
fn push_hex(text: &mut String, number: u64, digits: u32) {
    text.extend((0..digits).rev().filter_map(|at| char::from_digit((number >> (4 * at)) as u32 & 0xf, 16)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence_and_another_seed_another() {
        assert_eq!(Seed::new(7).api_key(), Seed::new(7).api_key());
        assert_ne!(Seed::new(7).api_key(), Seed::new(8).api_key());
        let seed = Seed::new(7);
        assert_ne!(seed.api_key(), seed.api_key());
    }

    #[test]
    fn the_shapes_are_those_of_ibm_cloud() {
        let seed = Seed::new(1);
        let key = seed.api_key();
        assert_eq!(key.len(), 44);
        assert!(key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        let uuid = seed.uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "4");
        assert!(["8", "9", "a", "b"].contains(&&uuid[19..20]));
        assert_eq!(seed.hex32().len(), 32);
    }
}
