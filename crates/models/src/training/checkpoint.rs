//! `checkpoint.safetensors`: weights by name, the optimiser's state and the point in the training, written as a whole.
//!
//! It carries a SHA-256 of all that, and those of the files beside it that belong to the same point.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::Path;

use files::Digest;
use safetensors::tensor::SafeTensors;
use tch::Tensor;

use super::selection::Selection;
use super::weights::{self, StoredTensor};
use crate::adam::Adam;
use crate::parameters::Parameters;
use crate::{Error, Result};

/// Name of the file in the folder of a run.
pub const FILE: &str = "checkpoint.safetensors";
/// Names of the tensors beside the weights.
const MEAN: &str = "optimiser.mean";
const SQUARE: &str = "optimiser.square";
const KEPT: &str = "selection.weights";
/// Name of the text in the file's header: the SHA-256, a space, and the point in the training as JSON.
const POINT: &str = "point";

/// The point in the training that a checkpoint holds.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Point {
    /// What the training is called; empty in a file that does not say, which no training goes on from.
    #[serde(default)]
    pub name: String,
    /// Epochs finished.
    pub epoch: usize,
    /// Optimiser steps taken.
    pub step: i32,
    /// Whether the training has ended and the weights are its result.
    pub complete: bool,
    /// Lowest validation loss of each member; null before the first validation.
    pub lowest: Vec<Option<f64>>,
    /// The epoch of that loss.
    pub kept_epoch: Vec<usize>,
    /// Members whose patience has ended.
    pub ended: Vec<bool>,
    /// The files beside the checkpoint that belong to this point, by name: snapshots, and the log as far as it went.
    pub beside: BTreeMap<String, Digest>,
}

/// Writes the state of a training into `folder`; a reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] if it cannot be written; the old checkpoint then stays.
pub fn write(
    folder: &Path,
    parameters: &Parameters,
    point: &Point,
    adam: Option<&Adam>,
    kept: Option<&Tensor>,
) -> Result<()> {
    let mut tensors = weights::stored(parameters);
    if let Some(adam) = adam {
        tensors.push(StoredTensor::new(MEAN, adam.mean()));
        tensors.push(StoredTensor::new(SQUARE, adam.square()));
        tensors.extend(kept.map(|kept| StoredTensor::new(KEPT, kept)));
    }
    let path = folder.join(FILE);
    let bytes = serde_json::to_string(point).map_err(|error| error.to_string()).and_then(|point| {
        let sha256 = weights::digest(&point, tensors.iter().map(StoredTensor::parts));
        weights::file(&tensors, Some(HashMap::from([(POINT.to_owned(), format!("{sha256} {point}"))])))
    });
    let bytes = bytes.map_err(|reason| Error::Checkpoint { path: path.clone(), reason })?;
    write_whole(&path, &bytes)
}

/// What [`restore`] found beside the weights.
pub struct Restored {
    /// The point in the training.
    pub point: Point,
    /// The optimiser's state; none in the checkpoint of a training that has ended.
    pub adam: Option<Adam>,
    /// The kept weights, with early stopping.
    pub kept: Option<Tensor>,
}

/// Reads the checkpoint of `folder` into `parameters`; none if there is no file.
///
/// # Errors
/// [`Error::Checkpoint`] if the file is not what was written, or belongs to another network, [`Error::File`] if it cannot
/// be read.
pub fn restore(folder: &Path, parameters: &mut Parameters) -> Result<Option<Restored>> {
    let path = folder.join(FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::File { path, action: "read", source }),
    };
    decode(&bytes, parameters).map(Some).map_err(|reason| Error::Checkpoint { path, reason })
}

/// Reads the weights of a training that has ended into `parameters`.
///
/// # Errors
/// [`Error::Checkpoint`] if there is none, if it is damaged or if the training has not ended.
pub fn read_weights(folder: &Path, parameters: &mut Parameters) -> Result<()> {
    let fail = |reason: &str| Error::Checkpoint { path: folder.join(FILE), reason: reason.to_owned() };
    match restore(folder, parameters)? {
        Some(restored) if restored.point.complete => Ok(()),
        Some(_) => Err(fail("the training has not ended")),
        None => Err(fail("the file does not exist")),
    }
}

