//! A file that holds a secret.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secrecy::zeroize::Zeroizing;
use tokio::runtime::Handle;
use wml_auth_core::AuthError;

const LONGEST: usize = 64 * 1024;
/// How often a file is read that changes meanwhile.
const READINGS: usize = 3;

/// A file that holds a secret and that somebody else keeps fresh, as a cluster does with the tokens that it mounts. It is
/// read anew each time.
///
/// # When it cannot be read
///
/// | the file | what comes of it |
/// | --- | --- |
/// | is missing, and has not been read before | `None` |
/// | is missing, and has been read before: it is being replaced | unreachable, so worth another try |
/// | is empty, or changes each time while it is read: it is being written | unreachable, so worth another try |
/// | is a directory, a pipe or a device; may not be read | misconfigured |
/// | is over 64 KiB | misconfigured |
/// | cannot be read for another reason, such as a stale network mount | unreachable |
///
/// Each error names the path and nothing of what is in the file.
///
/// A symbolic link that is pointed elsewhere in the middle does no harm: what was opened is read to its end, and that is
/// wholly the old file or wholly the new one.
///
/// Clones share whether the file has been read.
#[derive(Clone, Debug)]
pub struct SecretFile {
    what: &'static str,
    path: PathBuf,
    was_read: Arc<AtomicBool>,
}

