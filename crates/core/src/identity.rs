//! Who a token is for, without saying the secret.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, OnceLock};

/// What a cache is keyed by: the issuer, the kind of login, and a fingerprint of everything that went in.
///
/// Two sources with the same identity would obtain interchangeable tokens. So *every* input that changes the token
/// belongs in it: the key, the client, the scope, the account, the profile, the space. Identities may be
/// shown and logged.
///
/// ```
/// use wml_auth_core::Identity;
///
/// let of = |key| Identity::new("iam-apikey", "https://iam.cloud.ibm.com", &[("apikey", key), ("scope", "")]);
/// assert_eq!(of("key-a"), of("key-a"));
/// assert_ne!(of("key-a"), of("key-b"));
/// assert!(!format!("{:?}", of("key-a")).contains("key-a"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    kind: Cow<'static, str>,
    issuer: Arc<str>,
    fingerprint: Fingerprint,
}

/// 128 bits that stand for a set of inputs within this process.
///
/// They are keyed by numbers drawn when the process starts: they cannot be compared across processes, and nobody
/// who reads one in a log can try keys against it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u128);

impl Identity {
    /// An identity of this `kind` (`iam-apikey`, `bearer` …) at this `issuer` (a base URL, a path, a name).
    ///
    /// `inputs` are name and value of everything that shapes the token, secrets included: they are only hashed.
    /// Their order matters, and no two different lists give the same bytes to the hash.
    pub fn new(kind: impl Into<Cow<'static, str>>, issuer: &str, inputs: &[(&str, &str)]) -> Self {
        let kind = kind.into();
        let fingerprint = Fingerprint::of(&kind, issuer, inputs);
        Self { kind, issuer: issuer.into(), fingerprint }
    }

    /// The kind of login, such as `iam-apikey`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Who issues the token: usually a base URL.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What tells this identity from others of its kind.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

impl Fingerprint {
    fn of(kind: &str, issuer: &str, inputs: &[(&str, &str)]) -> Self {
        static KEYS: OnceLock<[RandomState; 2]> = OnceLock::new();
        let keys = KEYS.get_or_init(|| [RandomState::new(), RandomState::new()]);
        let half = |key: &RandomState| {
            let mut hasher = key.build_hasher();
            let mut write = |part: &str| {
                hasher.write_usize(part.len());
                hasher.write(part.as_bytes());
            };
            write(kind);
            write(issuer);
            for (name, value) in inputs {
                write(name);
                write(value);
            }
            hasher.finish()
        };
        let [high, low] = keys;
        Self((u128::from(half(high)) << 64) | u128::from(half(low)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

/// `kind at issuer (fingerprint)`, for people.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.issuer.as_ref() {
            // What is given has no issuer.
            "" => write!(f, "{} ({})", self.kind, self.fingerprint),
            issuer => write!(f, "{} at {issuer} ({})", self.kind, self.fingerprint),
        }
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// The first eight hexadecimal digits: enough to tell identities apart by eye.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0 >> 96)
    }
}

/// All of it: 32 hexadecimal digits, for an identity that is made from another.
impl fmt::LowerHex for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_change_of_an_input_changes_the_fingerprint(
            inputs in proptest::collection::vec((".{0,8}", ".{0,8}"), 0..4),
            others in proptest::collection::vec((".{0,8}", ".{0,8}"), 0..4),
        ) {
            let of = |list: &[(String, String)]| {
                let list: Vec<_> = list.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                Identity::new("kind", "issuer", &list)
            };
            prop_assert_eq!(of(&inputs) == of(&others), inputs == others);
        }
    }

    #[test]
    fn an_identity_says_who_it_is_and_not_how_it_logs_in() {
        let identity = Identity::new("kind", "issuer", &[("key", "s3cr3t")]);
        assert_eq!((identity.kind(), identity.issuer()), ("kind", "issuer"));
        assert!(!format!("{identity} {identity:?}").contains("s3cr3t"));
        assert!(identity.to_string().starts_with("kind at issuer ("), "{identity}");
        let given = Identity::new("kind", "", &[]);
        assert!(given.to_string().starts_with("kind ("), "{given}");
    }

    #[test]
    fn what_is_shown_of_a_fingerprint_tells_identities_apart() {
        let shown = |key| Identity::new("kind", "issuer", &[("key", key)]).fingerprint().to_string();
        let keys = ["a", "b", "c"].map(shown);
        assert!(keys.iter().all(|key| key.len() == 8), "{keys:?}");
        assert!(keys[0] != keys[1] || keys[1] != keys[2], "{keys:?}");
        let whole = Identity::new("k", "i", &[]).fingerprint();
        assert!(format!("{whole:x}").len() == 32 && format!("{whole:x}").starts_with(&whole.to_string()));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(Identity::new("k", "i", &[("a", "bc")]), Identity::new("k", "i", &[("ab", "c")]));
        assert_ne!(Identity::new("k", "ia", &[("", "")]), Identity::new("ki", "a", &[("", "")]));
    }
}