fn decode(bytes: &[u8], parameters: &mut Parameters) -> std::result::Result<Restored, String> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    let stored = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let text = header.metadata().as_ref().and_then(|metadata| metadata.get(POINT)?.split_once(' '));
    let (sha256, point) = text.ok_or("it names no point in the training")?;
    if sha256 != weights::digest(point, weights::parts(&stored)) {
        return Err("its bytes are not those that its SHA-256 stands for".to_owned());
    }
    let point: Point = serde_json::from_str(point).map_err(|error| error.to_string())?;
    let device = parameters.device();
    weights::set(&stored, parameters)?;
    let shape = parameters.flat().size();
    let on_device = |name| weights::tensor(&stored, name).map(|tensor| tensor.map(|tensor| tensor.to_device(device)));
    let adam = match (on_device(MEAN)?, on_device(SQUARE)?) {
        (Some(mean), Some(square)) if mean.size() == shape && square.size() == shape => {
            Some(Adam::restored(point.step, mean, square))
        }
        _ if point.complete => None,
        _ => return Err("the optimiser's state is missing or of another shape".to_owned()),
    };
    Ok(Restored { point, adam, kept: on_device(KEPT)? })
}

/// The point of the training `name` that has come to `epoch`, with the files `beside` that belong to it.
pub fn point(
    name: &str,
    epoch: usize,
    step: i32,
    complete: bool,
    selection: &Selection,
    beside: BTreeMap<String, Digest>,
) -> Point {
    let lowest = selection.lowest.iter().map(|&loss| loss.is_finite().then_some(loss)).collect();
    let (kept_epoch, ended) = (selection.epoch.clone(), selection.ended.clone());
    Point { name: name.to_owned(), epoch, step, complete, lowest, kept_epoch, ended, beside }
}

/// Writes `bytes` to a file that is there as a whole or not at all.
///
/// # Errors
/// [`Error::File`]; nothing is left under `path` but what was there before.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    files::write_whole(path, |writer| writer.write_all(bytes)).map_err(|source| Error::File {
        path: path.to_path_buf(),
        action: "written",
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::to_f32;
    use tch::Device;

    use crate::initialisation::Initialisation;
    use crate::network::{Activation, Autoencoder, DenseAutoencoder, DenseLayout};
    use crate::training::Stopping;

    fn network(hidden: i64) -> DenseAutoencoder {
        let layout = DenseLayout {
            features: 2,
            hidden: vec![hidden],
            latent: 1,
            activation: Activation::Elu,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        };
        DenseAutoencoder::new(layout, &[1, 2], Device::Cpu).unwrap()
    }

    fn written(folder: &Path) -> Vec<f32> {
        let network = network(4);
        let selection = Selection::new(Stopping::FixedLength, network.parameters().flat());
        write(folder, network.parameters(), &point("test", 1, 7, true, &selection, BTreeMap::new()), None, None)
            .unwrap();
        to_f32(network.parameters().flat())
    }

    #[test]
    fn weights_come_back_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let expected = written(folder.path());
        let mut other = network(4);
        let zeros = other.parameters().flat().zeros_like();
        other.parameters_mut().set_flat(&zeros);
        read_weights(folder.path(), other.parameters_mut()).unwrap();
        assert_eq!(to_f32(other.parameters().flat()), expected);
    }

    #[test]
    fn a_truncated_checkpoint_and_one_of_another_network_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path());
        let wider = read_weights(folder.path(), network(5).parameters_mut());
        assert!(wider.unwrap_err().to_string().contains("shape"));
        let path = folder.path().join(FILE);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(matches!(read_weights(folder.path(), network(4).parameters_mut()), Err(Error::Checkpoint { .. })));
    }

    #[test]
    fn one_flipped_bit_anywhere_in_a_checkpoint_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path());
        let path = folder.path().join(FILE);
        let whole = std::fs::read(&path).unwrap();
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1 << (place % 8);
            std::fs::write(&path, bytes).unwrap();
            let read = read_weights(folder.path(), network(4).parameters_mut());
            assert!(matches!(read, Err(Error::Checkpoint { .. })), "byte {place} of {}", whole.len());
        }
    }

    #[test]
    fn a_write_that_fails_leaves_no_part_of_a_file() {
        let missing = Path::new("/nonexistent/folder").join(FILE);
        assert!(matches!(write_whole(&missing, b"x"), Err(Error::File { .. })));
    }
}
