//! One rotation of a place at a time.

use wml_auth_core::AuthError;

use crate::KeyPlace;

/// Held while a rotation runs, and gone with its process. It keeps out the other rotations of this machine in the same
/// folder; where the system has no such locks, nobody.
#[derive(Debug)]
pub(super) struct Lock {
    #[cfg(unix)]
    _folder: std::fs::File,
}

impl Lock {
    /// `None` where the file system has no locks.
    #[cfg(unix)]
    pub(super) fn of(place: &KeyPlace) -> Result<Option<Self>, AuthError> {
        use rustix::fs::{FlockOperation, flock};
        use rustix::io::Errno;

        // The folder, and not the file: that is another one after every change.
        let Some(folder) = place.path().parent() else { return Ok(None) };
        let folder = if folder.as_os_str().is_empty() { std::path::Path::new(".") } else { folder };
        let Ok(folder) = std::fs::File::open(folder) else { return Ok(None) };
        match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _folder: folder })),
            Err(Errno::WOULDBLOCK) => Err(AuthError::misconfigured(format!(
                "another rotation is under way in the folder of {place}"
            ))
            .with_hint("wait until it has ended")),
            Err(_) => Ok(None),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(_: &KeyPlace) -> Result<Option<Self>, AuthError> {
        Ok(None)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let place = KeyPlace::File { path: folder.path().join("key"), key: crate::Key::ApiKey };
        let held = Lock::of(&place).unwrap();
        assert!(held.is_some());
        let error = Lock::of(&place).unwrap_err();
        assert!(error.message().contains("another rotation"), "{error}");
        drop(held);
        assert!(Lock::of(&place).unwrap().is_some());
    }
}
