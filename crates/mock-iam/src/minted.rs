//! Tokens that may be given out again, where the server was told so: one per identity and second.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use crate::jwt::Life;
use crate::token::Login;

/// The tokens of the current second.
#[derive(Default)]
pub(crate) struct Minted {
    kept: AtomicBool,
    tokens: Mutex<Tokens>,
}

#[derive(Default)]
struct Tokens {
    second: i64,
    by_login: HashMap<Key, Box<RawValue>>,
}

/// All that decides what is in a token, besides its number.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    iam_id: String,
    authn: String,
    grant_type: &'static str,
    client_id: &'static str,
    exp: i64,
}

impl Minted {
    pub(crate) fn keep(&self, kept: bool) {
        self.kept.store(kept, Ordering::Relaxed);
    }

    /// A token that was made this second for this login, or else a new one.
    pub(crate) fn token<E>(
        &self,
        login: &Login,
        client_id: &'static str,
        life: Life,
        make: impl FnOnce() -> Result<Box<RawValue>, E>,
    ) -> Result<Box<RawValue>, E> {
        if !self.kept.load(Ordering::Relaxed) {
            return make();
        }
        let key = Key {
            iam_id: login.identity.iam_id.clone(),
            authn: login.authn.iam_id.clone(),
            grant_type: login.grant_type,
            client_id,
            exp: life.exp,
        };
        let mut tokens = self.tokens();
        if tokens.second != life.iat {
            *tokens = Tokens { second: life.iat, by_login: HashMap::new() };
        }
        if let Some(token) = tokens.by_login.get(&key) {
            return Ok(token.clone());
        }
        let token = make()?;
        tokens.by_login.insert(key, token.clone());
        Ok(token)
    }

    /// Forgets them: one was revoked, or the key that signed them is no longer the one that signs.
    pub(crate) fn forget(&self) {
        self.tokens().by_login.clear();
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
