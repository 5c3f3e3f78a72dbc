//! The network of an experiment and its training, checked.

use models::adam::Schedule;
use models::initialisation::Initialisation;
use models::loss::Loss;
use models::network::{ConvolutionalLayout, DenseLayout, Head, Output};
use models::training::Stopping;

use super::check::{count, not_used, positive, required, short, whole};
use super::data::{Data, JetFiles};
use super::file::{ModelKind, ModelSection, TrainSection};
use super::{limits, loss};
use crate::{Error, Result};

/// Seeds of a dense network that are always trained together: block k holds the seeds 16k to 16k + 15.
const BLOCK: usize = 16;

/// A network and its training.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// The network.
    pub model: Model,
    /// What the training lowers, and the anomaly score.
    pub loss: Loss,
    /// Passes over the training samples.
    pub epochs: usize,
    /// Samples in a minibatch.
    pub batch_size: i64,
    /// Adam's learning rate at the start.
    pub learning_rate: f64,
    /// How it moves.
    pub schedule: Schedule,
    /// When the training ends.
    pub stopping: Stopping,
    /// Epochs from one validation to the next.
    pub validate_every: usize,
    /// Epochs after which the weights are kept, in order; 0 is the start.
    pub snapshots: Vec<usize>,
}

/// A network.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Model {
    /// Dense layers, trained in blocks of seeds.
    Dense(DenseLayout),
    /// The convolutional autoencoder.
    Convolutional(ConvolutionalLayout),
}

impl Learning {
    /// Checks `[model]`, of the given kind, and `[train]`.
    ///
    /// # Errors
    /// [`Error::Setting`] with the key, its value and what is allowed.
    pub(super) fn check(kind: ModelKind, model: &ModelSection, train: &TrainSection, data: &Data) -> Result<Self> {
        let epochs_of = |key: &str, value| count(key, value, limits::EPOCHS);
        let stopping = match train.patience {
            Some(patience) => Stopping::Early { patience: epochs_of("train.patience", patience)? },
            None => Stopping::FixedLength,
        };
        let epochs = epochs_of("train.epochs", required("train.epochs", train.epochs)?)?;
        let model = Model::check(kind, model, data)?;
        Ok(Self {
            loss: loss::check(train, &model, data)?,
            model,
            epochs,
            batch_size: batch_size(required("train.batch_size", train.batch_size)?, data.training())?,
            learning_rate: positive("train.learning_rate", required("train.learning_rate", train.learning_rate)?)?,
            schedule: train.schedule.unwrap_or(Schedule::Constant),
            stopping,
            validate_every: epochs_of("train.validate_every", train.validate_every.unwrap_or(1))?,
            snapshots: check_snapshots(train.snapshots.as_deref().unwrap_or_default(), epochs, stopping)?,
        })
    }
}

/// Samples in a minibatch: no more than there are.
fn batch_size(size: i64, samples: usize) -> Result<i64> {
    if usize::try_from(size).is_ok_and(|size| size > samples) {
        let allowed = format!(
            "the {samples} samples of `data.training` are fewer than one minibatch of {size}: give a smaller \
             `batch_size`, or more samples"
        );
        return Err(Error::setting("train.batch_size", size, &allowed));
    }
    whole("train.batch_size", size, 1, i64::try_from(limits::SAMPLES).unwrap_or(i64::MAX))
}

/// Sorted epochs of the training; a training that may end early has none.
fn check_snapshots(epochs: &[usize], last: usize, stopping: Stopping) -> Result<Vec<usize>> {
    short("train.snapshots", epochs, limits::SNAPSHOTS)?;
    if let Some(late) = epochs.iter().find(|&&epoch| epoch > last) {
        return Err(Error::setting(
            "train.snapshots",
            late,
            &format!("the training has {last} epochs: give 0 to {last}"),
        ));
    }
    if !epochs.is_empty() && stopping != Stopping::FixedLength {
        return Err(Error::setting("train.snapshots", "set", "a training with `patience` may end before them"));
    }
    let mut epochs = epochs.to_vec();
    epochs.sort_unstable();
    epochs.dedup();
    Ok(epochs)
}

impl Model {
    /// Seeds that are always trained together: a block.
    pub fn seeds_of_block(&self) -> usize {
        match self {
            Self::Dense(_) => BLOCK,
            Self::Convolutional(_) => 1,
        }
    }

    /// Blocks that hold the seeds from 0 to `seeds`.
    pub fn blocks(&self, seeds: usize) -> usize {
        seeds.div_ceil(self.seeds_of_block())
    }

    /// How its weights and biases start.
    pub fn initialisation(&self) -> Initialisation {
        match self {
            Self::Dense(layout) => layout.initialisation,
            Self::Convolutional(layout) => layout.initialisation,
        }
    }

