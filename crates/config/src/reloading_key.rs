//! A login whose key may be replaced while it is in use.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::runtime::Handle;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};

use crate::{ConfigError, KeyPlace};

/// More versions of a key than this do not come about while one token is fetched.
const MOST_KEYS: usize = 4;

type Make = dyn Fn(Secret) -> Result<Arc<dyn TokenSource>, AuthError> + Send + Sync;

/// Reads the key anew for every token, and once more when it is refused.
///
/// So a process picks up a new key without a restart, and a rotation can take the old one away at any time: a fetch
/// that set out with it finds the new one. A place that cannot be read for the moment does no harm, since the last key
/// that worked is tried, too; neither does a new key that not all of IAM knows yet.
pub(crate) struct ReloadingKey {
    place: KeyPlace,
    make: Box<Make>,
    identity: Identity,
    good: Mutex<Keyed>,
}

/// A key, and the source that logs in with it.
#[derive(Clone)]
struct Keyed {
    key: Secret,
    source: Arc<dyn TokenSource>,
}

impl ReloadingKey {
    /// Begins with a key that was read from there.
    pub(crate) fn new<S: TokenSource + 'static>(
        key: Secret,
        place: KeyPlace,
        make: impl Fn(Secret) -> Result<S, AuthError> + Send + Sync + 'static,
    ) -> Result<Self, AuthError> {
        let make = Box::new(move |key| Ok(Arc::new(make(key)?) as Arc<dyn TokenSource>));
        let source: Arc<dyn TokenSource> = make(key.clone())?;
        let first = source.identity();
        // It outlives the key: that of the start stands for all else that shapes the token, and the place for the keys
        // that follow.
        let (at_start, there) = (first.to_string(), place.to_string());
        let inputs = [("first", at_start.as_str()), ("apikey", key.expose()), ("place", there.as_str())];
        let identity = Identity::new(first.kind().to_owned(), first.issuer(), &inputs);
        Ok(Self { place, make, identity, good: Mutex::new(Keyed { key, source }) })
    }

    fn good(&self) -> Keyed {
        self.good.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What stands in the place now. Within a tokio runtime it is read on a thread for blocking work.
    async fn read(&self) -> Result<Secret, ConfigError> {
        let place = self.place.clone();
        match Handle::try_current() {
            Ok(runtime) => match runtime.spawn_blocking(move || place.read()).await {
                Ok(read) => read,
                Err(_) => Err(ConfigError::broken("the runtime ended before the key was read")),
            },
            Err(_) => place.read(),
        }
    }
}

/// # Cancel safety
///
/// Dropping the future gives the exchange up; the next one reads the key anew.
#[async_trait]
impl TokenSource for ReloadingKey {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let good = self.good();
        let mut tried: Vec<Secret> = Vec::new();
        let mut refused: Option<AuthError> = None;
        for _ in 0..MOST_KEYS {
            let written = self.read().await.ok().filter(|key| !tried.contains(key));
            let key = match written {
                Some(key) => key,
                None if !tried.contains(&good.key) => good.key.clone(),
                None => break,
            };
            tried.push(key.clone());
            let keyed = match key == good.key {
                true => Ok(good.clone()),
                false => (self.make)(key.clone()).map(|source| Keyed { key, source }),
            };
            let error = match keyed {
                Ok(keyed) => match keyed.source.fetch().await {
                    Ok(token) => {
                        *self.good.lock().unwrap_or_else(PoisonError::into_inner) = keyed;
                        return Ok(token);
                    }
                    Err(error) if error.is_rejected_credential() => error,
                    Err(error) => return Err(error),
                },
                Err(error) => error,
            };
            // What is said of the key that stands in the place is what a person can mend.
            refused.get_or_insert(error);
        }
        Err(refused.unwrap_or_else(|| AuthError::internal("no key was tried")))
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

impl fmt::Debug for ReloadingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReloadingKey").field("place", &self.place).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows some keys, and hands their names out as tokens. Refusing one, it may put another in its place.
    struct Issuer {
        known: Arc<Mutex<Vec<&'static str>>>,
        key: Secret,
        when_refused: Arc<dyn Fn() + Send + Sync>,
    }

