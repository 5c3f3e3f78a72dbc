//! Files that are there as a whole or not at all, and how a stored file is known again.

mod digest;
mod parts;
mod remedy;

pub use digest::{Digest, Running};
pub use parts::{remove_parts, remove_parts_of_the_dead};
pub use remedy::remedy;

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write as _};
use std::path::{Path, PathBuf};

/// Writes the file at `path` by `fill`, under a temporary name beside it that is flushed to the disk and renamed.
///
/// A reader, and a program killed at any moment, sees the old file or the new one. What dead programs left half-written
/// in the same folder goes.
///
/// # Errors
/// What the system says; then nothing is left but what was at `path` before.
pub fn write_whole(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    if let Some(folder) = path.parent() {
        // If it cannot be tidied up, the file is written all the same.
        let _ = remove_parts_of_the_dead(folder);
    }
    let part = PartFile { path: parts::name_beside(path) };
    let mut writer = BufWriter::new(File::create(&part.path)?);
    fill(&mut writer)?;
    writer.flush()?;
    writer.get_ref().sync_all()?;
    fs::rename(&part.path, path)
}

/// Writes `bytes` as a whole, and says what was written.
///
/// # Errors
/// As [`write_whole`].
pub fn write_known(path: &Path, bytes: &[u8]) -> Result<Digest> {
    write_whole(path, |writer| writer.write_all(bytes))?;
    Ok(Digest::of(bytes))
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
    fn a_file_written_is_the_one_that_its_digest_knows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let digest = write_known(&path, b"abc").unwrap();
        assert!(digest.is_of_file(&path));
    }

    #[test]
    fn a_folder_that_does_not_exist_is_an_error() {
        assert!(write_whole(Path::new("/nonexistent/folder/file"), |_| Ok(())).is_err());
    }
}
