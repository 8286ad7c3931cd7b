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
        self.push_hex32(&mut text);
        text
    }

    /// The same at the end of a text.
    pub(crate) fn push_hex32(&self, text: &mut String) {
        for _ in 0..2 {
            text.push_str(ascii(&hex(self.number())));
        }
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&self) -> String {
        // The digit 4 for the version, and the bits 10 for the variant.
        let high = hex(self.number() & !0xf000 | 0x4000);
        let low = hex(self.number() & !(3 << 62) | 1 << 63);
        let ((a, rest), (d, e)) = (ascii(&high).split_at(8), ascii(&low).split_at(4));
        let (b, c) = rest.split_at(4);
        [a, b, c, d, e].join("-")
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

/// The hexadecimal digits of a number. By hand, since every request gets three such texts, and formatting takes several times
/// as long.
fn hex(number: u64) -> [u8; 16] {
    std::array::from_fn(|at| {
        let digit = (number >> (60 - 4 * at)) as u8 & 0xf;
        // From the digits to the letters, without a branch that nobody could predict.
        digit + b'0' + u8::from(digit > 9) * (b'a' - b'9' - 1)
    })
}

fn ascii(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
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
    fn digits_are_those_of_the_formatter() {
        for number in [0, 1, 0x0123_4567_89ab_cdef, u64::MAX] {
            assert_eq!(ascii(&hex(number)), format!("{number:016x}"));
        }
        // As it was when formatting made it: fixtures are written down.
        assert_eq!(Seed::new(1).uuid(), "910a2dec-8902-4cc1-beeb-8da1658eec67");
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
