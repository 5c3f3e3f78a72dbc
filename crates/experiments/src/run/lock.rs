//! The right to write a folder of results, and what is done where a file system knows no locks.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Once;

use crate::{Error, Result};

/// ENOSYS, ENOLCK, EOPNOTSUPP and ENOTSUPP: the answers of NFS, Lustre and others that have no locks.
const NO_LOCKS: [i32; 4] = [38, 37, 95, 524];

/// The right to write a folder; given back when it is dropped or its process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `folder`, which must exist, waiting for another process if need be.
    ///
    /// Where the file system has no locks, a warning says so once, and the work goes on.
    ///
    /// # Errors
    /// [`Error::File`] if the lock cannot be written, [`Error::LockIsLink`] if it is a symbolic link.
    pub fn take(folder: &Path) -> Result<Self> {
        if let Some(lock) = Self::try_take(folder)? {
            return Ok(lock);
        }
        tracing::warn!("another process writes {}; waiting for it", folder.display());
        let (path, file) = open(folder)?;
        file.lock().map_err(Error::file(&path, "locked"))?;
        Ok(Self { _file: file })
    }

    /// The lock of `folder`, unless another process has it.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub fn try_take(folder: &Path) -> Result<Option<Self>> {
        let (path, file) = open(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) if source.raw_os_error().is_some_and(|code| NO_LOCKS.contains(&code)) => {
                warn_once(folder);
                Ok(Some(Self { _file: file }))
            }
            Err(TryLockError::Error(source)) => Err(Error::file(&path, "locked")(source)),
        }
    }
}

/// Opens the file that is locked, and never one that it points at.
fn open(folder: &Path) -> Result<(PathBuf, File)> {
    let path = folder.join("lock");
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).custom_flags(libc::O_NOFOLLOW).open(&path);
    match file {
        Ok(file) => Ok((path, file)),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => Err(Error::LockIsLink { path }),
        Err(error) => Err(Error::file(&path, "written")(error)),
    }
}

fn warn_once(folder: &Path) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        tracing::warn!(
            "the file system of {} has no locks: do not let two processes work on the same results",
            folder.display()
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_held_is_not_taken_and_comes_free() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        assert!(Lock::try_take(folder.path()).unwrap().is_none());
        drop(lock);
        assert!(Lock::try_take(folder.path()).unwrap().is_some());
    }

    #[test]
    fn a_lock_that_is_a_symbolic_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (precious, lock) = (folder.path().join("precious"), folder.path().join("lock"));
        std::fs::write(&precious, "kept").unwrap();
        for target in [precious.clone(), folder.path().join("nothing")] {
            std::os::unix::fs::symlink(&target, &lock).unwrap();
            let message = Lock::take(folder.path()).unwrap_err().to_string();
            assert!(message.contains("symbolic link") && message.contains("lock"), "{message}");
            std::fs::remove_file(&lock).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "kept");
        assert!(!folder.path().join("nothing").exists());
    }
}
