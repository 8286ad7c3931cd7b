//! A token in a file.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::zeroize::Zeroizing;
use tokio::runtime::Handle;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};

use crate::token_text::{self, UNKNOWN_LIFE};

const LONGEST: usize = 64 * 1024;

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
/// | is missing, and has been read before: it is being replaced | unreachable, so worth another try |
/// | is empty: it is being written | unreachable, so worth another try |
/// | is a directory, a pipe or a device; may not be read | misconfigured |
/// | is over 64 KiB, not UTF-8, or holds no token | misconfigured |
/// | cannot be read for another reason, such as a stale network mount | unreachable |
///
/// Each names the path and nothing of what is in the file. Whatever the error, the engine goes on with the last good
/// token while that lives.
#[derive(Clone, Debug)]
pub struct TokenFile {
    path: PathBuf,
    interval: Duration,
    was_read: Arc<AtomicBool>,
}

impl TokenFile {
    /// Reads this file. It need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), interval: UNKNOWN_LIFE, was_read: Arc::default() }
    }

    /// After how long a token that does not say when it expires is read again. At least a second; a minute unless set.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(Duration::from_secs(1));
        self
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn read(path: &Path, was_read: bool) -> Result<Secret, AuthError> {
    let told = |fault: &str| format!("the token file {} {fault}", path.display());
    let unreadable = |error: io::Error| match error.kind() {
        ErrorKind::NotFound if was_read => AuthError::unreachable(told("is not there any more")),
        ErrorKind::NotFound => AuthError::misconfigured(told("does not exist"))
            .with_hint("check the path, and that whoever writes the file is running"),
        ErrorKind::PermissionDenied => AuthError::misconfigured(told("may not be read by this user")),
        ErrorKind::NotADirectory | ErrorKind::InvalidInput | ErrorKind::InvalidFilename => {
            AuthError::misconfigured(told("is not a path of a file"))
        }
        kind => AuthError::unreachable(told(&format!("cannot be read: {kind}"))),
    };
    // Looked at before it is opened: opening a pipe would wait for somebody to write into it.
    let is_file = std::fs::metadata(path).map_err(unreadable)?.is_file();
    if !is_file {
        return Err(AuthError::misconfigured(told("is not a regular file")));
    }
    // Room for all that may come, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    File::open(path)
        .and_then(|file| file.take(LONGEST as u64 + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.is_empty() {
        return Err(
            AuthError::unreachable(told("is empty")).with_hint("see whether whoever writes it is running")
        );
    }
    if bytes.len() > LONGEST {
        return Err(AuthError::misconfigured(told("is longer than any token: more than 64 KiB")));
    }
    token_text::from_bytes(&bytes).map_err(|fault| {
        AuthError::misconfigured(told(&format!("does not hold a token: {fault}")))
            .with_hint("the file has to hold the token alone, on one line")
    })
}

/// # Cancel safety
///
/// Dropping the future leaves nothing behind but a read that nobody waits for. Within a tokio runtime the file is read
/// on a thread for blocking work; outside, on the caller's.
#[async_trait]
impl TokenSource for TokenFile {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let (path, was_read) = (self.path.clone(), self.was_read.load(Ordering::Relaxed));
        let token = match Handle::try_current() {
            Ok(runtime) => runtime
                .spawn_blocking(move || read(&path, was_read))
                .await
                .map_err(|_| AuthError::unreachable("the runtime ended before the token file was read"))??,
            Err(_) => read(&path, was_read)?,
        };
        self.was_read.store(true, Ordering::Relaxed);
        Ok(token_text::with_life(token, self.interval))
    }

    fn identity(&self) -> Identity {
        let path = self.path.to_string_lossy();
        Identity::new("token-file", &path, &[("interval", &format!("{:?}", self.interval))])
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::token_text::tests::jwt;

    struct Place {
        folder: tempfile::TempDir,
        source: TokenFile,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let source = TokenFile::new(folder.path().join("token"));
        Place { folder, source }
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
    async fn an_empty_file_is_worth_another_try() {
        let place = place();
        place.write("");
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
        place.write("x".repeat(LONGEST));
        place.source.fetch().await.unwrap();
    }

    #[tokio::test]
    async fn what_is_no_file_is_a_mistake() {
        let mut place = place();
        place.source = TokenFile::new(place.folder.path());
        assert!(place.refusal().await.is_misconfigured());
        place.source = TokenFile::new("/dev/null");
        assert!(place.refusal().await.is_misconfigured());
        let file = place.folder.path().join("file");
        std::fs::write(&file, "t").unwrap();
        place.source = TokenFile::new(file.join("below"));
        assert!(place.refusal().await.is_misconfigured());
        place.source = TokenFile::new("a\0b");
        assert!(place.source.fetch().await.unwrap_err().is_misconfigured());
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
