//! What a `Debug` may say about a secret: that it is there, how long it is, and whether it is the same as another.

use std::fmt;

use ring::digest;

/// Shows a length and the beginning of a SHA-256 digest instead of the bytes.
pub(crate) struct Redacted<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes, sha256 ", self.0.len())?;
        for byte in digest::digest(&digest::SHA256, self.0).as_ref().iter().take(4) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redacted_value_can_be_compared_but_not_read() {
        let shown = format!("{:?}", Redacted(b"swordfish"));
        assert!(!shown.contains("swordfish"));
        assert!(shown.contains("9 bytes"));
        assert_eq!(shown, format!("{:?}", Redacted(b"swordfish")));
        assert_ne!(shown, format!("{:?}", Redacted(b"swordfisH")));
    }
}
