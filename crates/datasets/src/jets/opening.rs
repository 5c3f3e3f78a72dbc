//! Opening an HDF5 file to read, with what to do if that fails.
//!
//! HDF5 locks a file that it reads against programs that write it. Some network file systems have no locks; such a file
//! is read without.

use crate::{Error, Result};
use hdf5::File;
use std::io;
use std::path::Path;
use std::sync::Once;

/// The system's answers where a file system has no locks: ENOLCK, ENOSYS, EOPNOTSUPP, and ENOTSUPP of the kernel itself.
const NO_LOCKS: [i32; 4] = [37, 38, 95, 524];
/// The system's answers where another program holds the lock: EAGAIN and EACCES.
const LOCKED: [i32; 2] = [11, 13];

/// Opens the file at `path` to read.
///
/// # Errors
/// [`Error::Missing`], [`Error::Unreadable`], [`Error::InUse`], [`Error::LeftOpen`] or [`Error::NotHdf5`].
pub(super) fn open_hdf5(path: &Path) -> Result<File> {
    // HDF5 says little about why it cannot open a file; the system says it well.
    let metadata = std::fs::metadata(path).map_err(|source| Error::unreadable(path, source))?;
    if !metadata.is_file() {
        return Err(Error::unreadable(path, io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file")));
    }
    std::fs::File::open(path).map_err(|source| Error::unreadable(path, source))?;
    match File::open(path) {
        Err(cause) if lock_errno(&cause).is_some_and(|errno| NO_LOCKS.contains(&errno)) => {
            warn_once(path);
            let unlocked = File::with_options().with_fapl(|access| access.file_locking(false)).open(path);
            unlocked.map_err(|cause| refusal(path, &cause))
        }
        opened => opened.map_err(|cause| refusal(path, &cause)),
    }
}

/// One warning a process: a file is opened several times, and the others lie beside it.
fn warn_once(path: &Path) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        tracing::warn!(
            "the file system of {} has no locks: data are read without, do not write to them meanwhile",
            path.display()
        );
    });
}

fn refusal(path: &Path, cause: &hdf5::Error) -> Error {
    let path = path.to_owned();
    if lock_errno(cause).is_some_and(|errno| LOCKED.contains(&errno)) {
        return Error::InUse { path };
    }
    if let Some(errno) = lock_errno(cause) {
        return Error::Unreadable { path, source: io::Error::from_raw_os_error(errno) };
    }
    let marked = |text: &str| text.contains("already open for write") || text.contains("not already open for SWMR");
    if messages(cause).iter().any(|text| marked(text)) {
        return Error::LeftOpen { path };
    }
    Error::NotHdf5 { path, cause: cause.to_string() }
}

/// The system's error number, if HDF5 failed at locking the file.
fn lock_errno(cause: &hdf5::Error) -> Option<i32> {
    messages(cause).iter().find(|text| text.contains("unable to lock file")).and_then(|text| errno(text))
}

/// The number in "unable to lock file, errno = 11, error message = '...'".
fn errno(message: &str) -> Option<i32> {
    let (_, rest) = message.split_once("errno = ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What each of HDF5's functions said, the outermost first.
fn messages(cause: &hdf5::Error) -> Vec<String> {
    cause.stack().map_or_else(Vec::new, |stack| stack.iter().map(|frame| frame.desc().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_systems_error_number_is_read_from_what_hdf5_says() {
        let message = "unable to lock file, errno = 524, error message = 'Unknown error 524'";
        assert_eq!(errno(message), Some(524));
        assert_eq!(errno("unable to lock file"), None);
    }

    #[test]
    fn a_file_open_for_writing_elsewhere_is_in_use_and_not_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("open.h5");
        drop(File::create(&path).unwrap());
        // The lock of another open file description is the lock of another program.
        let writer = std::fs::File::open(&path).unwrap();
        writer.lock().unwrap();
        let error = open_hdf5(&path).unwrap_err();
        assert!(matches!(&error, Error::InUse { path: named } if *named == path), "{error}");
        let text = error.to_string();
        assert!(text.contains("close it") && text.contains("HDF5_USE_FILE_LOCKING=FALSE"), "{text}");
        writer.unlock().unwrap();
        assert!(open_hdf5(&path).is_ok());
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = open_hdf5(folder.path()).unwrap_err().to_string();
        assert!(error.contains("no regular file"), "{error}");
    }
}
