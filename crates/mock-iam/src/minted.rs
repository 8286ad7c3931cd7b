//! Tokens that may be given out again, where the server was told so: one per identity and second.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::jwt::Life;
use crate::token::Login;

/// The tokens of the current second, and the answers around them where these are the same for everybody.
#[derive(Default)]
pub(crate) struct Minted {
    kept: AtomicBool,
    tokens: Shelf<Box<RawValue>>,
    /// Apart from the tokens, because an answer is made of one.
    answers: Shelf<Bytes>,
}

struct Shelf<T>(Mutex<Second<T>>);

/// What was made in one second.
struct Second<T> {
    iat: i64,
    by_login: HashMap<Key, T>,
}

/// All that decides what is in a token, besides its number.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    iam_id: String,
    authn: Option<String>,
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
        match self.kept.load(Ordering::Relaxed) {
            true => self.tokens.find_or(Key::new(login, client_id, life), life.iat, make),
            false => make(),
        }
    }

    /// The whole answer to such a login, where it says nothing that is for one caller only.
    pub(crate) fn answer<E>(
        &self,
        login: &Login,
        client_id: &'static str,
        life: Life,
        make: impl FnOnce() -> Result<Bytes, E>,
    ) -> Result<Bytes, E> {
        match self.kept.load(Ordering::Relaxed) {
            true => self.answers.find_or(Key::new(login, client_id, life), life.iat, make),
            false => make(),
        }
    }

    /// Forgets them: one was revoked, or the key that signed them is no longer the one that signs.
    pub(crate) fn forget(&self) {
        self.tokens.second().by_login.clear();
        self.answers.second().by_login.clear();
    }
}

impl Key {
    fn new(login: &Login, client_id: &'static str, life: Life) -> Self {
        Self {
            iam_id: login.identity.iam_id.clone(),
            authn: login.authn.as_ref().map(|authn| authn.iam_id.clone()),
            grant_type: login.grant_type,
            client_id,
            exp: life.exp,
        }
    }
}

impl<T> Shelf<T> {
    fn find_or<E>(&self, key: Key, iat: i64, make: impl FnOnce() -> Result<T, E>) -> Result<T, E>
    where
        T: Clone,
    {
        let mut second = self.second();
        if second.iat != iat {
            *second = Second { iat, by_login: HashMap::new() };
        }
        if let Some(found) = second.by_login.get(&key) {
            return Ok(found.clone());
        }
        let made = make()?;
        second.by_login.insert(key, made.clone());
        Ok(made)
    }

    fn second(&self) -> MutexGuard<'_, Second<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::new(Second { iat: 0, by_login: HashMap::new() }))
    }
}
