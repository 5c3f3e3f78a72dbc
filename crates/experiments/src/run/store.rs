//! Where runs are kept: `results/runs/<hash>/{config.toml, provenance.json, metrics.jsonl, checkpoint.safetensors}`.

use std::fs::File;
use std::path::{Path, PathBuf};

use models::network::Autoencoder;
use models::training::{CHECKPOINT_FILE, EpochRow, read_metrics, read_snapshot, read_weights};

use super::{Provenance, RunSpec};
use crate::project::{make_folder, write_whole};
use crate::{Error, Project, Result};

/// The runs of a project.
#[derive(Debug, Clone)]
pub struct Store {
    project: Project,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing is stored.
    Absent,
    /// A checkpoint is there to go on from.
    Started,
    /// Trained to its end.
    Finished,
}

/// A run that has been trained to its end.
#[derive(Debug, Clone)]
pub struct TrainedRun {
    /// What it is.
    pub spec: RunSpec,
    /// Its name.
    pub hash: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl Store {
    /// The store of `project`.
    pub fn new(project: &Project) -> Self {
        Self { project: project.clone() }
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The folder of a run.
    pub fn folder(&self, hash: &str) -> PathBuf {
        self.project.runs().join(hash)
    }

    /// How far a run has come.
    pub fn state(&self, hash: &str) -> State {
        let folder = self.folder(hash);
        match (folder.join(Provenance::FILE).exists(), folder.join(CHECKPOINT_FILE).exists()) {
            (true, true) => State::Finished,
            (_, true) => State::Started,
            _ => State::Absent,
        }
    }

    /// Makes the folder of a run and takes its lock, waiting for another process if need be.
    ///
    /// # Errors
    /// [`Error::File`] if the folder cannot be written.
    pub fn open(&self, spec: &RunSpec, hash: &str) -> Result<Lock> {
        let folder = self.folder(hash);
        make_folder(&folder)?;
        let lock = Lock::take(&folder)?;
        // The scores of a finished run are written without its lock: another process may be at it.
        if self.state(hash) != State::Finished {
            files::remove_parts(&folder).map_err(Error::file(&folder, "written"))?;
            forget_results(&folder)?;
        }
        let config = folder.join("config.toml");
        if !config.exists() {
            let identity = spec.identity(&self.project)?;
            let text = toml::to_string(&identity).map_err(|error| Error::Table {
                path: config.clone(),
                action: "written",
                reason: error.to_string(),
            })?;
            write_whole(&config, text.as_bytes())?;
        }
        Ok(lock)
    }

    /// A run that is finished.
    ///
    /// # Errors
    /// [`Error::Data`] if a data file cannot be read.
    pub fn trained(&self, spec: &RunSpec) -> Result<TrainedRun> {
        let hash = spec.hash(&self.project)?;
        Ok(TrainedRun { spec: spec.clone(), folder: self.folder(&hash), hash })
    }
}

impl TrainedRun {
    /// The seed of its first member.
    pub fn seed(&self) -> u64 {
        self.spec.seeds.first().copied().unwrap_or(0)
    }

    /// The network with its trained weights.
    ///
    /// # Errors
    /// [`Error::Model`] if the checkpoint is damaged.
    pub fn network(&self, device: tch::Device) -> Result<Box<dyn Autoencoder>> {
        let mut network = self.spec.network(device)?;
        read_weights(&self.folder, network.parameters_mut())?;
        Ok(network)
    }

    /// The network with the weights of its snapshot after `epoch`.
    ///
    /// # Errors
    /// [`Error::Model`] if there is no such snapshot, or it is damaged.
    pub fn network_after(&self, epoch: usize, device: tch::Device) -> Result<Box<dyn Autoencoder>> {
        let mut network = self.spec.network(device)?;
        read_snapshot(&self.folder, epoch, network.parameters_mut())?;
        Ok(network)
    }

    /// The rows of its log, one an epoch.
    ///
    /// # Errors
    /// [`Error::Model`] if the log cannot be read.
    pub fn metrics(&self) -> Result<Vec<EpochRow>> {
        Ok(read_metrics(&self.folder)?)
    }
}

/// Removes what belongs to an end that is no longer there: provenance and scores of weights that somebody deleted.
fn forget_results(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(Error::file(folder, "read"))? {
        let path = entry.map_err(Error::file(folder, "read"))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name == Provenance::FILE || name.starts_with("scores-") {
            std::fs::remove_file(&path).map_err(Error::file(&path, "written"))?;
        }
    }
    Ok(())
}

/// The right to write a folder of results; given back when it is dropped or its process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `folder`, which must exist, waiting for another process if need be.
    ///
    /// # Errors
    /// [`Error::File`] if the lock cannot be written.
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join("lock");
        let file = File::create(&path).map_err(Error::file(&path, "written"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                tracing::warn!("another process writes {}; waiting for it", folder.display());
                file.lock().map_err(Error::file(&path, "locked"))?;
            }
            Err(std::fs::TryLockError::Error(source)) => return Err(Error::file(&path, "locked")(source)),
        }
        Ok(Self { _file: file })
    }
}
