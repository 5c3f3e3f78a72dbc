//! Where runs are kept: `results/runs/<hash>/{config.toml, provenance.json, metrics.jsonl, checkpoint.safetensors}`.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use models::network::Autoencoder;
use models::training::{
    CHECKPOINT_FILE, EpochRow, METRICS_FILE, Stopping, read_metrics, read_snapshot, read_weights, snapshot_name,
};

use super::provenance::{changed, listed};
use super::{Lock, Provenance, RunSpec};
use crate::project::{make_folder, write_whole};
use crate::{Error, Project, Result};

/// Name of the file with a run's identity.
const CONFIGURATION_FILE: &str = "config.toml";

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

    /// How far a run has come: it is finished if its record is there with files of the sizes that it says.
    pub fn state(&self, hash: &str) -> State {
        let folder = self.folder(hash);
        let whole =
            |record: &Provenance| record.files.iter().all(|(name, digest)| digest.has_size_of(&folder.join(name)));
        match Provenance::of_run(&folder, hash) {
            Some(record) if whole(&record) => State::Finished,
            // What such a record leaves is not gone on from.
            _ if folder.join(Provenance::FILE).exists() => State::Absent,
            _ if folder.join(CHECKPOINT_FILE).exists() => State::Started,
            _ => State::Absent,
        }
    }

    /// Refuses a run whose `config.toml` is not the configuration that its name stands for.
    ///
    /// # Errors
    /// [`Error::ForeignConfiguration`] if so, [`Error::Data`] if a data file cannot be read.
    pub fn check_configuration(&self, spec: &RunSpec, hash: &str) -> Result<()> {
        let path = self.folder(hash).join(CONFIGURATION_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let found = toml::from_str::<toml::Value>(&text).ok();
                let expected = toml::Value::try_from(spec.identity(&self.project)?).ok();
                if found == expected { Ok(()) } else { Err(Error::ForeignConfiguration { path }) }
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(()),
            Err(error) => Err(Error::file(&path, "read")(error)),
        }
    }

    /// Looks at every byte that the records of finished runs stand for, once in a process; a run that holds others is not
    /// finished any more, and a warning says so.
    ///
    /// # Errors
    /// [`Error::File`] if the record of such a run cannot be removed.
    pub fn distrust_changed(&self, specs: &[RunSpec]) -> Result<()> {
        static LOOKED_AT: Mutex<BTreeSet<(PathBuf, String)>> = Mutex::new(BTreeSet::new());
        for spec in specs {
            let hash = spec.hash(&self.project)?;
            let folder = self.folder(&hash);
            let Some(record) = Provenance::of_run(&folder, &hash) else { continue };
            let key = (folder.clone(), files::Digest::of(&record.to_json()).sha256);
            if LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
                continue;
            }
            if changed(&folder, &record.files)?.is_some() {
                self.forget_changed(&hash)?;
            } else {
                LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
            }
        }
        Ok(())
    }

    /// Removes the run `hash` if it holds other bytes than its record says, which another process may have mended meanwhile.
    fn forget_changed(&self, hash: &str) -> Result<()> {
        let folder = self.folder(hash);
        let _lock = Lock::take(&folder)?;
        let Some(record) = Provenance::of_run(&folder, hash) else { return Ok(()) };
        let Some(name) = changed(&folder, &record.files)? else { return Ok(()) };
        tracing::warn!("{} is not what was stored there: the run is trained again", folder.join(name).display());
        self.start_again(hash)
    }

    /// Makes the folder of a run and takes its lock; none if another process has it and `wait` is false.
    ///
    /// # Errors
    /// [`Error::File`] if the folder cannot be written, [`Error::ForeignConfiguration`] as [`Self::check_configuration`].
    pub fn open(&self, spec: &RunSpec, hash: &str, wait: bool) -> Result<Option<Lock>> {
        let folder = self.folder(hash);
        make_folder(&folder)?;
        let lock = if wait { Lock::take(&folder).map(Some)? } else { Lock::try_take(&folder)? };
        let Some(lock) = lock else { return Ok(None) };
        // The scores of a finished run are written without its lock: another process may be at it.
        if self.state(hash) != State::Finished {
            files::remove_parts(&folder).map_err(Error::file(&folder, "written"))?;
            if folder.join(Provenance::FILE).exists() {
                let record = Provenance::of_run(&folder, hash).unwrap_or_default();
                let name = changed(&folder, &record.files)?.unwrap_or(Provenance::FILE);
                tracing::warn!(
                    "{} is not what was stored there: the run is trained again",
                    folder.join(name).display()
                );
                self.start_again(hash)?;
            }
        }
        self.check_configuration(spec, hash)?;
        let path = folder.join(CONFIGURATION_FILE);
        if !path.exists() {
            let text = toml::to_string(&spec.identity(&self.project)?);
            let text = text.map_err(|error| Error::setting("data", "not to be written down", &error.to_string()))?;
            write_whole(&path, text.as_bytes())?;
        }
        Ok(Some(lock))
    }

    /// Removes everything of a run but its configuration, so that it is trained from its start; only under its lock.
    ///
    /// # Errors
    /// [`Error::File`] if a file cannot be removed.
    pub fn start_again(&self, hash: &str) -> Result<()> {
        let folder = self.folder(hash);
        for entry in std::fs::read_dir(&folder).map_err(Error::file(&folder, "read"))? {
            let path = entry.map_err(Error::file(&folder, "read"))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name != "lock" && name != CONFIGURATION_FILE && !name.ends_with(".part") {
                files::remove_if_there(&path).map_err(Error::file(&path, "removed"))?;
            }
        }
        Ok(())
    }

    /// Records that the run `hash` has been trained to its end on `device`: from then on it is reused.
    ///
    /// # Errors
    /// [`Error::File`] if the record cannot be written.
    pub fn finish(&self, spec: &RunSpec, hash: &str, device: &str) -> Result<()> {
        let folder = self.folder(hash);
        let snapshots = spec.learning.snapshots.iter().map(|&epoch| snapshot_name(epoch));
        let names = [CHECKPOINT_FILE, METRICS_FILE].map(str::to_owned).into_iter().chain(snapshots);
        let record = Provenance::now(spec.identity(&self.project)?, device, listed(&folder, names)?);
        write_whole(&folder.join(Provenance::FILE), &record.to_json())
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

    /// Epochs, from 1, and the mean loss of the validation samples after each, of the first seed, where there was a validation.
    ///
    /// # Errors
    /// As [`Self::metrics`].
    pub fn validation_history(&self) -> Result<Vec<(f64, f64)>> {
        let rows = self.metrics()?;
        Ok(rows.iter().filter_map(|row| Some((row.epoch as f64, *row.validation_loss.first()?))).collect())
    }

    /// The mean loss of the validation samples under the first seed's weights that were kept: those after the last epoch, or of
    /// a training that may end early the best ones. NaN if there was no validation.
    ///
    /// # Errors
    /// As [`Self::metrics`].
    pub fn validation_loss(&self) -> Result<f64> {
        let mut losses = self.validation_history()?.into_iter().map(|(_, loss)| loss);
        Ok(match self.spec.learning.stopping {
            Stopping::FixedLength => losses.next_back().unwrap_or(f64::NAN),
            Stopping::Early { .. } => losses.fold(f64::NAN, f64::min),
        })
    }
}
