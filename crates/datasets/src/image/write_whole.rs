//! Files that are there as a whole or not at all.

use crate::{Error, Result};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes the file at `path` by `fill`, under a temporary name beside it that is renamed at the end.
///
/// Makes the folder if it is missing. If anything fails, nothing is left and what was at `path` is untouched.
///
/// # Errors
/// [`Error::CacheWrite`] with what the system said.
pub(super) fn write_whole(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> Result<()> {
    let failed = |source| Error::CacheWrite { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let part = PartFile { path: part_path(path) };
    let written = File::create(&part.path).and_then(|file| {
        let mut writer = BufWriter::new(file);
        fill(&mut writer)?;
        writer.flush()?;
        writer.get_ref().sync_all()?;
        fs::rename(&part.path, path)
    });
    written.map_err(failed)
}

/// Another name for each process and each call, so that two writers of one file do not meet.
fn part_path(path: &Path) -> PathBuf {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{call}.part", std::process::id()));
    path.with_file_name(name)
}

/// Removes the temporary file, if it is still there.
struct PartFile {
    path: PathBuf,
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // After the renaming there is nothing left to remove.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_failure_in_the_middle_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new folder").join("file");
        write_whole(&path, |writer| writer.write_all(b"old")).unwrap();
        let error = write_whole(&path, |writer| {
            writer.write_all(&[1; 100_000])?;
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        });
        assert!(matches!(&error, Err(Error::CacheWrite { path: named, .. }) if *named == path), "{error:?}");
        assert!(error.unwrap_err().to_string().contains("free space"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(path.parent().unwrap()), ["file"]);
    }

    #[test]
    fn a_folder_that_is_a_file_is_an_error_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("blocked");
        fs::write(&blocked, "").unwrap();
        let error = write_whole(&blocked.join("file"), |_| Ok(()));
        assert!(matches!(error, Err(Error::CacheWrite { .. })), "{error:?}");
    }
}