impl SecretFile {
    /// This file, which need not be there yet. `what` is what errors call it: `token file`.
    pub fn new(what: &'static str, path: impl Into<PathBuf>) -> Self {
        Self { what, path: path.into(), was_read: Arc::default() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it has been read. It stays so when the file goes away.
    pub fn was_read(&self) -> bool {
        self.was_read.load(Ordering::Relaxed)
    }

    /// What is in it, which is not nothing. Within a tokio runtime it is read on a thread for blocking work; outside, on
    /// the caller's.
    ///
    /// # Errors
    ///
    /// By the table above.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind but a reading that nobody waits for.
    pub async fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, AuthError> {
        let read = match Handle::try_current() {
            Ok(runtime) => {
                let file = self.clone();
                runtime.spawn_blocking(move || file.read_now()).await.map_err(|_| {
                    AuthError::unreachable(self.told("was not read before the runtime ended"))
                })??
            }
            Err(_) => self.read_now()?,
        };
        if read.is_some() {
            self.was_read.store(true, Ordering::Relaxed);
        }
        Ok(read)
    }

    /// A sentence about it.
    pub fn told(&self, fault: &str) -> String {
        format!("the {} {} {fault}", self.what, self.path.display())
    }

    fn read_now(&self) -> Result<Option<Zeroizing<Vec<u8>>>, AuthError> {
        for _ in 0..READINGS {
            match self.attempt() {
                Ok(Some(bytes)) if bytes.is_empty() => {
                    return Err(AuthError::unreachable(self.told("is empty"))
                        .with_hint("see whether whoever writes it is running"));
                }
                Ok(Some(bytes)) if bytes.len() > LONGEST => {
                    return Err(AuthError::misconfigured(
                        self.told("is longer than any token: more than 64 KiB"),
                    ));
                }
                Ok(Some(bytes)) => return Ok(Some(bytes)),
                Ok(None) => {}
                Err(error) if error.kind() == ErrorKind::NotFound && !self.was_read() => return Ok(None),
                Err(error) => return Err(self.unreadable(&error)),
            }
        }
        Err(AuthError::unreachable(self.told("changes while it is read")))
    }

    /// `None` if it was changed meanwhile.
    fn attempt(&self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let regular = |metadata: &std::fs::Metadata| match metadata.is_file() {
            true => Ok(()),
            false => Err(io::Error::from(ErrorKind::InvalidFilename)),
        };
        // Looked at before it is opened: opening a pipe would wait for somebody to write into it.
        regular(&std::fs::metadata(&self.path)?)?;
        let mut file = File::open(&self.path)?;
        let before = file.metadata()?;
        regular(&before)?;
        // Room for all that may come, so that growing leaves no copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
        (&mut file).take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
        let after = file.metadata()?;
        let same = before.len() == after.len() && before.modified().ok() == after.modified().ok();
        Ok(same.then_some(bytes))
    }

    fn unreadable(&self, error: &io::Error) -> AuthError {
        match error.kind() {
            ErrorKind::NotFound => AuthError::unreachable(self.told("is not there any more")),
            ErrorKind::PermissionDenied => {
                AuthError::misconfigured(self.told("may not be read by this user"))
            }
            ErrorKind::IsADirectory
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidInput
            | ErrorKind::InvalidFilename => AuthError::misconfigured(self.told("is not a regular file")),
            kind => AuthError::unreachable(self.told(&format!("cannot be read: {kind}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, SecretFile) {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretFile::new("token file", folder.path().join("token"));
        (folder, file)
    }

    #[tokio::test]
    async fn it_is_read_anew_each_time() {
        let (_folder, file) = place();
        for text in ["first", "second"] {
            std::fs::write(file.path(), text).unwrap();
            assert_eq!(&**file.read().await.unwrap().unwrap(), text.as_bytes());
        }
    }

    #[tokio::test]
    async fn a_missing_file_is_no_error_until_it_has_been_there() {
        let (_folder, file) = place();
        assert!(file.read().await.unwrap().is_none() && !file.was_read());
        std::fs::write(file.path(), "t").unwrap();
        file.clone().read().await.unwrap();
        std::fs::remove_file(file.path()).unwrap();
        assert!(file.was_read() && file.read().await.unwrap_err().is_retryable());
    }

    #[tokio::test]
    async fn what_is_no_file_is_a_mistake() {
        let (folder, file) = place();
        std::fs::write(file.path(), "t").unwrap();
        for path in [folder.path().to_owned(), "/dev/null".into(), file.path().join("below"), "a\0b".into()] {
            let error = SecretFile::new("token file", &path).read().await.unwrap_err();
            assert!(error.is_misconfigured() && error.message().contains("token file"), "{path:?}: {error}");
        }
        let long = "x".repeat(LONGEST);
        std::fs::write(file.path(), &long).unwrap();
        file.read().await.unwrap();
        std::fs::write(file.path(), long + "x").unwrap();
        assert!(file.read().await.unwrap_err().is_misconfigured());
    }

    #[tokio::test]
    async fn an_empty_file_is_worth_another_try() {
        let (_folder, file) = place();
        std::fs::write(file.path(), "").unwrap();
        assert!(file.read().await.unwrap_err().is_retryable());
    }

    /// As Kubernetes does it: the file is a link through a link that is renamed.
    #[cfg(unix)]
    #[test]
    fn a_link_that_is_swapped_gives_the_old_or_the_new() {
        use std::os::unix::fs::symlink;
        use std::sync::atomic::AtomicBool;

        let (folder, file) = place();
        let at = |name: &str| folder.path().join(name);
        let texts = ["a", "b"].map(|letter| letter.repeat(20_000));
        for (place, text) in texts.iter().enumerate() {
            std::fs::create_dir(at(&format!("v{place}"))).unwrap();
            std::fs::write(at(&format!("v{place}/token")), text).unwrap();
        }
        symlink("v0", at("data")).unwrap();
        symlink("data/token", file.path()).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let swapping = {
            let (stop, folder) = (Arc::clone(&stop), folder.path().to_owned());
            std::thread::spawn(move || {
                let mut place = 0;
                while !stop.load(Ordering::Relaxed) {
                    place ^= 1;
                    symlink(format!("v{place}"), folder.join("next")).unwrap();
                    std::fs::rename(folder.join("next"), folder.join("data")).unwrap();
                }
            })
        };
        for _ in 0..300 {
            let read = file.read_now().unwrap().unwrap();
            assert!(texts.iter().any(|text| text.as_bytes() == read.as_slice()));
        }
        stop.store(true, Ordering::Relaxed);
        swapping.join().unwrap();
    }

    #[test]
    fn it_needs_no_runtime() {
        let (_folder, file) = place();
        std::fs::write(file.path(), "t").unwrap();
        let mut reading = std::pin::pin!(file.read());
        let polled = reading.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        assert!(matches!(polled, std::task::Poll::Ready(Ok(Some(_)))));
    }
}
