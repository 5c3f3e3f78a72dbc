//! What a file holds, in short: its size and the SHA-256 of its bytes.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Result};
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// The size of a file and the SHA-256 of its bytes, by which a stored file is known again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Digest {
    /// Number of bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
}

impl Digest {
    /// That of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        let mut running = Running::default();
        running.add(bytes);
        running.digest()
    }

    /// That of the file at `path`.
    ///
    /// # Errors
    /// What the system says.
    pub fn of_file(path: &Path) -> Result<Self> {
        let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
        let mut running = Running::default();
        loop {
            let block = reader.fill_buf()?;
            if block.is_empty() {
                return Ok(running.digest());
            }
            running.add(block);
            let length = block.len();
            reader.consume(length);
        }
    }

    /// Whether the file at `path` has this size; its bytes are not read.
    pub fn has_size_of(&self, path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() == self.bytes)
    }

    /// Whether the file at `path` is there with these bytes.
    pub fn is_of_file(&self, path: &Path) -> bool {
        self.has_size_of(path) && Self::of_file(path).is_ok_and(|found| found == *self)
    }
}

/// The digest of bytes that come one after the other.
#[derive(Debug, Clone, Default)]
pub struct Running {
    bytes: u64,
    hash: Sha256,
}

impl Running {
    /// Takes more bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    /// That of the bytes so far.
    pub fn digest(&self) -> Digest {
        let sha256 = self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Digest { bytes: self.bytes, sha256 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The SHA-256 of "abc", from FIPS 180-2.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_digest_is_the_size_and_the_sha_256() {
        let expected = Digest { bytes: 3, sha256: ABC.to_owned() };
        assert_eq!(Digest::of(b"abc"), expected);
        let mut running = Running::default();
        [&b"a"[..], b"bc"].into_iter().for_each(|part| running.add(part));
        assert_eq!(running.digest(), expected);
    }

    #[test]
    fn a_file_is_known_by_its_bytes_and_not_by_its_size_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let digest = Digest::of(b"abc");
        assert!(!digest.is_of_file(&path), "there is no file");
        for (content, size, same) in [("abc", true, true), ("abd", true, false), ("abcd", false, false)] {
            std::fs::write(&path, content).unwrap();
            assert_eq!((digest.has_size_of(&path), digest.is_of_file(&path)), (size, same), "{content}");
        }
        assert_eq!(Digest::of_file(&path).unwrap(), Digest::of(b"abcd"));
        assert!(!digest.is_of_file(folder.path()), "a folder is no file");
    }
}
