//! RS256: the server's keys, their rotation, signing and verifying.
//!
//! The keys are files of this crate, so that a server starts without searching for primes. They are public, and worth
//! nothing outside a test.

use std::io;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::error::KeyRejected;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The names of keys are times, as IAM has it. The first is retiring when a server starts, the second signs, and the
/// others come with rotations.
const EMBEDDED: [(u64, &[u8]); 4] = [
    (202_409_020_842, include_bytes!("signing/202409020842.der")),
    (202_410_011_011, include_bytes!("signing/202410011011.der")),
    (202_411_041_355, include_bytes!("signing/202411041355.der")),
    (202_412_021_120, include_bytes!("signing/202412021120.der")),
];
/// How many keys a server starts with.
const AT_START: usize = 2;
/// The keys as they are read for the first time: checking one takes longer than all else that a server does to start.
static PAIRS: [OnceLock<Arc<KeyPair>>; EMBEDDED.len()] = [const { OnceLock::new() }; EMBEDDED.len()];
/// What makes a name a year younger, for those who rotate more often than there are keys.
const YEAR: u64 = 1_0000_0000;

/// Signs with the newest key, and knows those before it until they are retired.
pub(crate) struct Signer {
    ring: RwLock<Ring>,
    random: SystemRandom,
}

struct Ring {
    /// The newest first.
    keys: Vec<SigningKey>,
    /// How many there have been.
    made: usize,
}

struct SigningKey {
    kid: String,
    pair: Arc<KeyPair>,
}

/// IAM's header has these two members in this order, and no `typ`.
#[derive(Serialize, Deserialize)]
struct Header {
    kid: String,
    alg: String,
}

impl Signer {
    pub(crate) fn embedded() -> io::Result<Self> {
        // A broken key is an error here, and not when somebody asks for a token.
        for at in 0..AT_START {
            pair(at).map_err(|rejected| io::Error::other(rejected.to_string()))?;
        }
        let signer =
            Self { ring: RwLock::new(Ring { keys: Vec::new(), made: 0 }), random: SystemRandom::new() };
        signer.restart();
        Ok(signer)
    }

    /// The two keys of the start, and no other.
    pub(crate) fn restart(&self) {
        *self.ring_mut() = Ring { keys: Vec::new(), made: 0 };
        for _ in 0..AT_START {
            self.rotate();
        }
    }

    /// Signs with a new key from now on. The ones before are still published. The new one's name is given back.
    pub(crate) fn rotate(&self) -> String {
        let mut ring = self.ring_mut();
        let (cycle, at) = (ring.made / EMBEDDED.len(), ring.made % EMBEDDED.len());
        let (Some((time, _)), Ok(pair)) = (EMBEDDED.get(at), pair(at)) else { return String::new() };
        let kid = (time + YEAR * cycle as u64).to_string();
        ring.keys.insert(0, SigningKey { kid: kid.clone(), pair });
        ring.made += 1;
        kid
    }

    /// Forgets a key, unless it is the one that signs. Whether it was there.
    pub(crate) fn retire(&self, kid: &str) -> bool {
        let mut ring = self.ring_mut();
        let found = ring.keys.iter().skip(1).position(|key| key.kid == kid);
        found.map(|older| ring.keys.remove(older + 1)).is_some()
    }

    /// The names of the published keys, the signing one first.
    pub(crate) fn kids(&self) -> Vec<String> {
        self.ring().keys.iter().map(|key| key.kid.clone()).collect()
    }

    /// A signed JWT with these claims, which says that this key has signed it, or truly which one did.
    pub(crate) fn sign(&self, claims: &impl Serialize, kid: Option<&str>) -> io::Result<String> {
        let ring = self.ring();
        let key = ring.keys.first().ok_or_else(|| io::Error::other("there is no key to sign with"))?;
        let header = Header { kid: kid.unwrap_or(&key.kid).to_owned(), alg: "RS256".to_owned() };
        let mut token = encode(&header)?;
        token.push('.');
        token.push_str(&encode(claims)?);
        let mut signature = vec![0; key.pair.public().modulus_len()];
        key.pair
            .sign(&RSA_PKCS1_SHA256, &self.random, token.as_bytes(), &mut signature)
            .map_err(|_| io::Error::other("the token cannot be signed"))?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }

    /// The claims of a token that one of the published keys has signed.
    pub(crate) fn verify<C: DeserializeOwned>(&self, token: &str) -> Option<C> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = decode(header)?;
        if header.alg != "RS256" {
            return None;
        }
        let ring = self.ring();
        let key = ring.keys.iter().find(|key| key.kid == header.kid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        key.public().verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).ok()?;
        decode(claims)
    }

    /// The key set document.
    pub(crate) fn key_set(&self) -> Value {
        let ring = self.ring();
        let keys = ring.keys.iter().map(|key| {
            let PublicKeyComponents { n, e } = key.public();
            json!({
                "kty": "RSA",
                "n": URL_SAFE_NO_PAD.encode(n),
                "e": URL_SAFE_NO_PAD.encode(e),
                "alg": "RS256",
                "kid": key.kid,
            })
        });
        json!({ "keys": keys.collect::<Vec<_>>() })
    }

    fn ring(&self) -> RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_mut(&self) -> RwLockWriteGuard<'_, Ring> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the key of this number is made of, read once in a process.
fn pair(at: usize) -> Result<Arc<KeyPair>, KeyRejected> {
    let (Some(slot), Some((_, der))) = (PAIRS.get(at), EMBEDDED.get(at)) else {
        return KeyPair::from_pkcs8(&[]).map(Arc::new);
    };
    if let Some(pair) = slot.get() {
        return Ok(Arc::clone(pair));
    }
    let pair = Arc::new(KeyPair::from_pkcs8(der)?);
    Ok(Arc::clone(slot.get_or_init(|| pair)))
}

impl SigningKey {
    fn public(&self) -> PublicKeyComponents<Vec<u8>> {
        PublicKeyComponents::from(self.pair.public())
    }
}

fn encode(part: &impl Serialize) -> io::Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(part)?))
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_token_verifies_and_a_changed_one_does_not() {
        let signer = Signer::embedded().unwrap();
        let token = signer.sign(&json!({ "sub": "a" }), None).unwrap();
        assert_eq!(signer.verify::<Value>(&token), Some(json!({ "sub": "a" })));

        let forged = encode(&json!({ "sub": "b" })).unwrap();
        let mut parts = token.split('.').map(str::to_owned).collect::<Vec<_>>();
        parts[1] = forged;
        assert_eq!(signer.verify::<Value>(&parts.join(".")), None);
        assert_eq!(signer.verify::<Value>("a.b.c"), None);
        assert_eq!(signer.verify::<Value>(""), None);
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let signer = Signer::embedded().unwrap();
        let header = encode(&json!({ "kid": signer.kids()[0], "alg": "none" })).unwrap();
        let claims = encode(&json!({ "sub": "a" })).unwrap();
        assert_eq!(signer.verify::<Value>(&format!("{header}.{claims}.")), None);
    }

    #[test]
    fn names_stay_apart_when_rotation_goes_round() {
        let signer = Signer::embedded().unwrap();
        let mut kids = signer.kids();
        assert_eq!(kids, ["202410011011", "202409020842"]);
        for _ in 0..8 {
            kids.push(signer.rotate());
        }
        kids.sort();
        let count = kids.len();
        kids.dedup();
        assert_eq!(kids.len(), count);
        assert_eq!(signer.kids().len(), 10);
        signer.restart();
        assert_eq!(signer.kids(), ["202410011011", "202409020842"]);
    }
}
