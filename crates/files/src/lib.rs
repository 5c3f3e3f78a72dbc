//! Files that are there as a whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The ending of a file that is still being written.
const PART: &str = ".part";

/// Writes the file at `path` by `fill`, under a temporary name beside it that is flushed to the disk and renamed.
///
/// A reader, and a program killed at any moment, sees the old file or the new one.
///
/// # Errors
/// What the system says; then nothing is left but what was at `path` before.
pub fn write_whole(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let part = PartFile { path: part_path(path) };
    let mut writer = BufWriter::new(File::create(&part.path)?);
    fill(&mut writer)?;
    writer.flush()?;
    writer.get_ref().sync_all()?;
    fs::rename(&part.path, path)
}

/// Removes from `folder` what programs left that were killed while writing. Only for a folder that the caller alone writes.
///
/// # Errors
/// What the system says.
pub fn remove_parts(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(PART) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Another name for each process and each call, so that two writers of one file do not meet.
fn part_path(path: &Path) -> PathBuf {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{call}{PART}", std::process::id()));
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
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_failure_in_the_middle_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_whole(&path, |writer| writer.write_all(b"old")).unwrap();
        let failed = write_whole(&path, |writer| {
            writer.write_all(&[1; 100_000])?;
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn parts_that_a_killed_program_left_are_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(part_path(&folder.path().join("file")), "half").unwrap();
        fs::write(folder.path().join("file"), "whole").unwrap();
        remove_parts(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_folder_that_does_not_exist_is_an_error() {
        assert!(write_whole(Path::new("/nonexistent/folder/file"), |_| Ok(())).is_err());
    }
}
