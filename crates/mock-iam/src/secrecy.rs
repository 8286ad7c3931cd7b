//! What a `Debug` may say about a secret: that it is there, how long it is, and whether it is the same as another.

use std::fmt;

use ring::digest;

/// Shows a length and the beginning of a SHA-256 digest instead of the bytes.
pub(crate) struct Redacted<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes, sha256 {}]", self.0.len(), hex(self.0, 4))
    }
}

/// `sha256:` and the first 16 hexadecimal digits of the digest: whoever has a secret can find it, nobody can read it.
pub(crate) fn fingerprint(secret: &[u8]) -> String {
    format!("sha256:{}", hex(secret, 8))
}

fn hex(secret: &[u8], bytes: usize) -> String {
    let digest = digest::digest(&digest::SHA256, secret);
    digest.as_ref().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_beginning_of_the_digest() {
        // As of `printf swordfish | sha256sum`.
        assert_eq!(fingerprint(b"swordfish"), "sha256:b9f195c5cc7ef6af");
    }

    #[test]
    fn a_redacted_value_can_be_compared_but_not_read() {
        let shown = format!("{:?}", Redacted(b"swordfish"));
        assert!(!shown.contains("swordfish"));
        assert!(shown.contains("9 bytes"));
        assert_eq!(shown, format!("{:?}", Redacted(b"swordfish")));
        assert_ne!(shown, format!("{:?}", Redacted(b"swordfisH")));
    }
}
