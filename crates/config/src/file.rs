//! Reading a configuration file without surprises.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use wml_auth_core::Secret;

use crate::ConfigError;

/// No configuration file is anywhere near this long: a longer one is a mistake, or an attempt to use up the memory.
pub(crate) const LARGEST: u64 = 1024 * 1024;

/// Why a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFault {
    Missing,
    NotAFile,
    TooLarge,
    NotUtf8,
    Unreadable(ErrorKind),
}

/// The text of a file, without a byte-order mark. All of it is handled as a secret, because it may hold one.
pub(crate) fn read(path: &Path) -> Result<Secret, FileFault> {
    // Looked at before it is opened: opening a pipe that nobody writes to would wait for ever.
    let metadata = std::fs::metadata(path).map_err(|error| fault(error.kind()))?;
    if !metadata.is_file() {
        return Err(FileFault::NotAFile);
    }
    if metadata.len() > LARGEST {
        return Err(FileFault::TooLarge);
    }
    // Reserved in full, so that growing leaves no copies behind.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 64);
    let mut file = File::open(path).map_err(|error| fault(error.kind()))?.take(LARGEST + 1);
    file.read_to_end(&mut bytes).map_err(|error| fault(error.kind()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(FileFault::TooLarge);
    }
    let text = Secret::new(String::from_utf8(bytes).map_err(|_| FileFault::NotUtf8)?);
    Ok(match text.expose().strip_prefix('\u{feff}') {
        Some(rest) => Secret::from(rest),
        None => text,
    })
}

/// Whether the file begins with a byte-order mark, which [`read`] leaves out.
pub(crate) fn has_mark(path: &Path) -> bool {
    let mut first = [0; 3];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == *b"\xef\xbb\xbf"
}

fn fault(kind: ErrorKind) -> FileFault {
    match kind {
        ErrorKind::NotFound | ErrorKind::NotADirectory => FileFault::Missing,
        other => FileFault::Unreadable(other),
    }
}

/// The permission bits, when they let the group or others read the file. Always none where there are no such bits.
pub(crate) fn open_to_others(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
        (mode & 0o044 != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

impl FileFault {
    /// The error about a file that has to be there.
    pub(crate) fn into_error(self, path: &Path) -> ConfigError {
        let error = ConfigError::broken(format!("the file {self}")).in_file(path);
        match self {
            Self::NotUtf8 => error.with_hint("save it as UTF-8"),
            Self::NotAFile => error.with_hint("name the file itself"),
            _ => error,
        }
    }
}

/// Completes a sentence that begins with "the file".
impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("does not exist"),
            Self::NotAFile => f.write_str("is a directory or a device"),
            Self::TooLarge => f.write_str("is larger than 1 MiB"),
            Self::NotUtf8 => f.write_str("is not UTF-8"),
            Self::Unreadable(kind) => write!(f, "cannot be read: {kind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = directory.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        assert_eq!(read(&directory.path().join("none")), Err(FileFault::Missing));
        assert_eq!(read(directory.path()), Err(FileFault::NotAFile));
        assert_eq!(read(&write("latin", b"caf\xe9")), Err(FileFault::NotUtf8));
        assert_eq!(read(&write("large", &vec![b'x'; 1024 * 1024 + 1])), Err(FileFault::TooLarge));
        assert!(read(&write("full", &vec![b'x'; 1024 * 1024])).is_ok());
        assert_eq!(read(&write("bom", b"\xef\xbb\xbfabc")), Ok(Secret::from("abc")));
        assert_eq!(read(&write("below", b"").join("x")), Err(FileFault::Missing));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        let with_mode = |mode| {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            open_to_others(file.path())
        };
        assert_eq!(with_mode(0o600), None);
        assert_eq!(with_mode(0o700), None);
        assert_eq!(with_mode(0o640), Some(0o640));
        assert_eq!(with_mode(0o604), Some(0o604));
    }
}
