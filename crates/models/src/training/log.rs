//! `metrics.jsonl`: one line an epoch, in step with the checkpoint.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use files::{Digest, Running};

use crate::{Error, Result};

/// Name of the file in the folder of a run.
pub const FILE: &str = "metrics.jsonl";

/// What is known after one epoch; one number a member.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EpochRow {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Learning rate of the epoch's last step.
    pub learning_rate: f64,
    /// Mean loss over the epoch's minibatches, while the weights moved.
    pub training_loss: Vec<f64>,
    /// Mean loss over the validation set after the epoch; empty where it was not validated.
    pub validation_loss: Vec<f64>,
}

/// The open file.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    written: Running,
}

impl Log {
    /// A new log in `folder`, in the place of an old one.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be written.
    pub fn new(folder: &Path) -> Result<Self> {
        Self::with(folder.join(FILE), b"")
    }

    /// The log of `folder` cut back to the rows that `digest` stands for.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if these rows are not there, [`Error::File`] if it cannot be read or written.
    pub fn cut_back(folder: &Path, digest: Option<&Digest>) -> Result<Self> {
        let path = folder.join(FILE);
        let bytes = read_bytes(&path)?.unwrap_or_default();
        let known = digest.and_then(|digest| Some((bytes.get(..usize::try_from(digest.bytes).ok()?)?, digest)));
        match known {
            Some((kept, digest)) if Digest::of(kept) == *digest => Self::with(path, kept),
            _ => Err(Error::Checkpoint { path, reason: "it does not hold the rows up to the checkpoint".to_owned() }),
        }
    }

    fn with(path: PathBuf, kept: &[u8]) -> Result<Self> {
        super::checkpoint::write_whole(&path, kept)?;
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.map_err(|source| Error::File { path: path.clone(), action: "written", source })?;
        let mut written = Running::default();
        written.add(kept);
        Ok(Self { path, file, written })
    }

    /// What the rows so far are known by.
    pub fn digest(&self) -> Digest {
        self.written.digest()
    }

    /// Flushes the rows to the disk.
    ///
    /// # Errors
    /// [`Error::File`] if they cannot be written.
    pub fn sync(&self) -> Result<()> {
        self.file.sync_data().map_err(|source| Error::File { path: self.path.clone(), action: "written", source })
    }

    /// Appends one row.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be written.
    pub fn append(&mut self, row: &EpochRow) -> Result<()> {
        let line = serde_json::to_string(row).map(|line| line + "\n").map_err(std::io::Error::other);
        let written = line.and_then(|line| self.file.write_all(line.as_bytes()).map(|()| line));
        let line = written.map_err(|source| Error::File { path: self.path.clone(), action: "written", source })?;
        self.written.add(line.as_bytes());
        Ok(())
    }
}

fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::File { path: path.to_path_buf(), action: "read", source }),
    }
}

/// The rows of the log of `folder`, whose training has ended.
///
/// # Errors
/// [`Error::File`] if it cannot be read, [`Error::Log`] if one of its lines is no row.
pub fn read(folder: &Path) -> Result<Vec<EpochRow>> {
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|source| Error::File { path: path.clone(), action: "read", source })?;
    let row = |(index, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| Error::Log {
            path: path.clone(),
            line: index + 1,
            reason: error.to_string(),
        })
    };
    text.lines().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(epoch: usize) -> EpochRow {
        EpochRow { epoch, learning_rate: 0.1, training_loss: vec![1.0], validation_loss: vec![] }
    }

    /// A log of three rows and a half, and what its first two rows are known by.
    fn log(folder: &Path) -> Digest {
        let mut log = Log::new(folder).unwrap();
        (1..=2).for_each(|epoch| log.append(&row(epoch)).unwrap());
        let digest = log.digest();
        log.append(&row(3)).unwrap();
        let path = folder.join(FILE);
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "{\"epo").unwrap();
        digest
    }

    #[test]
    fn opening_cuts_the_log_back_to_the_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let digest = log(folder.path());
        let mut log = Log::cut_back(folder.path(), Some(&digest)).unwrap();
        log.append(&row(3)).unwrap();
        let epochs: Vec<usize> = read(folder.path()).unwrap().iter().map(|row| row.epoch).collect();
        assert_eq!(epochs, [1, 2, 3]);
        assert_eq!(log.digest(), Digest::of_file(&folder.path().join(FILE)).unwrap());
    }

    #[test]
    fn a_log_whose_rows_are_others_or_gone_is_not_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let digest = log(folder.path());
        let path = folder.path().join(FILE);
        let whole = std::fs::read(&path).unwrap();
        let refused = || matches!(Log::cut_back(folder.path(), Some(&digest)), Err(Error::Checkpoint { .. }));
        std::fs::write(&path, &whole[..10]).unwrap();
        assert!(refused(), "cut short");
        std::fs::write(&path, [b"x", &whole[1..]].concat()).unwrap();
        assert!(refused(), "another first byte");
        std::fs::remove_file(&path).unwrap();
        assert!(refused(), "removed");
    }

    #[test]
    fn a_line_that_is_no_row_is_named() {
        let folder = tempfile::tempdir().unwrap();
        log(folder.path());
        let message = read(folder.path()).unwrap_err().to_string();
        assert!(message.contains(FILE) && message.contains("line 4"), "{message}");
        let missing = read(Path::new("/nonexistent")).unwrap_err();
        assert!(matches!(missing, Error::File { action: "read", .. }));
    }
}
