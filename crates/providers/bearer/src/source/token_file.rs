//! A token in a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Identity, TokenSource};
use wml_auth_iam::SecretFile;

use crate::token_text::{self, UNKNOWN_LIFE};

/// Reads a token from a file, anew at every fetch: for a file that somebody else keeps fresh, as a cluster does with
/// a mounted service account token.
///
/// A JWT lives until its `exp`. Any other token is read again after a minute, or [what was
/// set](Self::with_interval).
///
/// ```
/// use std::time::Duration;
/// use wml_auth_bearer::TokenFile;
///
/// let source = TokenFile::new("/var/run/secrets/tokens/watsonx").with_interval(Duration::from_secs(300));
/// ```
///
/// # When it cannot be read
///
/// | the file | error |
/// | --- | --- |
/// | is missing, and has not been read before | misconfigured |
/// | is not UTF-8, or holds no token | misconfigured |
/// | any other fault | as [`SecretFile`] says |
///
/// Each names the path and nothing of what is in the file. Whatever the error, the engine goes on with the last good
/// token while that lives.
#[derive(Clone, Debug)]
pub struct TokenFile {
    file: SecretFile,
    interval: Duration,
}

impl TokenFile {
    /// Reads this file. It need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { file: SecretFile::new("token file", path), interval: UNKNOWN_LIFE }
    }

    /// After how long a token that does not say when it expires is read again. At least a second; a minute unless set.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(Duration::from_secs(1));
        self
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

/// # Cancel safety
///
/// Dropping the future leaves nothing behind but a read that nobody waits for. Within a tokio runtime the file is read
/// on a thread for blocking work; outside, on the caller's.
#[async_trait]
impl TokenSource for TokenFile {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let bytes = self.file.read().await?.ok_or_else(|| {
            AuthError::misconfigured(self.file.told("does not exist"))
                .with_hint("check the path, and that whoever writes the file is running")
        })?;
        let token = token_text::from_bytes(&bytes).map_err(|fault| {
            AuthError::misconfigured(self.file.told(&format!("does not hold a token: {fault}")))
                .with_hint("the file has to hold the token alone, on one line")
        })?;
        Ok(token_text::with_life(token, self.interval))
    }

    fn identity(&self) -> Identity {
        let path = self.path().to_string_lossy();
        Identity::new("token-file", &path, &[("interval", &format!("{:?}", self.interval))])
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::token_text::tests::jwt;

    struct Place {
        _folder: tempfile::TempDir,
        source: TokenFile,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let source = TokenFile::new(folder.path().join("token"));
        Place { _folder: folder, source }
    }

    impl Place {
        fn write(&self, bytes: impl AsRef<[u8]>) {
            std::fs::write(self.source.path(), bytes).unwrap();
        }

        async fn refusal(&self) -> AuthError {
            let error = self.source.fetch().await.unwrap_err();
            assert!(error.message().contains(&self.source.path().display().to_string()), "{error}");
            assert!(!format!("{error:?} {:?}", error.hint()).contains("hunter2"), "{error:?}");
            error
        }
    }

    #[tokio::test]
    async fn the_file_is_read_again_at_every_fetch() {
        let place = place();
        for token in ["first", "second"] {
            place.write(format!("\u{feff}Bearer {token}\r\n"));
            let fetched = place.source.fetch().await.unwrap();
            assert_eq!(fetched.secret().expose(), token);
            assert_eq!((fetched.expires_in(), fetched.expires_at()), (Some(UNKNOWN_LIFE), None));
        }
        let patient = place.source.clone().with_interval(Duration::from_secs(300));
        assert_eq!(patient.fetch().await.unwrap().expires_in(), Some(Duration::from_secs(300)));
        assert_ne!(patient.identity(), place.source.identity());
    }

    #[tokio::test]
    async fn a_jwt_lives_until_it_says() {
        let place = place();
        place.write(jwt(r#"{"exp":1700003600}"#));
        let token = place.source.fetch().await.unwrap();
        assert_eq!(token.expires_at(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_003_600)));
        assert_eq!(token.expires_in(), None);
    }

    #[tokio::test]
    async fn a_missing_file_is_a_mistake_until_it_has_been_there() {
        let place = place();
        assert!(place.refusal().await.is_misconfigured());
        place.write("t");
        place.source.fetch().await.unwrap();
        std::fs::remove_file(place.source.path()).unwrap();
        assert!(place.refusal().await.is_retryable());
    }

    #[tokio::test]
    async fn what_holds_no_token_is_a_mistake() {
        let place = place();
        let long = "hunter2".repeat(10_000);
        for bytes in
            [&b"\n"[..], b"hunter2\n\n", b"hunter2 x", b"\xff\xfehunter2", b"hunter2\0", long.as_bytes()]
        {
            place.write(bytes);
            assert!(place.refusal().await.is_misconfigured(), "{bytes:?}");
        }
    }

    #[test]
    fn it_needs_no_runtime() {
        let place = place();
        place.write("t");
        let mut fetching = place.source.fetch();
        let polled = fetching.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        assert!(matches!(polled, std::task::Poll::Ready(Ok(_))));
    }
}