    fn check(kind: ModelKind, section: &ModelSection, data: &Data) -> Result<Self> {
        match (kind, data) {
            (ModelKind::Dense, Data::Points(points)) => dense(section, points.manifold.features()).map(Self::Dense),
            (ModelKind::Convolutional, Data::Jets(files)) => convolutional(section, files).map(Self::Convolutional),
            _ => Err(Error::setting(
                "model.kind",
                format!("{kind:?}").to_lowercase(),
                "give `dense` for points, `convolutional` for jets",
            )),
        }
    }
}

fn dense(section: &ModelSection, features: i64) -> Result<DenseLayout> {
    not_used("model.filters", section.filters.is_some())?;
    not_used("model.kernel", section.kernel.is_some())?;
    not_used("model.pooling", section.pooling.is_some())?;
    not_used("model.output", section.output.is_some())?;
    not_used("model.precision", section.precision.is_some())?;
    let hidden = required("model.hidden", section.hidden.clone())?;
    short("model.hidden", &hidden, limits::LAYERS)?;
    for &units in &hidden {
        width("model.hidden", units)?;
    }
    let heads = section.heads.clone().unwrap_or_default();
    let activation = required("model.activation", section.activation)?;
    let latent = latent_of(section, &heads)?;
    // With a narrower hidden layer it, and not the latent space, would be the bottleneck.
    match hidden.iter().min() {
        Some(&narrowest) if latent > narrowest => {
            let allowed =
                format!("the narrowest of `model.hidden` has {narrowest} units: give at most as many, or widen it");
            Err(Error::setting("model.latent", latent, &allowed))
        }
        _ => {
            let initialisation = section.initialisation.unwrap_or_default();
            Ok(DenseLayout { features, hidden, latent, activation, heads, initialisation })
        }
    }
}

/// The latent dimension: as written, or that of the heads, which must agree.
fn latent_of(section: &ModelSection, heads: &[Head]) -> Result<i64> {
    short("model.heads", heads, limits::HEADS)?;
    let of_heads = heads.iter().map(|head| head.dimension()).fold(0, i64::saturating_add);
    if of_heads > limits::UNITS {
        let allowed = format!("give heads of at most {} dimensions in all", limits::UNITS);
        return Err(Error::setting("model.heads", format!("of {of_heads} dimensions"), &allowed));
    }
    match section.latent {
        None if !heads.is_empty() => Ok(of_heads),
        Some(latent) if !heads.is_empty() && latent != of_heads => {
            let allowed = format!("the heads have {of_heads} dimensions: give {of_heads} or leave it out");
            Err(Error::setting("model.latent", latent, &allowed))
        }
        latent => width("model.latent", required("model.latent", latent)?),
    }
}

fn convolutional(section: &ModelSection, files: &JetFiles) -> Result<ConvolutionalLayout> {
    not_used("model.activation", section.activation.is_some())?;
    not_used("model.heads", section.heads.is_some())?;
    let side = i64::try_from(files.recipe.side()).unwrap_or(0);
    if side % 2 != 0 {
        return Err(Error::setting("data.recipe", files.recipe.name(), "a convolutional network needs an even side"));
    }
    let published = ConvolutionalLayout::new(side, width("model.latent", required("model.latent", section.latent)?)?);
    let output = section.output.unwrap_or_default();
    if output == Output::Softmax && files.image_sum != 1.0 {
        let allowed = "its pixels add up to 1: set `data.image_sum = 1.0`, or take another output";
        return Err(Error::setting("model.output", "softmax", allowed));
    }
    Ok(ConvolutionalLayout {
        filters: several("model.filters", section.filters.as_deref(), published.filters)?,
        kernel: kernel_size(section.kernel.unwrap_or(published.kernel), side)?,
        dense: several("model.hidden", section.hidden.as_deref(), published.dense)?,
        pooling: section.pooling.unwrap_or_default(),
        output,
        precision: section.precision.unwrap_or_default(),
        initialisation: section.initialisation.unwrap_or_default(),
        ..published
    })
}

/// As many widths as the network has layers of this kind, or those of the published network.
fn several<const N: usize>(key: &str, given: Option<&[i64]>, published: [i64; N]) -> Result<[i64; N]> {
    let Some(given) = given else { return Ok(published) };
    let widths: [i64; N] = given.try_into().map_err(|_| {
        Error::setting(key, format!("{given:?}"), &format!("a convolutional network takes {N} numbers"))
    })?;
    widths.iter().try_for_each(|&units| width(key, units).map(drop))?;
    Ok(widths)
}

/// A kernel reaches over half of the image at most.
fn kernel_size(kernel: i64, side: i64) -> Result<i64> {
    whole("model.kernel", kernel, 1, side / 2)
}

fn width(key: &str, units: i64) -> Result<i64> {
    whole(key, units, 1, limits::UNITS)
}