    #[async_trait]
    impl TokenSource for Issuer {
        async fn fetch(&self) -> Result<AccessToken, AuthError> {
            if self.known.lock().unwrap().contains(&self.key.expose()) {
                return Ok(AccessToken::new(self.key.clone()));
            }
            (self.when_refused)();
            Err(AuthError::rejected("refused").with_service_message(self.key.expose()))
        }

        fn identity(&self) -> Identity {
            Identity::new("test", "issuer", &[("key", self.key.expose())])
        }
    }

    struct Stage {
        _folder: tempfile::TempDir,
        place: KeyPlace,
        known: Arc<Mutex<Vec<&'static str>>>,
        source: ReloadingKey,
    }

    impl Stage {
        fn new(when_refused: impl Fn(&KeyPlace) + Send + Sync + 'static) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let place = KeyPlace::File { path: folder.path().join("key"), key: crate::Key::ApiKey };
            std::fs::write(place.path(), "one").unwrap();
            let known = Arc::new(Mutex::new(vec!["one"]));
            let (keys, there) = (known.clone(), place.clone());
            let when_refused: Arc<dyn Fn() + Send + Sync> = Arc::new(move || when_refused(&there));
            let make = move |key| Ok(Issuer { known: keys.clone(), key, when_refused: when_refused.clone() });
            let source = ReloadingKey::new("one".into(), place.clone(), make).unwrap();
            Self { _folder: folder, place, known, source }
        }

        fn put(&self, key: &str) {
            std::fs::write(self.place.path(), key).unwrap();
        }

        async fn fetched(&self) -> Result<String, AuthError> {
            self.source.fetch().await.map(|token| token.secret().expose().to_owned())
        }
    }

    #[tokio::test]
    async fn a_new_key_is_used_from_the_next_token_on() {
        let stage = Stage::new(|_| {});
        let identity = stage.source.identity();
        assert_eq!(stage.fetched().await.unwrap(), "one");
        stage.put("two\n");
        stage.known.lock().unwrap().push("two");
        assert_eq!(stage.fetched().await.unwrap(), "two");
        assert_eq!(stage.source.identity(), identity);
    }

    #[tokio::test]
    async fn a_key_that_was_replaced_on_the_way_is_found() {
        let stage = Stage::new(|place| std::fs::write(place.path(), "two").unwrap());
        *stage.known.lock().unwrap() = vec!["two"];
        assert_eq!(stage.fetched().await.unwrap(), "two");
    }

    #[tokio::test]
    async fn a_key_that_nobody_knows_yet_and_a_file_that_is_gone_do_no_harm() {
        let stage = Stage::new(|_| {});
        stage.put("two");
        assert_eq!(stage.fetched().await.unwrap(), "one", "the last that worked");
        stage.put("");
        assert_eq!(stage.fetched().await.unwrap(), "one");
        std::fs::remove_file(stage.place.path()).unwrap();
        assert_eq!(stage.fetched().await.unwrap(), "one");
    }

    #[tokio::test]
    async fn when_all_are_refused_the_one_in_the_place_is_spoken_of() {
        let stage = Stage::new(|_| {});
        stage.known.lock().unwrap().clear();
        stage.put("two");
        let error = stage.fetched().await.unwrap_err();
        assert!(error.is_rejected_credential());
        assert_eq!(error.service_message(), Some("two"));
    }

    #[tokio::test]
    async fn a_place_that_changes_with_every_look_ends_all_the_same() {
        let count = Arc::new(Mutex::new(0));
        let counted = count.clone();
        let stage = Stage::new(move |place| {
            let mut count = counted.lock().unwrap();
            *count += 1;
            std::fs::write(place.path(), format!("wrong {count}")).unwrap();
        });
        stage.known.lock().unwrap().clear();
        assert!(stage.fetched().await.unwrap_err().is_rejected_credential());
        assert_eq!(*count.lock().unwrap(), MOST_KEYS);
    }
}
