//! Writing a file that is nobody's to read but its owner's.

use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use wml_auth_core::Secret;

use crate::ConfigError;

/// Writes `text` as the whole content of a file that only its owner may read and write (mode 0600, where there are
/// modes), whatever its mode was before.
///
/// All or nothing: whoever reads the file at any time, or after a crash, finds the old content or the new one. A folder
/// that is missing is made, with mode 0700. Where `path` is a symbolic link, the file that it leads to is written.
///
/// Two writers do not disturb each other, but the later one wins.
///
/// ```
/// use wml_auth_config::write_private;
/// use wml_auth_core::Secret;
///
/// # let home = tempfile::tempdir().unwrap();
/// let file = home.path().join("wml-auth/refresh-token");
/// write_private(&file, &Secret::from("…"))?;
/// assert_eq!(std::fs::read_to_string(&file).unwrap(), "…");
/// # Ok::<(), wml_auth_config::ConfigError>(())
/// ```
///
/// # Errors
///
/// [`ConfigError::is_broken`], naming the file and the operating system's reason. The old content is then untouched.
pub fn write_private(path: &Path, text: &Secret) -> Result<(), ConfigError> {
    replace(path, text.expose().as_bytes()).map_err(|error| {
        ConfigError::broken(format!("the file cannot be written: {}", error.kind()))
            .in_file(path)
            .with_hint("see that its folder exists, is yours, and has room")
    })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = match std::fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    make_folder(&folder)?;
    // In the same folder, because a file cannot be moved in one step from one file system to another.
    let mut file = NamedTempFile::with_prefix_in(".wml-auth-", &folder)?;
    only_for_its_owner(file.as_file())?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    // Not every file system can do this, and the new name is in place either way.
    #[cfg(unix)]
    let _ = std::fs::File::open(&folder).and_then(|folder| folder.sync_all());
    Ok(())
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

fn only_for_its_owner(file: &std::fs::File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    let _ = file;
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn file_and_folder_are_the_owners_alone() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("a/b/profiles.toml");
        write_private(&file, &Secret::from("one")).unwrap();
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        write_private(&file, &Secret::from("two")).unwrap();
        assert_eq!((mode(&file), std::fs::read_to_string(&file).unwrap().as_str()), (0o600, "two"));
        assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_link_stays_and_its_file_is_written() {
        let home = tempfile::tempdir().unwrap();
        let (file, link) = (home.path().join("real"), home.path().join("link"));
        std::fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        write_private(&link, &Secret::from("new")).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    }

    #[test]
    fn what_cannot_be_written_is_an_error_that_names_the_file() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("file"), "").unwrap();
        let below = home.path().join("file/profiles.toml");
        let error = write_private(&below, &Secret::from("s3cr3t")).unwrap_err();
        assert!(error.is_broken() && error.to_string().contains("file/profiles.toml"), "{error}");
        assert!(!format!("{error:?}").contains("s3cr3t"));
    }
}
