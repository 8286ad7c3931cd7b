//! RS256: the server's two keys, signing and verifying.
//!
//! The keys are files of this crate, so that a server starts without searching for primes. They are public, and worth
//! nothing outside a test.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The names of keys are times, as IAM has it.
const CURRENT: (&str, &[u8]) = ("202410011011", include_bytes!("signing/202410011011.der"));
const PREVIOUS: (&str, &[u8]) = ("202409020842", include_bytes!("signing/202409020842.der"));

/// Signs with the current key and knows the previous one too, as after a rotation.
pub(crate) struct Signer {
    current: SigningKey,
    previous: SigningKey,
    random: SystemRandom,
}

struct SigningKey {
    kid: &'static str,
    pair: KeyPair,
}

/// IAM's header has these two members in this order, and no `typ`.
#[derive(Serialize, Deserialize)]
struct Header {
    kid: String,
    alg: String,
}

impl Signer {
    pub(crate) fn embedded() -> io::Result<Self> {
        Ok(Self {
            current: SigningKey::parse(CURRENT)?,
            previous: SigningKey::parse(PREVIOUS)?,
            random: SystemRandom::new(),
        })
    }

    /// A signed JWT with these claims, which says that this key has signed it, or truly which one did.
    pub(crate) fn sign(&self, claims: &impl Serialize, kid: Option<&str>) -> io::Result<String> {
        let header = Header { kid: kid.unwrap_or(self.current.kid).to_owned(), alg: "RS256".to_owned() };
        let mut token = encode(&header)?;
        token.push('.');
        token.push_str(&encode(claims)?);
        let mut signature = vec![0; self.current.pair.public().modulus_len()];
        self.current
            .pair
            .sign(&RSA_PKCS1_SHA256, &self.random, token.as_bytes(), &mut signature)
            .map_err(|_| io::Error::other("the token cannot be signed"))?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }

    /// The claims of a token that one of the two keys has signed.
    pub(crate) fn verify<C: DeserializeOwned>(&self, token: &str) -> Option<C> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = decode(header)?;
        if header.alg != "RS256" {
            return None;
        }
        let key = [&self.current, &self.previous].into_iter().find(|key| key.kid == header.kid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        key.public().verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).ok()?;
        decode(claims)
    }

    /// The key set document.
    pub(crate) fn key_set(&self) -> Value {
        let keys = [&self.current, &self.previous].map(|key| {
            let PublicKeyComponents { n, e } = key.public();
            json!({
                "kty": "RSA",
                "n": URL_SAFE_NO_PAD.encode(n),
                "e": URL_SAFE_NO_PAD.encode(e),
                "alg": "RS256",
                "kid": key.kid,
            })
        });
        json!({ "keys": keys })
    }
}

impl SigningKey {
    fn parse((kid, der): (&'static str, &[u8])) -> io::Result<Self> {
        let pair = KeyPair::from_pkcs8(der).map_err(|rejected| io::Error::other(rejected.to_string()))?;
        Ok(Self { kid, pair })
    }

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
        let header = encode(&json!({ "kid": CURRENT.0, "alg": "none" })).unwrap();
        let claims = encode(&json!({ "sub": "a" })).unwrap();
        assert_eq!(signer.verify::<Value>(&format!("{header}.{claims}.")), None);
    }
}
