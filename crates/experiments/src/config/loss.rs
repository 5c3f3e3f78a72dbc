//! The loss of an experiment, checked.

use models::kernel::{Kernel, Shape};
use models::loss::Loss;
use models::network::Output;

use super::check::{between, positive, required, whole};
use super::data::Data;
use super::file::{LossKind, TrainSection};
use super::learning::Model;
use super::origins::Origins;
use crate::{Error, Result};

/// The loss of `[train]` for a network and its data.
///
/// # Errors
/// [`Error::Setting`] for a loss that the network or the data cannot have; for a kernel wider
/// than the image.
pub(super) fn check(train: &TrainSection, model: &Model, data: &Data) -> Result<Loss> {
    let refuse = |name: &str, allowed: &str| Err(Error::setting("train.loss", name, allowed));
    match (train.loss.unwrap_or_default(), model, data) {
        (LossKind::MeanSquared, ..) => Ok(Loss::MeanSquared),
        (LossKind::WeightedMeanSquared, ..) => {
            let active = required("train.active_weight", train.active_weight)?;
            Ok(Loss::WeightedMeanSquared { active: positive("train.active_weight", active)? })
        }
        (LossKind::KernelMeanSquared, Model::Convolutional(layout), _) => kernel(train, layout.side),
        (LossKind::KernelMeanSquared, ..) => {
            refuse("kernel_mean_squared", "it is a loss of images: use `mean_squared` for points")
        }
        (LossKind::BinaryCrossEntropy, Model::Convolutional(layout), Data::Jets(files))
            if matches!(layout.output, Output::Sigmoid | Output::Softmax) && files.image_sum <= 1.0 =>
        {
            Ok(Loss::BinaryCrossEntropy)
        }
        (LossKind::BinaryCrossEntropy, ..) => refuse(
            "binary_cross_entropy",
            "it needs images and reconstructions in [0, 1]: set `data.image_sum = 1.0` and `model.output = \"sigmoid\"`",
        ),
    }
}

fn kernel(train: &TrainSection, side: i64) -> Result<Loss> {
    let kernel = Kernel {
        shape: train.kernel.shape.unwrap_or(Shape::Gaussian),
        sigma: kernel_width("train.kernel.sigma", required("train.kernel.sigma", train.kernel.sigma)?)?,
        cutoff: whole("train.kernel.cutoff", required("train.kernel.cutoff", train.kernel.cutoff)?, 0, (side - 1) / 2)?,
    };
    kernel.check(side)?;
    Ok(Loss::KernelMeanSquared(kernel))
}

/// A kernel's width in pixels.
///
/// # Errors
/// [`Error::Setting`] for a width whose square, or its inverse, is no finite number.
pub(super) fn kernel_width(key: &str, sigma: f64) -> Result<f64> {
    between(key, positive(key, sigma)?, 0.01, 1000.0)
}

/// Refuses what was set, of this figure alone, for a loss that none of its variants has, or for a training that none has.
///
/// # Errors
/// [`Error::Setting`] with the first such key.
pub(super) fn refuse_unused(losses: &[Loss], origins: &Origins) -> Result<()> {
    let kernel = losses.iter().any(|loss| matches!(loss, Loss::KernelMeanSquared(_)));
    let weighted = losses.iter().any(|loss| matches!(loss, Loss::WeightedMeanSquared { .. }));
    for (key, place) in origins.own() {
        let reason = if losses.is_empty() && (key.starts_with("train.") || key.starts_with("model.")) {
            "nothing is trained without `model.kind`: add that, or remove this"
        } else if key.starts_with("train.kernel.") && !kernel {
            "only `train.loss = \"kernel_mean_squared\"` has a kernel: set that, or remove this"
        } else if key == "train.active_weight" && !weighted {
            "only `train.loss = \"weighted_mean_squared\"` has this weight: set that, or remove this"
        } else {
            continue;
        };
        return Err(Error::setting(key, "set", reason).at(place));
    }
    Ok(())
}
