//! Scores that need no autoencoder: the floor beside every AUC.
//!
//! A trained network that does no better than the image's own brightness, its distance from the mean training image, or a
//! linear autoencoder of the same latent dimension, has learned nothing that tags.

use models::loss::Loss;
use models::numbers::to_f64;
use models::pca::Pca;
use tch::{Kind, Tensor};

use super::Direction;
use super::principal_components::principal_components;
use crate::run::{Scores, TestJets};
use crate::{Project, Result};

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

/// What the baselines know of the training jets of one class.
pub struct Baselines {
    pca: Pca,
    components: i64,
    loss: Loss,
}

impl Baselines {
    /// Fits mean and principal components to the training jets of the direction's background.
    ///
    /// # Errors
    /// [`crate::Error::Data`] if the jets cannot be read, [`crate::Error::Model`] if they hold NaN.
    pub fn fit(jets: &TestJets, direction: Direction, latent: i64, loss: Loss, project: &Project) -> Result<Self> {
        let pca = principal_components(&jets.files, direction.trained_on(), project)?;
        let components = latent.min(pca.mean.size()[0]);
        Ok(Self { pca, components, loss })
    }

    /// The loss of each test jet if a baseline is its reconstruction.
    pub fn scores(&self, baseline: Baseline, jets: &TestJets) -> Scores {
        jets.each(&|images| {
            to_f64(&self.loss.of(&images.unsqueeze(0), &self.reconstruct(baseline, images).unsqueeze(0)).get(0))
        })
    }

    /// The reconstruction of `images`, `[n, 1, side, side]`.
    fn reconstruct(&self, baseline: Baseline, images: &Tensor) -> Tensor {
        match baseline {
            Baseline::ZeroImage => images.zeros_like(),
            Baseline::MeanImage => self.pca.mean.to_kind(Kind::Float).view_as(&images.get(0)).expand_as(images),
            Baseline::Pca => {
                self.pca.reconstruct(&images.flatten(1, -1), self.components).to_kind(Kind::Float).view_as(images)
            }
        }
    }
}
