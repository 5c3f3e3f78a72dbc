//! `metrics.jsonl`: one line an epoch, in step with the checkpoint.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

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
}

impl Log {
    /// Opens the log of `folder` and cuts it back to the rows up to epoch `epochs`.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read or written.
    pub fn open(folder: &Path, epochs: usize) -> Result<Self> {
        let path = folder.join(FILE);
        let kept: String = read(folder)?
            .iter()
            .take_while(|row| row.epoch <= epochs)
            .filter_map(|row| serde_json::to_string(row).ok())
            .map(|line| line + "\n")
            .collect();
        let failed = |source| Error::File { path: path.clone(), action: "written", source };
        super::checkpoint::write_whole(&path, kept.as_bytes())?;
        let file = OpenOptions::new().append(true).open(&path).map_err(failed)?;
        Ok(Self { path, file })
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
        let line = serde_json::to_string(row).map_err(std::io::Error::other);
        line.and_then(|line| self.file.write_all((line + "\n").as_bytes())).map_err(|source| Error::File {
            path: self.path.clone(),
            action: "written",
            source,
        })
    }
}

/// The whole rows of the log of `folder`; none if there is no file. A last line that was cut off is left out.
///
/// # Errors
/// [`Error::File`] if it exists but cannot be read.
pub fn read(folder: &Path) -> Result<Vec<EpochRow>> {
    let path = folder.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().map_while(|line| serde_json::from_str(line).ok()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(Error::File { path, action: "read", source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_cuts_the_log_back_to_the_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let row = |epoch| EpochRow { epoch, learning_rate: 0.1, training_loss: vec![1.0], validation_loss: vec![] };
        let mut log = Log::open(folder.path(), 0).unwrap();
        (1..=3).for_each(|epoch| log.append(&row(epoch)).unwrap());
        std::fs::write(folder.path().join(FILE), std::fs::read_to_string(folder.path().join(FILE)).unwrap() + "{\"epo")
            .unwrap();
        let mut log = Log::open(folder.path(), 2).unwrap();
        log.append(&row(3)).unwrap();
        let epochs: Vec<usize> = read(folder.path()).unwrap().iter().map(|row| row.epoch).collect();
        assert_eq!(epochs, [1, 2, 3]);
    }
}
