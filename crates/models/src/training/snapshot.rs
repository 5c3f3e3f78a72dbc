//! `snapshot-<epoch>.safetensors`: the weights as they were after an epoch, kept while the training goes on.

use std::collections::BTreeMap;
use std::path::Path;

use files::Digest;
use safetensors::tensor::SafeTensors;

use super::checkpoint::write_whole;
use super::weights;
use super::{Settings, Stopping};
use crate::parameters::Parameters;
use crate::{Error, Result};

/// Refuses snapshots that the training cannot take.
///
/// # Errors
/// [`Error::SnapshotOrder`], [`Error::SnapshotAfterEnd`]; [`Error::SnapshotsWithEarlyStopping`], because the end is
/// then not known beforehand.
pub fn check(settings: &Settings) -> Result<()> {
    let (snapshots, epochs) = (&settings.snapshots, settings.epochs);
    if let Some(pair) = snapshots.windows(2).find(|pair| pair[0] >= pair[1]) {
        return Err(Error::SnapshotOrder { before: pair[0], epoch: pair[1] });
    }
    match (snapshots.last(), settings.stopping) {
        (Some(_), Stopping::Early { .. }) => Err(Error::SnapshotsWithEarlyStopping),
        (Some(&epoch), _) if epoch > epochs => Err(Error::SnapshotAfterEnd { epoch, epochs }),
        _ => Ok(()),
    }
}

/// Writes the weights after `epoch` into `folder`, as a whole or not at all, and gives what the file is known by.
///
/// # Errors
/// [`Error::File`] if it cannot be written.
pub fn write(folder: &Path, epoch: usize, parameters: &Parameters) -> Result<Digest> {
    let path = folder.join(name(epoch));
    let bytes = weights::file(&weights::stored(parameters), None);
    let bytes = bytes.map_err(|reason| Error::Checkpoint { path: path.clone(), reason })?;
    write_whole(&path, &bytes)?;
    Ok(Digest::of(&bytes))
}

/// Reads the weights after `epoch` (0: before the first step) of the training in `folder` into `parameters`.
///
/// # Errors
/// [`Error::File`] if there is no such snapshot or it cannot be read; [`Error::Checkpoint`] if it is damaged or belongs
/// to another network, and the weights are then as before.
pub fn read_snapshot(folder: &Path, epoch: usize, parameters: &mut Parameters) -> Result<()> {
    let path = folder.join(name(epoch));
    let bytes = std::fs::read(&path).map_err(|source| Error::File { path: path.clone(), action: "read", source })?;
    let stored = SafeTensors::deserialize(&bytes).map_err(|error| error.to_string());
    let read = stored.and_then(|stored| weights::set(&stored, parameters));
    read.map_err(|reason| Error::Checkpoint { path, reason })
}

/// Refuses to go on from `epoch` without a snapshot that should have been taken on the way there, or with another one.
///
/// # Errors
/// [`Error::Checkpoint`] with the name of the file.
pub fn all_taken(folder: &Path, snapshots: &[usize], epoch: usize, beside: &BTreeMap<String, Digest>) -> Result<()> {
    for &snapshot in snapshots.iter().take_while(|&&snapshot| snapshot <= epoch) {
        let path = folder.join(name(snapshot));
        if !beside.get(&name(snapshot)).is_some_and(|digest| digest.is_of_file(&path)) {
            let reason = format!("it is not what the training left, which has come to epoch {epoch}");
            return Err(Error::Checkpoint { path, reason });
        }
    }
    Ok(())
}

/// The name of the file with the weights after `epoch`.
pub fn name(epoch: usize) -> String {
    format!("snapshot-{epoch}.safetensors")
}
