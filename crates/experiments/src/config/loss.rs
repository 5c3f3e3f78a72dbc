//! The loss of an experiment, checked.

use models::kernel::{Kernel, Shape};
use models::loss::Loss;
use models::network::Output;

use super::check::{positive, required};
use super::data::Data;
use super::file::{LossKind, TrainSection};
use super::learning::Model;
use crate::{Error, Result};

/// The loss of `[train]` for a network and its data.
///
/// # Errors
/// [`Error::Setting`] for a loss that the network or the data cannot have; [`Error::Model`] for a kernel wider than the image.
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
        sigma: required("train.kernel.sigma", train.kernel.sigma)?,
        cutoff: required("train.kernel.cutoff", train.kernel.cutoff)?,
    };
    kernel.check(side)?;
    Ok(Loss::KernelMeanSquared(kernel))
}
