//! The fingerprint of a data file: the SHA-256 of its content.

use super::store_whole::store_whole;
use crate::{Error, Result};
use sha2::{Digest, Sha256};
use std::fs::{self, File, Metadata};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Changes within this time may leave a file's time of change the same.
const CLOCK_STEP: Duration = Duration::from_secs(2);

/// The SHA-256 of the content of the file at `path`, as 64 hexadecimal digits.
///
/// It is remembered in `cache_folder` beside the file's path, size and time of change, so that an unchanged file is
/// not read again. The note ends with a checksum of its own: one that is damaged is not believed.
///
/// # Errors
/// [`Error::Missing`] or [`Error::Unreadable`] for the file, [`Error::CacheWrite`] for the folder.
pub fn fingerprint(path: &Path, cache_folder: &Path) -> Result<String> {
    let unreadable = |source| Error::unreadable(path, source);
    let full_path = path.canonicalize().map_err(unreadable)?;
    let metadata = fs::metadata(&full_path).map_err(unreadable)?;
    let state = state(&full_path, &metadata);
    let note = note_path(&full_path, cache_folder);
    if let Some(remembered) = remembered(&note, &state) {
        return Ok(remembered);
    }
    let fingerprint = content_hash(&full_path).map_err(unreadable)?;
    if settled(&metadata) {
        match store_whole(&note, |writer| writer.write_all(written_note(&fingerprint, &state).as_bytes())) {
            // Without the note the file is read again the next time, which is better than to show no results at all.
            Err(Error::CacheWrite { source, .. }) if can_only_be_read(&source) => {}
            written => written?,
        }
    }
    Ok(fingerprint)
}

fn can_only_be_read(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}

/// The SHA-256 of `bytes` in hexadecimal digits.
pub(super) fn hash_of(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content_hash(path: &Path) -> std::io::Result<String> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut hash = Sha256::new();
    loop {
        let block = reader.fill_buf()?;
        if block.is_empty() {
            return Ok(hexadecimal(&hash.finalize()));
        }
        hash.update(block);
        let length = block.len();
        reader.consume(length);
    }
}

/// What tells an unchanged file without reading it.
fn state(full_path: &Path, metadata: &Metadata) -> String {
    let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let changed = changed.unwrap_or_default().as_nanos();
    // The inode and its own time of change tell a file that was put in the place of another with its times kept.
    let inode = (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec());
    format!("{} bytes, changed at {changed} ns, inode {inode:?}\n{}\n", metadata.len(), full_path.display())
}

/// Whether the file was last changed long enough ago that a later change must show.
fn settled(metadata: &Metadata) -> bool {
    let age = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
    age.is_some_and(|age| age > CLOCK_STEP)
}

fn note_path(full_path: &Path, cache_folder: &Path) -> PathBuf {
    let name = hash_of(full_path.as_os_str().as_encoded_bytes());
    cache_folder.join("fingerprints").join(format!("{}.txt", &name[..16]))
}

/// The fingerprint, what it is of, and the SHA-256 of these lines.
fn written_note(fingerprint: &str, state: &str) -> String {
    let lines = format!("{fingerprint}\n{state}");
    let checksum = hash_of(lines.as_bytes());
    format!("{lines}{checksum}\n")
}

fn remembered(note: &Path, state: &str) -> Option<String> {
    let text = fs::read_to_string(note).ok()?;
    let (fingerprint, _) = text.split_once('\n')?;
    (text == written_note(fingerprint, state)).then(|| fingerprint.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    // The SHA-256 of "abc", from FIPS 180-2.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn file_of(folder: &Path, content: &str, changed: SystemTime) -> PathBuf {
        let path = folder.join("data");
        fs::write(&path, content).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
        path
    }

    #[test]
    fn an_unchanged_file_is_not_read_again_and_a_changed_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        let long_ago = UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let path = file_of(folder.path(), "abc", long_ago);
        assert_eq!(fingerprint(&path, &cache).unwrap(), ABC);
        // A whole note with another fingerprint is believed, which shows that the content was not read.
        let full_path = path.canonicalize().unwrap();
        let other = ABC.replace('b', "c");
        let note = written_note(&other, &state(&full_path, &fs::metadata(&full_path).unwrap()));
        fs::write(note_path(&full_path, &cache), note).unwrap();
        assert_eq!(fingerprint(&path, &cache).unwrap(), other);
        // Another file in its place, of the same size and with the same time.
        fs::rename(&path, folder.path().join("old")).unwrap();
        file_of(folder.path(), "xyz", long_ago);
        assert_eq!(fingerprint(&path, &cache).unwrap(), hash_of(b"xyz"));
    }

    #[test]
    fn a_file_changed_just_now_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = file_of(folder.path(), "abc", SystemTime::now() + Duration::from_secs(60));
        assert_eq!(fingerprint(&path, &folder.path().join("cache")).unwrap(), ABC);
        assert!(!folder.path().join("cache").exists());
    }

    #[test]
    fn a_note_with_any_byte_changed_or_without_its_checksum_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = file_of(folder.path(), "abc", UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        fingerprint(&path, folder.path()).unwrap();
        let note = note_path(&path.canonicalize().unwrap(), folder.path());
        let good = fs::read(&note).unwrap();
        // One digit of the fingerprint after the other, then some of what follows.
        for place in (0..64).chain((64..good.len()).step_by(7)) {
            let mut damaged = good.clone();
            damaged[place] ^= 1;
            fs::write(&note, damaged).unwrap();
            assert_eq!(fingerprint(&path, folder.path()).unwrap(), ABC, "{place}");
        }
        let without = good.len() - 65;
        fs::write(&note, [ABC.replace('b', "c").as_bytes(), &good[64..without]].concat()).unwrap();
        assert_eq!(fingerprint(&path, folder.path()).unwrap(), ABC);
        assert_eq!(fs::read(&note).unwrap(), good);
    }

    #[test]
    fn a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = fingerprint(&folder.path().join("none"), folder.path());
        assert!(matches!(error, Err(Error::Missing { .. })), "{error:?}");
    }
}
