//! A file of the cache folder, written as a whole.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::{Error, Result};

/// Writes the file at `path` by `fill`; makes its folder if it is missing.
///
/// # Errors
/// [`Error::CacheWrite`] with what the system said; then nothing is left but what was at `path` before.
pub(super) fn store_whole(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> Result<()> {
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = folder.and_then(|()| files::write_whole(path, fill));
    written.map_err(|source| Error::CacheWrite { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_a_file_is_an_error_with_the_path_and_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("blocked");
        std::fs::write(&blocked, "").unwrap();
        let error = store_whole(&blocked.join("file"), |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains("blocked") && error.contains("a file stands where a folder is needed"), "{error}");
        assert!(!error.contains("free space"), "{error}");
    }
}
