//! Scores that need no autoencoder: the floor beside every AUC.
//!
//! A trained network that does no better than the image's own brightness, its distance from the mean training image, or a
//! linear autoencoder of the same latent dimension, has learned nothing that tags.

use models::loss::Loss;
use models::numbers::to_f64;
use models::pca::Pca;
use tch::{Kind, Tensor};

use crate::run::{Scores, TestJets};

/// A reconstruction that no network makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// An image without any light.
    ZeroImage,
    /// The mean image of the training jets.
    MeanImage,
    /// The training jets' first principal components, as many as the latent space has dimensions.
    Pca,
}

impl Baseline {
    /// All, in the order of the figures.
    pub const ALL: [Self; 3] = [Self::ZeroImage, Self::MeanImage, Self::Pca];

    /// Its name in tables and legends.
    pub fn name(self) -> &'static str {
        match self {
            Self::ZeroImage => "zero image",
            Self::MeanImage => "mean image",
            Self::Pca => "PCA",
        }
    }
}

/// The loss of each test jet if its reconstruction is an image without any light: mean x² for the mean squared error.
pub fn zero_image_scores(jets: &TestJets, loss: Loss) -> Scores {
    jets.each(&|images| to_f64(&loss.of(&images.unsqueeze(0), &images.zeros_like().unsqueeze(0)).get(0)))
}

/// Images that are reconstructed at once.
const CHUNK: i64 = 1000;

/// What the baselines know of the training jets, and how they are scored.
pub struct Baselines<'a> {
    pca: &'a Pca,
    components: i64,
    loss: Loss,
}

impl<'a> Baselines<'a> {
    /// Baselines from the mean and the principal components of the training jets, as many as a latent space has dimensions.
    pub fn new(pca: &'a Pca, latent: i64, loss: Loss) -> Self {
        Self { pca, components: latent.min(pca.mean.size()[0]), loss }
    }

    /// The loss of each test jet if a baseline is its reconstruction.
    pub fn scores(&self, baseline: Baseline, jets: &TestJets) -> Scores {
        jets.each(&|images| self.losses(baseline, images))
    }

    /// The mean loss of `images`, `[n, 1, side, side]`, if a baseline is their reconstruction.
    pub fn mean_loss(&self, baseline: Baseline, images: &Tensor) -> f64 {
        let losses: Vec<f64> = images.split(CHUNK, 0).iter().flat_map(|part| self.losses(baseline, part)).collect();
        losses.iter().sum::<f64>() / losses.len().max(1) as f64
    }

    /// The loss of each of `images`, `[n, 1, side, side]`.
    fn losses(&self, baseline: Baseline, images: &Tensor) -> Vec<f64> {
        to_f64(&self.loss.of(&images.unsqueeze(0), &self.reconstruct(baseline, images).unsqueeze(0)).get(0))
    }

    /// The reconstruction of `images`, `[n, 1, side, side]`.
    fn reconstruct(&self, baseline: Baseline, images: &Tensor) -> Tensor {
        let reconstruction = match baseline {
            Baseline::ZeroImage => images.zeros_like(),
            Baseline::MeanImage => self.pca.mean.to_kind(Kind::Float).view_as(&images.get(0)).expand_as(images),
            Baseline::Pca => {
                self.pca.reconstruct(&images.flatten(1, -1), self.components).to_kind(Kind::Float).view_as(images)
            }
        };
        // Outside of 0 to 1 this loss is not defined.
        if self.loss == Loss::BinaryCrossEntropy { reconstruction.clamp(0.0, 1.0) } else { reconstruction }
    }
}
